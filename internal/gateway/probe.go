package gateway

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
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

// probeCheck is the health check that asks the probe.
func (b *builder) probeCheck() resource.HealthCheck {
	check := b.portCheck()
	check.Port, check.Protocol, check.Path, check.Codes = probePort(b.in.Gateway), "HTTP", probePath, probeCodes
	return check
}

// probeGate holds that check back until all replicas answer it; nil where there is no
// probe.
func (b *builder) probeGate() *resource.ProbeGate {
	port := probePort(b.in.Gateway)
	if port == 0 {
		return nil
	}
	return &resource.ProbeGate{
		Cloud: b.in.Cloud, Balancing: b.balancing,
		Cluster: b.spec.Compute.ClusterName, Service: b.names.Service, Container: ContainerName, Port: port,
	}
}

// probePorts are the probe's port and, after it, those that are on their way out. One that
// is a port of the gateway by now is left to the gateway's own rules.
func (b *builder) probePorts() []int32 {
	var all []int32
	if port := probePort(b.in.Gateway); port != 0 {
		all = append(all, port)
	}
	for _, record := range b.in.Records {
		number, isPort := portNumber(record.Name)
		isServed := slices.ContainsFunc(b.spec.Ports, func(p v1alpha1.PortSpec) bool { return p.Port == number })
		if isPort && record.Identity == (resource.ProbeRule{Port: number}).Identity() && !isServed && !slices.Contains(all, number) {
			all = append(all, number)
		}
	}
	return all
}

// probeRules are the rules that let the load balancer reach the probe.
func (b *builder) probeRules() []resource.Rule {
	var rules []resource.Rule
	for _, port := range b.probePorts() {
		rules = append(rules, resource.ProbeRule{Port: port}.Rule())
	}
	return rules
}

// addProbeRules adds them to the stack, for a security group of the gateway's own, and
// returns what replicas with a probe need.
func (b *builder) addProbeRules(own *engine.Ref[resource.SecurityGroupState]) []engine.Need {
	var needs []engine.Need
	for _, port := range b.probePorts() {
		wanted := port == probePort(b.in.Gateway) && len(b.spec.Network.SecurityGroupIDs) == 0
		rule := engine.Add(b.stack, Network, resource.ProbeRule{Common: b.common, Owned: b.owned, Group: own, Port: port}, engine.Wanted(wanted))
		if wanted {
			needs = append(needs, engine.Settled(rule))
		}
	}
	return needs
}
