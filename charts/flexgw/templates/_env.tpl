{{/* The manager's variables; nothing where there are none. */}}
{{- define "flexgw.env" -}}
{{- $env := list -}}
{{- with .Values.aws.region -}}
{{- $env = append $env (dict "name" "AWS_REGION" "value" .) -}}
{{- end -}}
{{- with .Values.aws.credentialsSecret -}}
{{- if .name -}}
{{- $env = append $env (include "flexgw.secretEnv" (list "AWS_ACCESS_KEY_ID" .name .accessKeyIDKey false) | fromYaml) -}}
{{- $env = append $env (include "flexgw.secretEnv" (list "AWS_SECRET_ACCESS_KEY" .name .secretAccessKeyKey false) | fromYaml) -}}
{{- $env = append $env (include "flexgw.secretEnv" (list "AWS_SESSION_TOKEN" .name .sessionTokenKey true) | fromYaml) -}}
{{- end -}}
{{- end -}}
{{- with concat $env .Values.extraEnv -}}
env:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* A variable from a Secret: its name, the Secret's, the key, whether it may be missing. */}}
{{- define "flexgw.secretEnv" -}}
name: {{ index . 0 }}
valueFrom:
  secretKeyRef:
    name: {{ index . 1 }}
    key: {{ index . 2 }}
    {{- if index . 3 }}
    optional: true
    {{- end }}
{{- end -}}
