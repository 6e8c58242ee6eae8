package gateway

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
)

// The probe of Flex Gateway (MuleSoft, "Configure Readiness and Liveness Probes"): a
// Configuration document turns it on, and GET on its path then answers 200 once the
// gateway serves an API.
const (
	defaultProbePort int32 = 3000
	probeName              = "probe"
	probePath              = "/probes/readiness"
	probeCodes             = "200"
)

// probePort is the port of the probe, or 0 where there is none.
func probePort(gw *v1alpha1.FlexGatewayDeployment) int32 {
	probe := gw.Spec.Probe
	switch {
	case probe == nil || probe.Enabled != nil && !*probe.Enabled:
		return 0
	case probe.Port == 0:
		return defaultProbePort
	default:
		return probe.Port
	}
}

// probeDocument is the document that turns the probe on.
func probeDocument(port int32) configDocument {
	text := func(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }
	object := func(pairs ...*yaml.Node) *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Content: pairs} }
	d := configDocument{source: "spec.probe", node: object(
		text("apiVersion"), text(configVersion),
		text("kind"), text(kindConfiguration),
		text("metadata"), object(text("name"), text(probeName)),
		text("spec"), object(text("probe"), object(text("enabled"), text("true"), text("port"), text(strconv.Itoa(int(port))))),
	)}
	d.head.Kind, d.head.Metadata.Name = kindConfiguration, probeName
	return d
}
