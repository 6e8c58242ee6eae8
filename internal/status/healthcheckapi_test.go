package status_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// withAPI is a gateway with an API for the health checks behind another listener port.
func withAPI() *v1alpha1.FlexGatewayDeployment {
	gw := object(1)
	gw.Spec.Ports = []v1alpha1.PortSpec{{Port: 8081, ListenerPort: 80}}
	gw.Spec.HealthCheckAPI = &v1alpha1.HealthCheckAPISpec{Port: 8081, BasePath: "/health", Upstream: "http://up"}
	return gw
}

// apiSteps are the ready report with the steps of asset and API.
func apiSteps(asset, api engine.Step) *engine.Report {
	asset.Identity = engine.Identity{Kind: "ExchangeAsset", Name: "health-check"}
	api.Identity = engine.Identity{Kind: "APIInstance", Name: "health-check"}
	asset.Phase, api.Phase, asset.Wanted, api.Wanted = gateway.HealthCheckAPI, gateway.HealthCheckAPI, true, true
	return &engine.Report{Steps: append(ready(), asset, api)}
}

// seenAPI is a serving gateway with an API instance.
func seenAPI(id int, stale resource.Stale) status.Observed {
	seen := serving(1, 1, 1)
	seen.LoadBalancer = &resource.LoadBalancerState{DNSName: "one.elb"}
	if id != 0 {
		seen.HealthCheckAPI = &resource.APIInstanceState{APIInstance: anypoint.APIInstance{ID: id}, Stale: stale}
	}
	return seen
}

func waitingFor(code, reason string) engine.Step {
	return engine.Step{State: engine.StateWaiting, Wait: &engine.Wait{After: time.Second, Reason: reason, Code: code}, Reason: reason}
}

// ofAPI is what the status says of the API: stage, "status reason: message".
func ofAPI(st v1alpha1.FlexGatewayDeploymentStatus) (stage, condition string) {
	if st.Anypoint != nil && st.Anypoint.HealthCheckAPI != nil {
		stage = st.Anypoint.HealthCheckAPI.Stage
	}
	c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionHealthCheckAPIReady)
	return stage, string(c.Status) + " " + c.Reason + ": " + c.Message
}

func TestTheConditionWalksThroughTheStagesOfTheAPI(t *testing.T) {
	there := engine.Step{State: engine.StateReady, ID: "org/one-health/1.0.0"}
	deployed := engine.Step{State: engine.StateReady, ID: "7@abcdef01"}
	deploying := waitingFor("Deploying", "API Manager is deploying the API to the gateway")
	deploying.ID = "7@abcdef01"
	for _, test := range []struct {
		name             string
		report           *engine.Report
		seen             status.Observed
		stage, condition string
		phase            v1alpha1.Phase
	}{
		{
			"the asset is published", apiSteps(waitingFor("Publishing", "Exchange is publishing"), engine.Step{State: engine.StateBlocked, Reason: "needs ExchangeAsset/health-check"}),
			seenAPI(0, resource.Stale{}), "Publishing", "False Publishing: Exchange is publishing", v1alpha1.PhaseCreating,
		},
		{
			"the gateway is not ready", apiSteps(there, waitingFor("GatewayNotReady", "not yet")),
			seenAPI(0, resource.Stale{}), "Creating", "False GatewayNotReady: not yet", v1alpha1.PhaseCreating,
		},
		{
			"there is no service yet", apiSteps(there, engine.Step{State: engine.StateBlocked, Reason: "needs Service/gateway"}),
			seenAPI(0, resource.Stale{}), "Creating", "False Creating: APIInstance/health-check needs Service/gateway", v1alpha1.PhaseCreating,
		},
		{
			"it is on its way", apiSteps(there, deploying), seenAPI(7, resource.Stale{}),
			"Deploying", "False Deploying: API Manager is deploying the API to the gateway", v1alpha1.PhaseCreating,
		},
		{
			"it is there", apiSteps(there, deployed), seenAPI(7, resource.Stale{}),
			"Deployed", "True Succeeded: API instance 7 is deployed", v1alpha1.PhaseReady,
		},
		{
			"there are no credentials", apiSteps(there, deployed), seenAPI(7, resource.Stale{Cause: &engine.Problem{Message: "there is no Secret"}, Since: long.Time}),
			"Deployed", "True AnypointStale: nothing new is known since 2026-11-01T12:00:00Z: there is no Secret; before that, all was as the spec asks", v1alpha1.PhaseReady,
		},
		{
			"the platform is away", apiSteps(there, deployed), seenAPI(7, resource.Stale{Cause: errors.New("away"), Since: long.Time}),
			"Deployed", "True AnypointStale: nothing new is known since 2026-11-01T12:00:00Z: the Anypoint Platform does not answer; before that, all was as the spec asks", v1alpha1.PhaseReady,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := withAPI()
			gw.Status.Phase = v1alpha1.PhaseCreating
			st := status.Compute(gw, test.report, test.seen)
			stage, condition := ofAPI(st)
			if stage != test.stage || condition != test.condition || st.Phase != test.phase {
				t.Errorf("got %q, %q, phase %s", stage, condition, st.Phase)
			}
		})
	}
}

func TestTheStatusNamesTheAPIAndWhereItAnswers(t *testing.T) {
	gw := withAPI()
	st := status.Compute(gw, apiSteps(engine.Step{State: engine.StateReady, ID: "org/one-health/1.0.0"}, engine.Step{State: engine.StateReady, ID: "7@a"}), seenAPI(7, resource.Stale{}))
	want := &v1alpha1.HealthCheckAPIStatus{InstanceID: 7, Asset: "org/one-health/1.0.0", URL: "http://one.elb:80/health", Stage: "Deployed"}
	if difference := cmp.Diff(want, st.Anypoint.HealthCheckAPI); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
	gw.Status, gw.Spec.HealthCheckAPI = st, nil
	if st = status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1)); st.Anypoint.HealthCheckAPI != nil {
		t.Error("an API that is no longer asked for is still in the status")
	}
}

func TestTheSinceOfAStaleStateStays(t *testing.T) {
	gw := withAPI()
	report := apiSteps(engine.Step{State: engine.StateReady, ID: "a"}, engine.Step{State: engine.StateReady, ID: "7@a"})
	for _, at := range []time.Duration{0, time.Hour} {
		gw.Status = status.Compute(gw, report, seenAPI(7, resource.Stale{Cause: errors.New("away"), Since: long.Add(at)}))
	}
	if _, condition := ofAPI(gw.Status); !strings.Contains(condition, "since 2026-11-01T12:00:00Z") {
		t.Errorf("an hour later: %s", condition)
	}
}

func TestWhatIsKnownOfTheAPIStandsWhileItCannotBeLookedAt(t *testing.T) {
	there := engine.Step{State: engine.StateReady, ID: "a"}
	blocked := engine.Step{State: engine.StateBlocked, ID: "7@a", Reason: "needs Service/gateway"}
	gw := withAPI()
	gw.Status = status.Compute(gw, apiSteps(there, engine.Step{State: engine.StateReady, ID: "7@a"}), seenAPI(7, resource.Stale{}))
	for range 2 {
		gw.Status = status.Compute(gw, apiSteps(there, blocked), seenAPI(0, resource.Stale{}))
		stage, condition := ofAPI(gw.Status)
		if want := "True Succeeded: API instance 7 is deployed; that is not looked at now: APIInstance/health-check needs Service/gateway"; stage != "Deployed" || condition != want {
			t.Errorf("got %q, %q", stage, condition)
		}
	}
	if meta.IsStatusConditionTrue(gw.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("the gateway is ready")
	}
	gw.Status = status.Compute(gw, apiSteps(waitingFor("Publishing", "Exchange is publishing"), blocked), seenAPI(0, resource.Stale{}))
	if stage, condition := ofAPI(gw.Status); stage != "Publishing" {
		t.Errorf("with an asset that is published anew: %q, %q", stage, condition)
	}
}

func TestWhatIsLeftOverInThePlatformDoesNotDecideAboutReady(t *testing.T) {
	gw := object(1)
	asset := engine.Step{Identity: engine.Identity{Kind: "ExchangeAsset", Name: "health-check"}, State: engine.StateBlocked, ID: "a", Reason: "APIInstance/health-check must go first"}
	api := engine.Step{Identity: engine.Identity{Kind: "APIInstance", Name: "health-check"}, State: engine.StateDeleting, ID: "7@a", Wait: &engine.Wait{Code: "AnypointUnreachable", Reason: "API instance 7 is still there"}}
	st := status.Compute(gw, &engine.Report{Steps: append(ready(), asset, api)}, serving(1, 1, 1))
	_, condition := ofAPI(st)
	if want := "True AnypointStale: spec.healthCheckAPI is not set; API instance 7 is still there"; condition != want || st.Phase != v1alpha1.PhaseReady {
		t.Errorf("phase %s, %q, want %q", st.Phase, condition, want)
	}
	if len(st.Resources) != len(ready())+2 {
		t.Errorf("%d resources are recorded, want what is left among them", len(st.Resources))
	}
	api.Wait = &engine.Wait{Reason: "API Manager is deleting it"}
	if st = status.Compute(gw, &engine.Report{Steps: append(ready(), api)}, serving(1, 1, 1)); st.Phase == v1alpha1.PhaseReady {
		t.Error("a removal that goes on is not waited for")
	}
}

func TestWhatACallOfTheAPIHasSeenIsToldAndKept(t *testing.T) {
	gw := withAPI()
	report := apiSteps(engine.Step{State: engine.StateReady, ID: "a"}, engine.Step{State: engine.StateReady, ID: "7@a"})
	compute := func(id int) {
		gw.Status = status.Compute(gw, report, seenAPI(id, resource.Stale{}))
	}
	compute(7)
	status.Called(&gw.Status, 3, false, "was answered by 503 Service Unavailable")
	if stage, condition := ofAPI(gw.Status); stage != "Deployed" || condition != "True Succeeded: API instance 7 is deployed, but the manager's call to http://one.elb:80/health was answered by 503 Service Unavailable" {
		t.Errorf("after a failure: %q, %q", stage, condition)
	}
	status.Called(&gw.Status, 3, true, "")
	compute(7)
	if stage, condition := ofAPI(gw.Status); stage != "Answering" || condition != "True Succeeded: API instance 7 is deployed and answers at http://one.elb:80/health" {
		t.Errorf("after an answer: %q, %q", stage, condition)
	}
	compute(8)
	if stage, _ := ofAPI(gw.Status); stage != "Deployed" {
		t.Errorf("another instance is %s without having been called", stage)
	}
}

func TestADeletionSaysWhereWhatIsLeft(t *testing.T) {
	steps := apiSteps(engine.Step{State: engine.StateBlocked}, engine.Step{State: engine.StateDeleting}).Steps
	for i := range steps[2 : len(steps)-2] {
		steps[i+2].State = engine.StateGone
	}
	st := status.Deleting(withAPI(), &engine.Report{Steps: steps})
	want := "still in AWS: Thing/Network, Thing/Storage; still in the Anypoint Platform: ExchangeAsset/health-check, APIInstance/health-check"
	if got := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady).Message; got != want {
		t.Errorf("got %q", got)
	}
}
