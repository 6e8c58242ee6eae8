package demo

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

func TestTheSampleOfTheProjectHasOneGateway(t *testing.T) {
	s, err := readSample("")
	if want := (types.NamespacedName{Namespace: "flex", Name: "flex-gw-demo-dev-01"}); err != nil || s.key != want {
		t.Errorf("found %v (error %v), want %v", s.key, err, want)
	}
}

func TestAManifestWithoutOneGatewayIsRefused(t *testing.T) {
	const gateway = "kind: FlexGatewayDeployment\nmetadata: {name: a, namespace: b}\n"
	for name, content := range map[string]string{
		"none":                "kind: Namespace\nmetadata: {name: a}\n",
		"two":                 gateway + "---\n" + gateway,
		"one in no namespace": "kind: FlexGatewayDeployment\nmetadata: {name: a}\n",
		"not YAML":            "kind: [\n",
	} {
		t.Run(name, func(t *testing.T) {
			if key, err := gatewayIn([]byte(content)); err == nil {
				t.Errorf("found %v", key)
			}
		})
	}
}
