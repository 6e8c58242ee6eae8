{{- define "flexgw.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The beginning of all names; short enough for what is put behind it. */}}
{{- define "flexgw.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "flexgw.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "flexgw.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "flexgw.manager" -}}
{{ include "flexgw.fullname" . }}-manager
{{- end -}}

{{/* What a Deployment's selector has; it can never change. */}}
{{- define "flexgw.selector" -}}
app.kubernetes.io/name: {{ include "flexgw.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: manager
{{- end -}}

{{- define "flexgw.labels" -}}
{{ include "flexgw.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "flexgw.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "flexgw.manager" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.create is false: name the ServiceAccount that exists in serviceAccount.name" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "flexgw.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* What the schema cannot say in words: values that exclude each other. */}}
{{- define "flexgw.validate" -}}
{{- if and .Values.aws.roleARN .Values.aws.credentialsSecret.name -}}
{{- fail "aws.roleARN and aws.credentialsSecret.name are both set: static credentials would win over the role; set one" -}}
{{- end -}}
{{- if and .Values.aws.roleARN (not .Values.serviceAccount.create) -}}
{{- fail "aws.roleARN is an annotation of the ServiceAccount, which serviceAccount.create=false leaves to you: annotate it with eks.amazonaws.com/role-arn and unset aws.roleARN" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.serviceMonitor.enabled needs metrics.enabled" -}}
{{- end -}}
{{- if and .Values.metrics.prometheusRule.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.prometheusRule.enabled needs metrics.enabled" -}}
{{- end -}}
{{- if and .Values.metrics.dashboard.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.dashboard.enabled needs metrics.enabled" -}}
{{- end -}}
{{- end -}}
