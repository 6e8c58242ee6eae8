package gateway

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// FuzzStack builds the stack of any spec that the API server may let through, after any
// inventory. It is built without a call to AWS; a panic is a resource that is there
// twice or a need that is not there.
func FuzzStack(f *testing.F) {
	guide, err := json.Marshal(deployment().Spec)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(guide), "", "")
	for _, spec := range []string{
		`{}`, `null`, `{"ports":null}`, `{"ports":[{"port":1},{"port":2},{"port":3},{"port":4},{"port":65535}]}`,
		`{"replicas":null,"tags":{"":""},"registration":{"delivery":"Environment"}}`, `{"replicas":-1,"compute":{"cpu":-1}}`,
		`{"network":{"securityGroupIDs":[""],"subnetIDs":["",""],"assignPublicIP":true}}`, `{"storage":{"provisionedThroughputMiBps":0}}`,
		`{"loadBalancer":{"healthCheck":{"protocol":"HTTP","intervalSeconds":2147483647,"healthyThreshold":2147483647}}}`,
		`{"registration":{"delivery":"SOMETHING_NEW"},"deletionPolicy":"SOMETHING_NEW","identity":{"executionRoleARN":"x"}}`,
	} {
		f.Add(spec, "Listener", "8081")
	}
	for _, name := range []string{"08081", "+8081", "-8081", "0", "9090", "99999999999", "8081 ", "\x00"} {
		f.Add(string(guide), "Listener", name)
		f.Add(string(guide), "TargetGroup", name)
		f.Add(`{"probe":{"port":8081}}`, "SecurityGroupRule", name)
	}
	f.Fuzz(func(t *testing.T, spec, kind, name string) {
		gw := deployment()
		if json.Unmarshal([]byte(spec), &gw.Spec) != nil || hasDuplicatePorts(gw.Spec.Ports) {
			t.Skip("the API server takes only JSON of this form, and every port once")
		}
		record := func(kind, name string) engine.Record {
			return engine.Record{Identity: engine.Identity{Kind: kind, Name: name}, ID: "arn"}
		}
		stack := Stack(inputOf(gw, record(kind, name), record(kind, name), record("Listener", name), record("TargetGroup", "0"+name)))
		if stack.Service == nil || stack.Replicas == nil || stack.Network == nil || stack.TaskDefinition == nil || stack.LoadBalancer == nil {
			t.Error("something is missing in the stack")
		}
	})
}

// hasDuplicatePorts is true where the list is not the map that the CRD says it is.
func hasDuplicatePorts(ports []v1alpha1.PortSpec) bool {
	seen := map[int32]bool{}
	return slices.ContainsFunc(ports, func(p v1alpha1.PortSpec) bool {
		before := seen[p.Port]
		seen[p.Port] = true
		return before
	})
}

// FuzzNamesOf derives the names of any object that Kubernetes lets through.
func FuzzNamesOf(f *testing.F) {
	for _, name := range []string{"a", "0", "sg-", "sg", "internal", "internal-x", "aws", strings.Repeat("a", 63), strings.Repeat("a-", 31) + "b", "a.b"} {
		f.Add(name, "flex", "7b6cd1f5-0f0e-4d5c-9c59-4f0a3f6e1d11", int32(8081))
		f.Add(name, "sg-internal", "", int32(65535))
	}
	f.Fuzz(func(t *testing.T, name, namespace, uid string, port int32) {
		if len(validation.IsDNS1123Label(name)) > 0 || len(validation.IsDNS1123Label(namespace)) > 0 || len(uid) > 36 || port < 1 || port > 65535 {
			t.Skip("the API server refuses it")
		}
		gw := deployment()
		gw.Name, gw.Namespace, gw.UID = name, namespace, types.UID(strings.ToValidUTF8(strings.Map(printable, uid), ""))
		n := NamesOf(gw)
		all := ruled(n)
		all["target group"] = struct {
			name string
			rule rule
		}{n.TargetGroup(port), targetRule}
		for kind, n := range all {
			if len(n.name) > n.rule.longest || !n.rule.allowed.MatchString(n.name) || n.rule.reserved != "" && strings.HasPrefix(n.name, n.rule.reserved) {
				t.Errorf("%s: the %s is called %q, which AWS refuses", name, kind, n.name)
			}
		}
	})
}

// printable drops what no UID has.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
