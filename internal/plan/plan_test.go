package plan

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// delta is a difference of one field.
func delta(field string, wanted, observed any) *compare.Delta {
	d := compare.NewDelta()
	d.Add(field, wanted, observed)
	return d
}

// step is a step of a report.
func step(kind, name string, action engine.Action, stage int, edit func(*engine.Step)) engine.Step {
	s := engine.Step{Identity: engine.Identity{Kind: kind, Name: name}, Phase: "Compute", Wanted: true, Action: action, Stage: stage, State: engine.StateReady, ID: "id-" + name}
	if action == engine.ActionCreate {
		s.State, s.ID = engine.StatePending, ""
	}
	if edit != nil {
		edit(&s)
	}
	return s
}

// gateway is one with a spec that costs something.
func gateway(replicas int32) *v1alpha1.FlexGatewayDeployment {
	gw := &v1alpha1.FlexGatewayDeployment{}
	gw.Namespace, gw.Name = "flex", "dev"
	gw.Spec.Replicas, gw.Spec.Compute.CPU, gw.Spec.Compute.Memory = &replicas, 1024, 2048
	return gw
}

// change is a plan with steps of each kind.
func change() *Plan {
	return Of(Input{
		Kind: KindChange, Before: gateway(1), After: gateway(4), Account: "123456789012", Region: "us-east-1", Replicas: 4, Zones: 2,
		Report: &engine.Report{Steps: []engine.Step{
			step("Service", "gateway", engine.ActionUpdate, 3, func(s *engine.Step) { s.Delta = delta("taskDefinition", "td:2", "td:1") }),
			step("LogGroup", "logs", engine.ActionNone, 0, nil),
			step("TaskDefinition", "gateway", engine.ActionUpdate, 2, func(s *engine.Step) { s.Delta, s.Replaces = delta("image", "a:2", "a:1"), true }),
			step("APIInstance", "health-check", engine.ActionCreate, 1, func(s *engine.Step) { s.Missing, s.ID = true, "old" }),
			step("LoadBalancer", "gateway", engine.ActionNone, 0, nil),
			step("Secret", "old", engine.ActionDelete, 4, nil),
		}},
	})
}

func TestStepsAreInTheirOrderAndARestartFollowsTheService(t *testing.T) {
	var got []string
	for _, s := range change().Steps {
		got = append(got, strings.TrimSpace(string(s.Action)+" "+s.Resource()+" in "+s.In+" "+s.Reason))
	}
	want := []string{
		"create APIInstance/health-check in Anypoint it was there before, and is gone",
		"replace TaskDefinition/gateway in AWS", "update Service/gateway in AWS",
		"restart Replicas/gateway in AWS new replicas take the place of all 4, as spec.rollout says", "delete Secret/old in AWS",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestWhichChangesOfAServiceReplaceItsReplicas(t *testing.T) {
	for field, want := range map[string]bool{
		"taskDefinition": true, "network.subnets": true, "loadBalancers": true, "capacityProviders": true,
		"replicas": false, "tags": false, "healthCheckGracePeriod": false, "deploymentConfiguration.alarms": false, "networkless": false,
	} {
		if got := restarts(step("Service", "gateway", engine.ActionUpdate, 1, func(s *engine.Step) { s.Delta = delta(field, 1, 2) })); got != want {
			t.Errorf("%s: restarts %v, want %v", field, got, want)
		}
	}
	if restarts(step("Service", "gateway", engine.ActionCreate, 1, nil)) {
		t.Error("a new service restarts")
	}
	idle := Of(Input{Kind: KindChange, After: gateway(0), Report: &engine.Report{Steps: []engine.Step{step("Service", "gateway", engine.ActionUpdate, 1, nil)}}})
	if idle.Summary[ActionRestart] != 0 {
		t.Error("a service without replicas restarts")
	}
}

func TestChangesAreFieldByField(t *testing.T) {
	for name, test := range map[string]struct {
		delta *compare.Delta
		want  []string
	}{
		"a value":  {delta("replicas", 4, 1), []string{"replicas: 1 -> 4"}},
		"a map":    {delta("tags", map[string]string{"b": "2", "a": "1", "same": "s"}, map[string]string{"a": "0", "same": "s"}), []string{"tags.a: 0 -> 1", "tags.b: none -> 2"}},
		"any map":  {delta("ports", map[int]string{1: "x"}, map[int]string{2: "y"}), []string{"ports.1: none -> x", "ports.2: y -> none"}},
		"a list":   {delta("ingress", []string{"a", "b", "c"}, []string{"a", "x"}), []string{"ingress: x -> b", "ingress: none -> c"}},
		"an empty": {delta("path", "/", ""), []string{"path: none -> /"}},
		"no delta": {nil, nil},
	} {
		var got []string
		for _, c := range changes(test.delta) {
			got = append(got, c.String())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheCostIsOfWhatIsThereAndOfWhatWillBe(t *testing.T) {
	e := change().Cost
	got := map[string]string{}
	for _, l := range e.Lines {
		got[l.Item] = fromTo(l.Before, l.After)
	}
	want := map[string]string{
		"Fargate": "$36.04 -> $144.16", "Network load balancer": "$16.43", "Secrets Manager": "$0.40 -> $0.00", "Public IPv4 addresses": "$7.30",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
}

func TestAnAutoscalersRangeIsThatOfItsSchedulesToo(t *testing.T) {
	count := func(n int32) *int32 { return &n }
	gw := gateway(1)
	gw.Spec.Replicas, gw.Spec.Autoscaling = nil, &v1alpha1.AutoscalingSpec{MinReplicas: 2, MaxReplicas: 6}
	for want, schedules := range map[[2]int32][]v1alpha1.AutoscalingSchedule{
		{2, 6}:  nil,
		{0, 20}: {{MinReplicas: count(8), MaxReplicas: count(20)}, {MinReplicas: count(0)}},
		{1, 6}:  {{MaxReplicas: count(1)}},
	} {
		gw.Spec.Autoscaling.Schedules = schedules
		if least, most := replicas(&gw.Spec, 3); least != want[0] || most != want[1] {
			t.Errorf("%v: %d to %d, want %v", schedules, least, most, want)
		}
	}
}

func TestProblemsAndWhatIsAwaitedAreTold(t *testing.T) {
	p := Of(Input{Kind: KindChange, After: gateway(1), Report: &engine.Report{Steps: []engine.Step{
		step("Secret", "registration", engine.ActionCreate, 1, func(s *engine.Step) {
			s.Problem = &engine.Problem{Reason: "RegistrationSecretMissing", Message: "there is no Secret"}
		}),
		step("Service", "gateway", engine.ActionNone, 0, func(s *engine.Step) { s.State, s.Reason = engine.StateBlocked, "needs Cluster/cluster" }),
		step("Replicas", "gateway", engine.ActionNone, 0, func(s *engine.Step) { s.Wait = engine.WaitFor(1, "ECS starts 1 replica") }),
	}}})
	if diff := cmp.Diff([]Note{
		{"Secret/registration", "RegistrationSecretMissing", "there is no Secret"},
		{"Service/gateway", "", "nothing is known of it: needs Cluster/cluster"},
	}, p.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Note{{"Replicas/gateway", "", "ECS starts 1 replica"}}, p.Awaited); diff != "" {
		t.Errorf("awaited (-want +got):\n%s", diff)
	}
	if !p.HasProblems() || !p.HasChanges() {
		t.Error("a plan with a problem has none")
	}
}

func TestTheJSONHasListsAndNeverNull(t *testing.T) {
	text, err := json.Marshal(Failed(KindChange, gateway(1), "InvalidSpec", "no region"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"gateway":"flex/dev","kind":"change","new":false,"summary":{},"steps":[],"problems":[{"reason":"InvalidSpec","message":"no region"}],"awaited":[],"assumed":[]}`
	if string(text) != want {
		t.Errorf("got\n%s, want\n%s", text, want)
	}
}
