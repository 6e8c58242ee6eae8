package lifecycle

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/plan"
)

// registered has the controller register the gateway and make the API for its health checks.
func registered(s *v1alpha1.FlexGatewayDeploymentSpec) {
	ofDemo(s)
	s.Registration = v1alpha1.RegistrationSpec{Create: &v1alpha1.RegistrationCreate{KeeperImage: "public.ecr.aws/aws-cli/aws-cli:2.31.0"}}
	s.HealthCheckAPI = &v1alpha1.HealthCheckAPISpec{Port: 8081, BasePath: "/health", Upstream: "https://status.example.com"}
}

// platformEffects are the controller's changes in the Anypoint Platform since some call, in
// the words of promised. What flexctl does is the registration's task.
func platformEffects(sim *anypointsim.Sim, since int) map[string]int {
	found := map[string]int{}
	for _, call := range sim.Calls()[since:] {
		verb := map[string]string{http.MethodPost: "create", http.MethodPatch: "update", http.MethodDelete: "delete"}[call.Method]
		switch {
		case verb == "" || call.Status >= http.StatusBadRequest:
		case strings.HasPrefix(call.Path, "/exchange/"):
			found[verb+" ExchangeAsset"]++
		case strings.HasPrefix(call.Path, "/apimanager/") && !strings.Contains(call.Path, "/deployments"):
			found[verb+" APIInstance"]++
		case strings.Contains(call.Path, "/gateways/"):
			found[verb+" Registration"]++
		}
	}
	return found
}

// inAnypoint are what a plan promises of the Anypoint Platform. Registering is a task's.
func inAnypoint(p *plan.Plan) map[string]int {
	found := map[string]int{}
	for _, s := range p.Steps {
		if s.In == "Anypoint" && (s.Kind != "Registration" || s.Action != plan.ActionCreate) {
			found[string(s.Action)+" "+s.Kind]++
		}
	}
	return found
}

func TestThePlanOfWhatIsInAnypointIsWhatTheControllerThenDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		b.person.absent = true // the API is the controller's
		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
		gw := gatewayNamed(t, "gw", registered)
		compare := func(what string, kind plan.Kind, wanted *v1alpha1.FlexGatewayDeployment, carryOut func(), says ...string) {
			t.Helper()
			before := len(b.anypoint.Calls())
			p := b.planFor(kind, wanted)
			for _, call := range b.anypoint.Calls()[before:] {
				if call.Method != http.MethodGet && !strings.Contains(call.Path, "token") {
					t.Errorf("%s: the plan has called %s %s", what, call.Method, call.Path)
				}
			}
			for _, part := range says {
				if !strings.Contains(sentences(p), part) {
					t.Errorf("%s: the plan does not say %q:\n%s", what, part, sentences(p))
				}
			}
			since, platform := len(b.sim.Calls()), len(b.anypoint.Calls())
			carryOut()
			if diff := cmp.Diff(inAnypoint(p), platformEffects(b.anypoint, platform)); diff != "" {
				t.Errorf("%s: effects in Anypoint (-planned +done):\n%s\n%s", what, diff, sentences(p))
			}
			promises, effects := promised(p), b.effects(since)
			for step := range inAnypoint(p) {
				delete(promises, step)
			}
			if promises["create Registration"] > 0 { // a task, too
				delete(promises, "create Registration")
				promises["run RegistrationFile"]++
				promises["register TaskDefinition"]++ // once there is a file: the task that renews it
			}
			if kind == plan.KindDeletion {
				delete(effects, "update Service")
			}
			if diff := cmp.Diff(promises, effects); diff != "" {
				t.Errorf("%s: effects in AWS (-planned +done):\n%s\n%s", what, diff, sentences(p))
			}
			if p.HasProblems() {
				t.Errorf("%s: problems %v", what, p.Problems)
			}
		}
		change := func(edit func(*v1alpha1.FlexGatewayDeploymentSpec)) (*v1alpha1.FlexGatewayDeployment, func()) {
			wanted := b.get(gw)
			edit(&wanted.Spec)
			return wanted, func() {
				b.change(gw, edit)
				b.untilReady(gw)
				b.untilQuiet(gw)
			}
		}
		compare("new", plan.KindChange, gw, func() {
			b.create(gw)
			b.untilReady(gw)
			b.untilQuiet(gw)
		}, "create Registration/gateway", "create ExchangeAsset/health-check", "create APIInstance/health-check")
		wanted, carryOut := change(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.HealthCheckAPI.Upstream = "https://other.example.com" })
		compare("upstream", plan.KindChange, wanted, carryOut, "update APIInstance/health-check routing.upstream: https://status.example.com -> https://other.example.com")
		compare("deletion", plan.KindDeletion, b.get(gw), func() { b.delete(gw) }, "delete Registration/gateway", "delete APIInstance/health-check", "delete ExchangeAsset/health-check")
	})
}
