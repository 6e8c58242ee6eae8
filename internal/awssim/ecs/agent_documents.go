package ecs

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// localKinds are the documents that only a gateway in Local Mode takes.
var localKinds = []string{"ApiInstance", "PolicyBinding", "Service"}

// instance is such a document.
type instance struct {
	// name is "KIND/NAME".
	name string
	// api is what an ApiInstance says.
	api platform.API
}

// apiInstance is what the simulator reads of an ApiInstance (MuleSoft, "Flex Gateway Local
// Mode: ApiInstance").
type apiInstance struct {
	Spec struct {
		// Address is such as http://0.0.0.0:8081/orders.
		Address  string `json:"address"`
		Services map[string]struct {
			Address string `json:"address"`
		} `json:"services"`
	} `json:"spec"`
}

// instancesOf are the documents of a gateway's configuration that are for Local Mode. Those
// that are no ApiInstance, or one without an address, have no port.
func instancesOf(c *container) []instance {
	var all []instance
	for _, text := range configurationOf(c) {
		documents, ok := documentsIn(text)
		if !ok {
			continue
		}
		parts := documentEnd.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), -1)
		for i, d := range documents {
			if slices.Contains(localKinds, d.Kind) {
				all = append(all, instance{name: d.Kind + "/" + d.Metadata.Name, api: apiOf(parts[i])})
			}
		}
	}
	return all
}

func apiOf(text string) platform.API {
	var d apiInstance
	if err := yaml.Unmarshal([]byte(text), &d); err != nil {
		return platform.API{}
	}
	at, err := url.Parse(d.Spec.Address)
	if err != nil {
		return platform.API{}
	}
	port, err := strconv.ParseInt(at.Port(), 10, 32)
	if err != nil {
		return platform.API{}
	}
	api := platform.API{Port: int32(port), BasePath: cmp.Or(at.Path, "/")}
	for _, name := range slices.Sorted(maps.Keys(d.Spec.Services)) {
		api.Upstream = cmp.Or(api.Upstream, d.Spec.Services[name].Address)
	}
	return api
}

// replicaName is the name that a container gives itself on the platform: its host name
// and namespace, unless FLEX_NAME says another.
func replicaName(c *container) string {
	return cmp.Or(c.env["FLEX_NAME"], c.task.eni.PrivateDNS+".default")
}

// versionOf is the version of Flex Gateway in an image; that of the newest where its tag
// tells none.
func versionOf(c *container) string {
	_, tag, _ := splitImage(aws.ToString(c.definition.Image))
	if versionTag.MatchString(tag) {
		return tag
	}
	return "1." + strconv.Itoa(lastMinor) + ".0"
}
