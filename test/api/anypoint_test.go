package api_test

import (
	"strings"
	"testing"
)

// The messages of rules of the Anypoint side.
const (
	organizationMessage = "this is no id of an organization: copy it from Access Management > Business Groups; it looks like 01234567-89ab-cdef-0123-456789abcdef"
	environmentMessage  = "this is no id of an environment: copy it from Access Management > Environments; it looks like 01234567-89ab-cdef-0123-456789abcdef"
	planeMessage        = "write US, EU, CA, JP, GOV, or the URL of the control plane with nothing behind the host, such as https://eu1.anypoint.mulesoft.com"
	gatewayNameMessage  = "use letters, digits, dots, dashes and underscores, with a letter or digit at both ends"
	registrationMessage = "choose one: create registers the gateway with the credentials of spec.anypoint, secretRef brings a registration file"
	createMessage       = "the controller registers a gateway with the credentials of spec.anypoint: set it, or bring a registration file with registration.secretRef"
	renewMessage        = "write a duration from 24h to 8760h, such as 720h"
	keeperMessage       = "pin the image to a version: end it with a tag other than latest, or with @sha256:<digest>"
	httpsProxyMessage   = "write the proxy as http://host:port, without user and password"
	apiMessage          = "the API is made with the credentials of spec.anypoint: set it"
	apiModeMessage      = "in Local Mode APIs come from documents of spec.config: put an ApiInstance there"
	apiPortMessage      = "the API's port must be one of spec.ports: add it there or choose another"
	basePathMessage     = "write a path that begins with a slash, of letters, digits and . _ ~ / -"
	upstreamMessage     = "write the URL of the service behind the API, such as https://status.example.com"
	waitMessage         = "the Anypoint Platform is asked with the credentials of spec.anypoint, and only about gateways in mode Connected: set spec.anypoint, or remove waitForConnected"
	probePortMessage    = "the probe needs a port of its own: choose one that is not in spec.ports"
	probeOwnMessage     = "Flex Gateway keeps port 9998 for itself: choose another"
	sourceMessage       = "name either a configMapRef or a secretRef"
	movedMessage        = "a gateway that the controller has begun to register cannot move to another control plane, organization or environment, nor take another name: create another FlexGatewayDeployment and delete this one"
	modeMessage         = "a registration is for one mode: create another FlexGatewayDeployment in the other mode and delete this one"
)

// anypointWith is spec.anypoint with more fields in YAML's flow style.
func anypointWith(fields string) string {
	return "anypoint: {organizationID: 01234567-89ab-cdef-0123-456789abcdef, environmentID: 01234567-89AB-CDEF-0123-456789ABCDEF, credentialsSecretRef: {name: app}" + fields + "}"
}

// registered is the shortest spec of a gateway that the controller registers.
func registered(lines ...string) string {
	return strings.Join(append([]string{"registration: {create: {}}"}, lines...), "\n")
}

func TestTheseSpecsOfTheAnypointSideAreAccepted(t *testing.T) {
	all := anypointWith("")
	for _, test := range []struct{ name, spec string }{
		{"a gateway that the controller registers", registered(all)},
		{"a file of one's own beside the platform", with(all)},
		{"every field of the platform", registered(anypointWith(", controlPlane: EU, gatewayName: Flex_1.a, deletionPolicy: Retain, deletionTimeoutMinutes: 10080"))},
		{"a control plane by its URL", registered(anypointWith(`, controlPlane: "https://eu1.anypoint.mulesoft.com:8443"`))},
		{"every field of a registration", "registration: {create: {keeperImage: 'registry.example.com:5000/aws-cli@sha256:" + strings.Repeat("0a", 32) +
			"', httpsProxy: 'http://proxy.internal:8888'}, renewBefore: 8760h, delivery: Environment}\n" + all},
		{"an API for the health checks", registered(all, `healthCheckAPI: {upstream: "https://status.example.com/a?b=c"}`)},
		{"an API of one's own asset at another port", registered(all, `ports: [{port: 8081}, {port: 8443}]`, `loadBalancer: {healthCheck: {port: 8443}}`,
			`healthCheckAPI: {asset: {groupID: g, assetID: a, version: 1.0.0}, port: 8443, basePath: /, upstream: "http://a:80", validate: true}`)},
		{"rollouts that wait for connected replicas", registered(all, `rollout: {waitForConnected: true}`)},
		{"rollouts that do not wait", with(`rollout: {waitForConnected: false}`)},
		{"a probe with its defaults", with(`probe: {}`)},
		{"a probe at another port", with(`probe: {port: 65535}`)},
		{"a probe that is off, at a port of the gateway", with(`probe: {enabled: false, port: 8081}`)},
		{"documents in ConfigMaps and Secrets", with(`config: [{configMapRef: {name: a}}, {secretRef: {name: b}}, {configMapRef: {name: a}}]`)},
		{"Local Mode", with(`mode: Local`, `config: [{configMapRef: {name: apis}}]`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := dryRunCreate(t, object(t, "accepted", test.spec)); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestTheseSpecsOfTheAnypointSideAreRefused(t *testing.T) {
	all := anypointWith("")
	const api = `healthCheckAPI: {upstream: "https://status.example.com"}`
	for _, test := range []struct {
		name, spec string
		want       map[string]string
	}{
		{"an organization that is none", with(`anypoint: {organizationID: MyOrg, environmentID: 01234567-89ab-cdef-0123-456789abcdef, credentialsSecretRef: {name: app}}`),
			refused("spec.anypoint.organizationID", organizationMessage)},
		{"an environment that is none", with(`anypoint: {organizationID: 01234567-89ab-cdef-0123-456789abcdef, environmentID: Sandbox, credentialsSecretRef: {name: app}}`),
			refused("spec.anypoint.environmentID", environmentMessage)},
		{"no credentials", with(`anypoint: {organizationID: 01234567-89ab-cdef-0123-456789abcdef, environmentID: 01234567-89ab-cdef-0123-456789abcdef}`),
			refused("spec.anypoint.credentialsSecretRef", "Required value")},
		{"a control plane that nobody knows", with(anypointWith(", controlPlane: Mars")), refused("spec.anypoint.controlPlane", planeMessage)},
		{"a control plane in the clear", with(anypointWith(`, controlPlane: "http://anypoint.mulesoft.com"`)), refused("spec.anypoint.controlPlane", planeMessage)},
		{"a control plane with a path", with(anypointWith(`, controlPlane: "https://anypoint.mulesoft.com/x"`)), refused("spec.anypoint.controlPlane", planeMessage)},
		{"a gateway's name with a space", with(anypointWith(", gatewayName: flex gateway")), refused("spec.anypoint.gatewayName", gatewayNameMessage)},
		{"a gateway's name that ends in a dash", with(anypointWith(", gatewayName: flex-")), refused("spec.anypoint.gatewayName", gatewayNameMessage)},
		{"another deletion policy", with(anypointWith(", deletionPolicy: Keep")), refused("spec.anypoint.deletionPolicy", `Unsupported value: "Keep": supported values: "Delete", "Retain"`)},
		{"no time for a deletion", with(anypointWith(", deletionTimeoutMinutes: 0")), refused("spec.anypoint.deletionTimeoutMinutes", "spec.anypoint.deletionTimeoutMinutes in body should be greater than or equal to 1")},

		{"both ways of registration", "registration: {create: {}, secretRef: {name: r}}\n" + all, refused("spec.registration", registrationMessage)},
		{"a registration without credentials", registered(), refused("spec.registration.create", createMessage)},
		{"a renewal too late", "registration: {secretRef: {name: r}, renewBefore: 23h59m}", refused("spec.registration.renewBefore", renewMessage)},
		{"a renewal too early", "registration: {secretRef: {name: r}, renewBefore: 8761h}", refused("spec.registration.renewBefore", renewMessage)},
		{"a keeper that is not pinned", "registration: {create: {keeperImage: 'public.ecr.aws/aws-cli/aws-cli:latest'}}\n" + all, refused("spec.registration.create.keeperImage", keeperMessage)},
		{"a proxy with a password", "registration: {create: {httpsProxy: 'http://u:p@proxy:8888'}}\n" + all, refused("spec.registration.create.httpsProxy", httpsProxyMessage)},

		{"an API without credentials", with(api), refused("spec.healthCheckAPI", apiMessage)},
		{"an API in Local Mode", with(all, api, `mode: Local`), refused("spec.healthCheckAPI", apiModeMessage)},
		{"an API at no port of the gateway", with(all, `probe: {}`, `healthCheckAPI: {port: 9090, upstream: "https://status.example.com"}`), refused("spec.healthCheckAPI.port", apiPortMessage)},
		{"an API at no path", with(all, `healthCheckAPI: {basePath: "health", upstream: "https://status.example.com"}`), refused("spec.healthCheckAPI.basePath", basePathMessage)},
		{"an API with a pattern for a path", with(all, `healthCheckAPI: {basePath: "/.*", upstream: "https://status.example.com"}`), refused("spec.healthCheckAPI.basePath", basePathMessage)},
		{"an API in front of no URL", with(all, `healthCheckAPI: {upstream: status.example.com}`), refused("spec.healthCheckAPI.upstream", upstreamMessage)},
		{"an API in front of a URL with a password", with(all, `healthCheckAPI: {upstream: "https://u:p@status.example.com"}`), refused("spec.healthCheckAPI.upstream", upstreamMessage)},
		{"half an asset", with(all, `healthCheckAPI: {asset: {groupID: g, assetID: a}, upstream: "https://status.example.com"}`), refused("spec.healthCheckAPI.asset.version", "Required value")},

		{"rollouts that wait for nobody", with(`rollout: {waitForConnected: true}`), refused("spec.rollout.waitForConnected", waitMessage)},
		{"rollouts that wait in Local Mode", with(all, `mode: Local`, `rollout: {waitForConnected: true}`), refused("spec.rollout.waitForConnected", waitMessage)},

		{"a probe at a port of the gateway", with(`probe: {port: 8082}`), refused("spec.probe.port", probePortMessage)},
		{"a port of the gateway at the probe's default", with(`probe: {}`, `ports: [{port: 8081}, {port: 3000}]`), refused("spec.probe.port", probePortMessage)},
		{"a probe at the port that Flex Gateway keeps", with(`probe: {port: 9998}`), refused("spec.probe.port", probeOwnMessage)},
		{"a probe at no port", with(`probe: {port: 65536}`), refused("spec.probe.port", "spec.probe.port in body should be less than or equal to 65535")},

		{"a source of nothing", with(`config: [{}]`), refused("spec.config[0]", sourceMessage)},
		{"a source of two", with(`config: [{configMapRef: {name: a}}, {configMapRef: {name: a}, secretRef: {name: b}}]`), refused("spec.config[1]", sourceMessage)},
		{"a source without a name", with(`config: [{configMapRef: {name: ""}}]`), refused("spec.config[0].configMapRef.name", "spec.config[0].configMapRef.name in body should be at least 1 chars long")},
		{"too many sources", with(`config: [` + strings.Repeat(`{configMapRef: {name: a}}, `, 17) + `]`), refused("spec.config", "Too many: 17: must have at most 16 items")},
		{"a mode of one's own", with(`mode: Hybrid`), refused("spec.mode", `Unsupported value: "Hybrid": supported values: "Connected", "Local"`)},
	} {
		t.Run(test.name, func(t *testing.T) { wantRefused(t, dryRunCreate(t, object(t, "refused", test.spec)), test.want) })
	}
}

func TestARegisteredGatewayCannotMove(t *testing.T) {
	before := registered(anypointWith(", gatewayName: one"))
	for _, test := range []struct {
		name, before, after string
		want                map[string]string
	}{
		{"to another organization", before, strings.Replace(before, "01234567-89ab", "11234567-89ab", 1), refused("spec.anypoint", movedMessage)},
		{"to another environment", before, strings.Replace(before, "01234567-89AB", "11234567-89AB", 1), refused("spec.anypoint", movedMessage)},
		{"to another control plane", before, registered(anypointWith(", gatewayName: one, controlPlane: EU")), refused("spec.anypoint", movedMessage)},
		{"to another name", before, registered(anypointWith(", gatewayName: two")), refused("spec.anypoint", movedMessage)},
		{"to the object's name", before, registered(anypointWith("")), refused("spec.anypoint", movedMessage)},
		{"away from the object's name", registered(anypointWith("")), before, refused("spec.anypoint", movedMessage)},
		{"out of the platform", before, minimal, refused("spec.anypoint", movedMessage)},
		{"to Local Mode", minimal, with(`mode: Local`), refused("spec.mode", modeMessage)},
		{"back from Local Mode", with(`mode: Local`), minimal, refused("spec.mode", modeMessage)},
	} {
		for how, status := range map[string]map[string]any{
			"once it is registered":    registrationOf("01234567-89ab-cdef-0123-456789abcdef", "Succeeded"),
			"once a task has tried to": registrationOf("arn:aws:ecs:us-east-1:123456789012:task/c/1", "RegistrationFailed"),
		} {
			t.Run(test.name+" "+how, func(t *testing.T) { wantRefused(t, changeAt(t, test.before, test.after, status), test.want) })
		}
	}
}

// registrationOf is a status with the id of a registration, where there is one, and the
// reason of RegistrationReady.
func registrationOf(id, reason string) map[string]any {
	registration := map[string]any{"kind": "Registration", "name": "gateway", "state": "Failed"}
	if id != "" {
		registration["id"] = id
	}
	condition := map[string]any{"type": "RegistrationReady", "status": "False", "reason": reason, "message": "", "lastTransitionTime": "2026-11-01T12:00:00Z"}
	return map[string]any{"resources": []any{registration}, "conditions": []any{condition}}
}

func TestAGatewayThatIsNotRegisteredYetCanMove(t *testing.T) {
	before := registered(anypointWith(", gatewayName: taken"))
	another := registered(anypointWith(", gatewayName: free"))
	for _, test := range []struct {
		name, after string
		status      map[string]any
	}{
		{"to another name", another, registrationOf("", "GatewayNameTaken")},
		{"to another name after flexctl has found it taken", another, registrationOf("arn:aws:ecs:us-east-1:123456789012:task/c/1", "GatewayNameTaken")},
		{"to another environment", strings.Replace(before, "01234567-89AB", "11234567-89AB", 1), registrationOf("", "AnypointError")},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := changeAt(t, before, test.after, test.status); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatCanChangeOfTheAnypointSideIsAccepted(t *testing.T) {
	all := anypointWith(", gatewayName: one")
	for _, test := range []struct{ name, before, after string }{
		{"other credentials", registered(all), registered(strings.Replace(all, "name: app", "name: other", 1))},
		{"what becomes of it", registered(all), registered(anypointWith(", gatewayName: one, deletionPolicy: Retain, deletionTimeoutMinutes: 5"))},
		{"from a file to create", with(all), registered(all)},
		{"from create to a file, with the platform", registered(all), with(all)},
		{"another organization of a gateway with a file", with(all), with(strings.Replace(all, "01234567-89ab", "11234567-89ab", 1))},
		{"the platform of a gateway with a file", with(all), minimal},
		{"a probe", minimal, with(`probe: {}`)},
		{"a probe's port", with(`probe: {}`), with(`probe: {port: 3001}`)},
		{"a probe taken away", with(`probe: {}`), minimal},
		{"other documents", with(`config: [{configMapRef: {name: a}}]`), with(`config: [{secretRef: {name: a}}]`)},
		{"an API for the health checks", registered(all), registered(all, `healthCheckAPI: {upstream: "https://status.example.com"}`)},
		{"waiting for connected replicas", registered(all), registered(all, `rollout: {waitForConnected: true}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := change(t, test.before, test.after); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}
