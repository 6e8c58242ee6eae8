package api_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// onAnypoint is a spec with an API for the health checks.
func onAnypoint(lines ...string) string {
	return with(append([]string{
		`anypoint: {organizationID: 01234567-89ab-cdef-0123-456789abcdef, environmentID: 11234567-89ab-cdef-0123-456789abcdef, credentialsSecretRef: {name: app}}`,
	}, lines...)...)
}

const (
	checkedAPIMessage = "nothing would answer the load balancer's health checks: they go to loadBalancer.healthCheck.port. Set both to the same port, or turn spec.probe on"
	movedAPIMessage   = "the API for the health checks is in another organization or environment then: remove healthCheckAPI first, and change spec.anypoint once it is gone"
)

func TestAnAPIForTheHealthChecksIsAcceptedWhereTheChecksMeetIt(t *testing.T) {
	for name, spec := range map[string]string{
		"all defaults":          onAnypoint(`healthCheckAPI: {upstream: "https://status.example.com"}`),
		"another port for both": onAnypoint(`ports: [{port: 8082}]`, `loadBalancer: {healthCheck: {port: 8082}}`, `healthCheckAPI: {port: 8082, upstream: "http://up"}`),
		"another port with the probe": onAnypoint(
			`ports: [{port: 8081}, {port: 8082}]`, `probe: {}`, `healthCheckAPI: {port: 8082, basePath: /, upstream: "http://up:8080/a"}`),
		"an asset that is there": onAnypoint(`healthCheckAPI: {upstream: "http://up", validate: true, asset: {groupID: org, assetID: health, version: 1.0.0}}`),
	} {
		t.Run(name, func(t *testing.T) {
			if err := dryRunCreate(t, object(t, "accepted", spec)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnAPIForTheHealthChecksThatCannotWorkIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, spec string
		want       map[string]string
	}{
		{
			"checks that go to another port", onAnypoint(`healthCheckAPI: {port: 8082, upstream: "http://up"}`),
			refused("spec.healthCheckAPI.port", checkedAPIMessage),
		},
		{
			"checks that go to another port, with the probe off", onAnypoint(`probe: {enabled: false}`, `healthCheckAPI: {port: 8082, upstream: "http://up"}`),
			refused("spec.healthCheckAPI.port", checkedAPIMessage),
		},
		{
			"no credentials", with(`healthCheckAPI: {upstream: "http://up"}`),
			refused("spec.healthCheckAPI", "the API is made with the credentials of spec.anypoint: set it"),
		},
		{
			"an upstream that is no URL", onAnypoint(`healthCheckAPI: {upstream: status.example.com}`),
			refused("spec.healthCheckAPI.upstream", "write the URL of the service behind the API, such as https://status.example.com"),
		},
		{
			"a path without a slash", onAnypoint(`healthCheckAPI: {basePath: health, upstream: "http://up"}`),
			refused("spec.healthCheckAPI.basePath", "write a path that begins with a slash, of letters, digits and . _ ~ / -"),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantRefused(t, dryRunCreate(t, object(t, "refused", test.spec)), test.want)
		})
	}
}

func TestAnAPIForTheHealthChecksDoesNotMoveToAnotherEnvironment(t *testing.T) {
	before := onAnypoint(`healthCheckAPI: {upstream: "http://up"}`)
	moved := with(
		`anypoint: {organizationID: 01234567-89ab-cdef-0123-456789abcdef, environmentID: 22222222-89ab-cdef-0123-456789abcdef, credentialsSecretRef: {name: app}}`,
		`healthCheckAPI: {upstream: "http://up"}`)
	for name, after := range map[string]string{"another environment": moved, "all gone at once": minimal} {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, change(t, before, after), refused("spec.anypoint", movedAPIMessage))
		})
	}
	for name, after := range map[string]string{
		"the API removed": onAnypoint(), "the API changed": onAnypoint(`healthCheckAPI: {upstream: "https://other", basePath: /up}`),
	} {
		t.Run(name, func(t *testing.T) {
			if err := change(t, before, after); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheSampleWithAnypointIsAccepted(t *testing.T) {
	content, err := os.ReadFile("../../config/samples/flexgw-anypoint.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for accepted := 0; ; {
		var o unstructured.Unstructured
		switch err := documents.Decode(&o); {
		case errors.Is(err, io.EOF) && accepted == 1:
			return
		case err != nil:
			t.Fatalf("after %d gateways: %v", accepted, err)
		case o.GetKind() == "FlexGatewayDeployment":
			o.SetNamespace(namespace)
			if err := dryRunCreate(t, &o); err != nil {
				t.Error(err)
			}
			accepted++
		}
	}
}
