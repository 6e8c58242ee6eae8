package argo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// kind is how the keys of argocd-cm name the kind.
const kind = "flexgw.io_FlexGatewayDeployment"

// The keys of argocd-cm.
const (
	healthKey  = "resource.customizations.health." + kind
	actionsKey = "resource.customizations.actions." + kind
)

// actions is what argocd-cm says of a kind's actions.
type actions struct {
	Discovery   string       `json:"discovery.lua"`
	Definitions []definition `json:"definitions"`
}

type definition struct {
	Name   string `json:"name"`
	Script string `json:"action.lua"`
}

// ConfigMap is the patch of argocd-cm that brings the customization into Argo CD.
func (c Customization) ConfigMap() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# What Argo CD has to know of FlexGatewayDeployments: a patch of its ConfigMap argocd-cm.
# It is written from the *.lua files beside it, by
#   go test ./test/gitops -run ConfigMap -args -write
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
data:
  %s: |
%s  %s: |
    discovery.lua: |
%s    definitions:
`, healthKey, indented(c.Health, 4), actionsKey, indented(c.Discovery, 6))
	for _, name := range slices.Sorted(maps.Keys(c.Actions)) {
		fmt.Fprintf(&b, "      - name: %s\n        action.lua: |\n%s", name, indented(c.Actions[name], 10))
	}
	return b.String()
}

// indented moves the lines of a text to the right.
func indented(text string, by int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(strings.Repeat(" ", by))
		}
		b.WriteString(line)
	}
	return b.String()
}

// Parse reads the customization out of argocd-cm, as Argo CD does.
func Parse(data map[string]string) (Customization, error) {
	c := Customization{Health: data[healthKey], Actions: map[string]string{}}
	var found actions
	if err := yaml.UnmarshalStrict([]byte(data[actionsKey]), &found); err != nil {
		return c, err
	}
	c.Discovery = found.Discovery
	for _, d := range found.Definitions {
		c.Actions[d.Name] = d.Script
	}
	return c, nil
}
