package gateway

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
)

// configVersion is the API version of all documents that Flex Gateway reads.
const configVersion = "gateway.mulesoft.com/v1alpha1"

// The kinds of documents.
const (
	kindConfiguration = "Configuration"
	kindPolicyBinding = "PolicyBinding"
	kindAPIInstance   = "ApiInstance"
)

// kinds are the kinds that each mode takes. In Connected Mode the gateway refuses the
// others (MuleSoft, "Registering and Running in Connected Mode").
var kinds = map[v1alpha1.GatewayMode][]string{
	v1alpha1.ModeConnected: {kindConfiguration, "Service", "Extension", kindPolicyBinding},
	v1alpha1.ModeLocal:     {kindConfiguration, "Service", "Extension", kindPolicyBinding, kindAPIInstance, "Secret"},
}

// connectedPolicies are the policies that a PolicyBinding may bind in Connected Mode; the
// others come from API Manager.
var connectedPolicies = []string{"tls", "tls-inbound", "tls-outbound"}

// reservedNames are those of the documents of the registration file.
var reservedNames = []string{"registration", "flex-registration"}

// configDocument is one document of spec.config.
type configDocument struct {
	source string
	number int // from 1, in its source
	head   documentHead
	node   *yaml.Node
}

// documentHead is what the controller reads of a document. The rest is MuleSoft's.
type documentHead struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace"`
	} `yaml:"metadata"`
	Spec struct {
		PlatformConnection yaml.Node `yaml:"platformConnection"`
		Probe              yaml.Node `yaml:"probe"`
		Address            string    `yaml:"address"`
		PolicyRef          struct {
			Name string `yaml:"name"`
		} `yaml:"policyRef"`
	} `yaml:"spec"`
}

// place says which document it is.
func (d configDocument) place() string {
	place := fmt.Sprintf("document %d of %s", d.number, d.source)
	if d.number == 0 {
		place = d.source
	}
	if d.head.Kind != "" && d.head.Metadata.Name != "" {
		place += fmt.Sprintf(" (%s %s)", d.head.Kind, d.head.Metadata.Name)
	}
	return place
}

func (d configDocument) invalid(format string, args ...any) error {
	return invalidConfig("%s: %s", d.place(), fmt.Sprintf(format, args...))
}

// read fills in the head.
func (d *configDocument) read() error {
	if d.node.Kind != yaml.MappingNode {
		return d.invalid("it is no object: it needs apiVersion, kind, metadata and spec")
	}
	if err := plain(d.node, ""); err != nil {
		return d.invalid("%v", err)
	}
	if err := d.node.Decode(&d.head); err != nil { // the cause would quote values
		d.head = documentHead{}
		return d.invalid("apiVersion, kind, metadata.name, spec.address and spec.policyRef.name must be texts, and metadata and spec objects")
	}
	return nil
}

// check refuses what the gateway would refuse, and what the controller does itself.
func (d configDocument) check(spec *v1alpha1.FlexGatewayDeploymentSpec) error {
	name := d.head.Metadata.Name
	switch {
	case d.head.APIVersion != configVersion:
		return d.invalid("apiVersion must be %s", configVersion)
	case d.head.Kind == "":
		return d.invalid("kind is missing: set it")
	case name == "":
		return d.invalid("metadata.name is missing: set it")
	case !d.head.Spec.PlatformConnection.IsZero():
		return d.invalid("spec.platformConnection is a registration, and a gateway has one: bring it with spec.registration and remove it here")
	case slices.Contains(reservedNames, name):
		return d.invalid("metadata.name is taken by the registration file: rename it")
	case !d.head.Spec.Probe.IsZero() && spec.Probe != nil:
		return d.invalid("spec.probe is set in the FlexGatewayDeployment, too: remove it there or here")
	}
	if err := d.checkMode(spec.Mode); err != nil {
		return err
	}
	if d.head.Kind == kindAPIInstance {
		return d.checkAddress(spec.Ports)
	}
	return nil
}

// checkMode refuses what Flex Gateway does not take in its mode.
func (d configDocument) checkMode(mode v1alpha1.GatewayMode) error {
	if mode != v1alpha1.ModeLocal {
		mode = v1alpha1.ModeConnected
	}
	taken := slices.Contains(kinds[mode], d.head.Kind)
	switch {
	case mode == v1alpha1.ModeLocal && !taken:
		return d.invalid("kind is none that Flex Gateway knows in Local Mode: it takes %s", strings.Join(kinds[mode], ", "))
	case !taken:
		return d.invalid("%s is refused by Flex Gateway in Connected Mode: use spec.mode Local or API Manager", d.head.Kind)
	case mode == v1alpha1.ModeConnected && d.head.Kind == kindPolicyBinding && !slices.Contains(connectedPolicies, d.head.Spec.PolicyRef.Name):
		return d.invalid("a PolicyBinding whose spec.policyRef.name is none of %s is refused by Flex Gateway in Connected Mode: use spec.mode Local or API Manager",
			strings.Join(connectedPolicies, ", "))
	}
	return nil
}

// checkAddress refuses an API on a port that the load balancer does not know.
func (d configDocument) checkAddress(ports []v1alpha1.PortSpec) error {
	address, err := url.Parse(d.head.Spec.Address)
	if err != nil || address.Host == "" { // the cause would quote the address
		return d.invalid("spec.address must be the URL at which the gateway listens, such as http://0.0.0.0:8081/orders")
	}
	number := address.Port()
	if number == "" {
		number = map[string]string{"http": "80", "https": "443"}[address.Scheme]
	}
	var served []string
	for _, p := range ports {
		served = append(served, strconv.Itoa(int(p.Port)))
	}
	if !slices.Contains(served, number) {
		return d.invalid("the port of spec.address is none of the gateway's spec.ports (%s): add it there or choose another", strings.Join(served, ", "))
	}
	return nil
}
