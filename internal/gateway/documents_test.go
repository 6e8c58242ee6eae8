package gateway

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// password stands in documents that are refused, and must not stand in the refusal.
const password = "hunter2hunter2"

// doc is a document with a spec in YAML's flow style.
func doc(kind, name, spec string) string {
	return "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec: " + spec + "\n"
}

// from are texts of one ConfigMap, by key.
func from(texts ...string) []ConfigText {
	var all []ConfigText
	for i, text := range texts {
		all = append(all, ConfigText{Source: "ConfigMap flex-extra, key " + string(rune('a'+i)) + ".yaml", Text: []byte(text)})
	}
	return all
}

func inMode(mode v1alpha1.GatewayMode) *v1alpha1.FlexGatewayDeployment {
	gw := deployment()
	gw.Spec.Mode = mode
	return gw
}

func withProbe(probe v1alpha1.ProbeSpec) *v1alpha1.FlexGatewayDeployment {
	gw := inMode(v1alpha1.ModeConnected)
	gw.Spec.Probe = &probe
	return gw
}

func TestDocumentsThatTheGatewayTakesAreTaken(t *testing.T) {
	for _, test := range []struct {
		name, text string
		mode       v1alpha1.GatewayMode
	}{
		{"logging", doc("Configuration", "logging", "{logging: {runtimeLogs: {logLevel: debug}}}"), v1alpha1.ModeConnected},
		{"a mode that no API server has filled in", doc("Configuration", "logging", "{logging: {}}"), ""},
		{"a Service and an Extension", doc("Service", "a", "{}") + "---\n" + doc("Extension", "b", "{}"), v1alpha1.ModeConnected},
		{"TLS in either direction", doc("PolicyBinding", "in", "{policyRef: {kind: Extension, name: tls-inbound}}") + "---\n" +
			doc("PolicyBinding", "out", "{policyRef: {name: tls-outbound}}") + "---\n" + doc("PolicyBinding", "both", "{policyRef: {name: tls}}"), v1alpha1.ModeConnected},
		{"a probe of one's own where spec.probe is not set", doc("Configuration", "probe", "{probe: {enabled: true, port: 3000}}"), v1alpha1.ModeConnected},
		{"an API", doc("ApiInstance", "orders", `{address: "http://0.0.0.0:8081/orders"}`), v1alpha1.ModeLocal},
		{"a policy", doc("PolicyBinding", "limit", "{policyRef: {name: rate-limiting}}"), v1alpha1.ModeLocal},
		{"a Secret", doc("Secret", "certificate", "{tls.crt: abc}"), v1alpha1.ModeLocal},
		{"one name in two kinds", doc("Service", "a", "{}") + "---\n" + doc("Configuration", "a", "{}"), v1alpha1.ModeConnected},
		{"one name in two namespaces", "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: Service\nmetadata: {name: a, namespace: one}\n---\n" + doc("Service", "a", "{}"), v1alpha1.ModeConnected},
		{"empty documents between others", "---\n# nothing\n---\n" + doc("Service", "a", "{}") + "---\n", v1alpha1.ModeConnected},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, digest, err := ReadDocuments(inMode(test.mode), from(test.text))
			if err != nil || text == "" || digest == "" {
				t.Errorf("text %q, digest %q, error %v", text, digest, err)
			}
		})
	}
}

func TestDocumentsThatTheGatewayWouldRefuseAreRefused(t *testing.T) {
	const first = "document 1 of ConfigMap flex-extra, key a.yaml"
	probed := withProbe(v1alpha1.ProbeSpec{Port: 3000})
	connected, local := inMode(v1alpha1.ModeConnected), inMode(v1alpha1.ModeLocal)
	for _, test := range []struct {
		name  string
		gw    *v1alpha1.FlexGatewayDeployment
		texts []ConfigText
		want  string
	}{
		{"no YAML", connected, from("a: [" + password), first + ": it is not YAML: check indentation and quotes, with yamllint for instance"},
		{"the second is no YAML", connected, from(doc("Service", "a", "{}") + "---\na: b: " + password), "document 2 of ConfigMap flex-extra, key a.yaml: it is not YAML: check indentation and quotes, with yamllint for instance"},
		{"a list", connected, from("- " + password), first + ": it is no object: it needs apiVersion, kind, metadata and spec"},
		{"no text", connected, from("\xff\xfe" + password), "ConfigMap flex-extra, key a.yaml: it is not UTF-8 text: put YAML documents there"},
		{"nothing", connected, from("# " + password), "ConfigMap flex-extra, key a.yaml: it has no document: put one there, or remove the key"},
		{"no apiVersion", connected, from("kind: Service\nmetadata: {name: a}\nspec: {a: " + password + "}"), first + " (Service a): apiVersion must be gateway.mulesoft.com/v1alpha1"},
		{"no kind", connected, from("apiVersion: gateway.mulesoft.com/v1alpha1\nmetadata: {name: a}"), first + ": kind is missing: set it"},
		{"no name", connected, from("apiVersion: gateway.mulesoft.com/v1alpha1\nkind: Service\nspec: {a: " + password + "}"), first + ": metadata.name is missing: set it"},
		{"a name that is none", connected, from(doc("Service", "["+password+"]", "{}")), first + ": apiVersion, kind, metadata.name, spec.address and spec.policyRef.name must be texts, and metadata and spec objects"},
		{"a spec that is none", connected, from(doc("Service", "a", password)), first + ": apiVersion, kind, metadata.name, spec.address and spec.policyRef.name must be texts, and metadata and spec objects"},
		{"a key twice", connected, from(doc("Service", "a", "{address: x, inner: {b: "+password+", b: y}}")), first + ": spec.inner.b is given twice: remove one of the two"},
		{"an anchor", connected, from(doc("Service", "a", "{a: &x "+password+", b: *x}")), first + ": spec.a is an anchor or an alias: write the value out"},
		{"a registration", connected, from(doc("Configuration", "other", "{platformConnection: {agentId: "+password+"}}")),
			first + " (Configuration other): spec.platformConnection is a registration, and a gateway has one: bring it with spec.registration and remove it here"},
		{"the registration's name", connected, from(doc("Configuration", "registration", "{}")), first + " (Configuration registration): metadata.name is taken by the registration file: rename it"},
		{"the name of the registration's certificate", local, from(doc("Secret", "flex-registration", "{}")), first + " (Secret flex-registration): metadata.name is taken by the registration file: rename it"},
		{"two of a name", connected, from(doc("Service", "a", "{}"), doc("Service", "a", "{b: "+password+"}")),
			"document 1 of ConfigMap flex-extra, key b.yaml (Service a): there is another Service of this name, " + first + " (Service a): rename or remove one of the two"},
		{"an API in Connected Mode", connected, from(doc("ApiInstance", "orders", "{}")), first + " (ApiInstance orders): ApiInstance is refused by Flex Gateway in Connected Mode: use spec.mode Local or API Manager"},
		{"a Secret in Connected Mode", connected, from(doc("Secret", "a", "{password: "+password+"}")), first + " (Secret a): Secret is refused by Flex Gateway in Connected Mode: use spec.mode Local or API Manager"},
		{"a policy in Connected Mode", connected, from(doc("PolicyBinding", "a", "{policyRef: {name: rate-limiting}}")),
			first + " (PolicyBinding a): a PolicyBinding whose spec.policyRef.name is none of tls, tls-inbound, tls-outbound is refused by Flex Gateway in Connected Mode: use spec.mode Local or API Manager"},
		{"what nobody knows, in Local Mode", local, from(doc("Ingress", "a", "{}")),
			first + " (Ingress a): kind is none that Flex Gateway knows in Local Mode: it takes Configuration, Service, Extension, PolicyBinding, ApiInstance, Secret"},
		{"an API on another port", local, from(doc("ApiInstance", "a", `{address: "http://user:`+password+`@0.0.0.0:9090/"}`)),
			first + " (ApiInstance a): the port of spec.address is none of the gateway's spec.ports (8081, 8082): add it there or choose another"},
		{"an API on the port of its scheme", local, from(doc("ApiInstance", "a", `{address: "https://0.0.0.0/"}`)),
			first + " (ApiInstance a): the port of spec.address is none of the gateway's spec.ports (8081, 8082): add it there or choose another"},
		{"an API nowhere", local, from(doc("ApiInstance", "a", "{}")), first + " (ApiInstance a): spec.address must be the URL at which the gateway listens, such as http://0.0.0.0:8081/orders"},
		{"a probe beside spec.probe", probed, from(doc("Configuration", "mine", "{probe: {port: 3001}}")),
			first + " (Configuration mine): spec.probe is set in the FlexGatewayDeployment, too: remove it there or here"},
		{"the probe's name", probed, from(doc("Configuration", "probe", "{logging: {}}")),
			"spec.probe (Configuration probe): there is another Configuration of this name, " + first + " (Configuration probe): rename or remove one of the two"},
		{"too much in one key", connected, from(doc("Service", "a", "{b: "+strings.Repeat("x", 65536)+"}")), "ConfigMap flex-extra, key a.yaml: it has 65624 bytes, and at most 65536 can be delivered: shorten it"},
		{"too much together", connected, from(doc("Service", "a", "{b: "+strings.Repeat("x", 40000)+"}"), doc("Service", "c", "{b: "+strings.Repeat("x", 40000)+"}")),
			"the documents of spec.config have 80180 bytes, and at most 65536 can be delivered: shorten them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := ReadDocuments(test.gw, test.texts)
			var problem *engine.Problem
			if !errors.As(err, &problem) || problem.Reason != v1alpha1.ReasonConfigInvalid || !problem.Terminal {
				t.Fatalf("error %v, want a terminal problem ConfigInvalid", err)
			}
			if difference := cmp.Diff(test.want, problem.Message); difference != "" {
				t.Errorf("message (-want +got):\n%s", difference)
			}
			if strings.Contains(err.Error(), password) {
				t.Errorf("the message quotes a value: %v", err)
			}
		})
	}
}

func TestWhatMeansTheSameIsTheSameText(t *testing.T) {
	gw := inMode(v1alpha1.ModeConnected)
	one, digest, err := ReadDocuments(gw, from("# a comment\nkind: Configuration\napiVersion: gateway.mulesoft.com/v1alpha1\n"+
		"metadata: {name: a}\nspec:\n    b: {d: 0600, c: on} # another\n    a: [\"1\", 2]\n", doc("Service", "s", "{}")))
	if err != nil {
		t.Fatal(err)
	}
	const want = `apiVersion: gateway.mulesoft.com/v1alpha1
kind: Configuration
metadata:
  name: a
spec:
  a:
    - "1"
    - 2
  b:
    c: on
    d: 0600
---
apiVersion: gateway.mulesoft.com/v1alpha1
kind: Service
metadata:
  name: s
spec: {}
`
	if difference := cmp.Diff(want, one); difference != "" {
		t.Errorf("canonical text (-want +got):\n%s", difference)
	}
	again, same, err := ReadDocuments(gw, from(one))
	if err != nil || again != one || same != digest {
		t.Errorf("the canonical text has another canonical text:\n%s\n%v", again, err)
	}
	other := inMode(v1alpha1.ModeConnected)
	other.UID = "other"
	if _, of, err := ReadDocuments(other, from(one)); err != nil || of == digest {
		t.Errorf("two gateways have the same digest of the same documents: it tells what they say (%v)", err)
	}
}

func TestTheProbeIsADocumentBehindTheOthers(t *testing.T) {
	const document = `apiVersion: gateway.mulesoft.com/v1alpha1
kind: Configuration
metadata:
  name: probe
spec:
  probe:
    enabled: true
    port: 3001
`
	gw := withProbe(v1alpha1.ProbeSpec{Enabled: new(true), Port: 3001})
	text, _, err := ReadDocuments(gw, from(doc("Service", "a", "{}")))
	if err != nil || !strings.HasSuffix(text, "---\n"+document) || strings.HasPrefix(text, document) {
		t.Errorf("documents with a probe (%v):\n%s", err, text)
	}
	alone, _, err := ReadDocuments(gw, nil)
	if difference := cmp.Diff(document, alone); difference != "" || err != nil {
		t.Errorf("the probe alone (-want +got, %v):\n%s", err, difference)
	}
	for name, none := range map[string]*v1alpha1.FlexGatewayDeployment{
		"no probe": inMode(v1alpha1.ModeConnected), "a probe that is off": withProbe(v1alpha1.ProbeSpec{Enabled: new(false), Port: 3001}),
	} {
		if text, digest, err := ReadDocuments(none, nil); text != "" || digest != "" || err != nil {
			t.Errorf("%s makes documents: %q %q %v", name, text, digest, err)
		}
	}
}

// TestTheDocumentsOfTheDocumentationAreTaken looks at the examples in docs/configuration.md
// and at the sample of Local Mode.
func TestTheDocumentsOfTheDocumentationAreTaken(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	for _, block := range strings.Split(string(page), "\n```yaml\n")[1:] {
		block, _, _ := strings.Cut(block, "\n```")
		if !strings.HasPrefix(block, "apiVersion: gateway.mulesoft.com") {
			continue
		}
		examples++
		for _, mode := range []v1alpha1.GatewayMode{v1alpha1.ModeConnected, v1alpha1.ModeLocal} {
			if _, _, err := ReadDocuments(inMode(mode), from(block)); err != nil {
				t.Errorf("an example is refused in mode %s: %v", mode, err)
			}
		}
	}
	if examples < 5 {
		t.Errorf("%d examples were found", examples)
	}
	sample, err := os.ReadFile("../../config/samples/flexgw-local.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var configMap struct {
		Kind string            `yaml:"kind"`
		Data map[string]string `yaml:"data"`
	}
	for decoder := yaml.NewDecoder(bytes.NewReader(sample)); configMap.Kind != "ConfigMap"; {
		if err := decoder.Decode(&configMap); err != nil {
			t.Fatalf("the sample has no ConfigMap: %v", err)
		}
	}
	if _, _, err := ReadDocuments(inMode(v1alpha1.ModeLocal), from(configMap.Data["apis.yaml"], configMap.Data["logging.yaml"])); err != nil || len(configMap.Data) != 2 {
		t.Errorf("the sample is refused: %v", err)
	}
}
