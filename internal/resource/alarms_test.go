package resource

import (
	"testing"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// answered is what ECS answers where it has been told settings.
func answered(r RolloutSettings) *ecstypes.DeploymentConfiguration {
	c := r.configuration()
	c.BakeTimeInMinutes = ptr(aws.ToInt32(c.BakeTimeInMinutes)) // it makes the default visible
	return c
}

func TestAlarmsAreReadAsTheyWereWritten(t *testing.T) {
	for name, settings := range map[string]RolloutSettings{
		"none":                   {},
		"none with blue/green":   {Shift: Shift{Strategy: ecstypes.DeploymentStrategyBlueGreen, BakeMinutes: 5}},
		"two":                    {Alarms: Alarms{Names: []string{"latency", "errors"}, BakeMinutes: 7}},
		"one with a canary":      {Alarms: Alarms{Names: []string{"errors"}}, Shift: Shift{Strategy: ecstypes.DeploymentStrategyCanary, BakeMinutes: 5}},
		"one that does not bake": {Alarms: Alarms{Names: []string{"errors"}}},
	} {
		delta := compare.NewDelta()
		settings.Alarms.diff(delta, alarmsOf(answered(settings)))
		settings.Shift.diff(delta, shiftOf(answered(settings)))
		if len(delta.Differences) > 0 {
			t.Errorf("%s: it differs from itself: %v", name, delta.Differences)
		}
	}
}

func TestWhatDiffersBetweenAlarms(t *testing.T) {
	two := Alarms{Names: []string{"latency", "errors"}, BakeMinutes: 5}
	inForce := func(names []string, enable, rollback bool, bake int32) *ecstypes.DeploymentConfiguration {
		return &ecstypes.DeploymentConfiguration{
			Alarms: &ecstypes.DeploymentAlarms{AlarmNames: names, Enable: enable, Rollback: rollback}, BakeTimeInMinutes: &bake,
		}
	}
	for _, test := range []struct {
		name   string
		wanted Alarms
		found  *ecstypes.DeploymentConfiguration
		differ bool
	}{
		{"another order", two, inForce([]string{"errors", "latency"}, true, true, 5), false},
		{"one is missing", two, inForce([]string{"errors"}, true, true, 5), true},
		{"they do not roll back", two, inForce(two.Names, true, false, 5), true},
		{"they are not enabled", two, inForce(two.Names, false, true, 5), true},
		{"another bake time", two, inForce(two.Names, true, true, 4), true},
		{"none at all", two, &ecstypes.DeploymentConfiguration{}, true},
		{"some where none are wanted", Alarms{}, inForce(two.Names, true, true, 5), true},
		{"some that do not roll back where none are wanted", Alarms{}, inForce(two.Names, true, false, 5), true},
		{"disabled ones where none are wanted", Alarms{}, inForce(two.Names, false, true, 5), false},
		{"ECS says nothing of alarms", Alarms{}, &ecstypes.DeploymentConfiguration{BakeTimeInMinutes: aws.Int32(3)}, false},
		{"no answer", Alarms{}, nil, false},
	} {
		delta := compare.NewDelta()
		test.wanted.diff(delta, alarmsOf(test.found))
		if got := len(delta.Differences) > 0; got != test.differ || got && !delta.DifferentAt("deploymentConfiguration") {
			t.Errorf("%s: differences %v, want any: %v", test.name, delta.Differences, test.differ)
		}
	}
}

func TestNoAlarmsDisableThoseThatAreThere(t *testing.T) {
	a := RolloutSettings{}.configuration().Alarms
	if a == nil || a.AlarmNames == nil || a.Enable || a.Rollback {
		t.Errorf("alarms = %+v, want an empty list, disabled: ECS keeps those that are not mentioned", a)
	}
}

func TestTheCauseOfARollbackNamesItsAlarms(t *testing.T) {
	for _, test := range []struct {
		said ecstypes.ServiceDeployment
		want string
	}{
		{ecstypes.ServiceDeployment{StatusReason: aws.String("Stopped.")}, ""},
		{ecstypes.ServiceDeployment{Alarms: &ecstypes.ServiceDeploymentAlarms{AlarmNames: []string{"errors"}}}, ""},
		{ecstypes.ServiceDeployment{Alarms: &ecstypes.ServiceDeploymentAlarms{TriggeredAlarmNames: []string{"latency", "errors"}}}, "CloudWatch alarm errors, latency went off"},
		{ecstypes.ServiceDeployment{
			StatusReason: aws.String("It failed."), Alarms: &ecstypes.ServiceDeploymentAlarms{TriggeredAlarmNames: []string{"errors"}},
		}, "CloudWatch alarm errors went off: It failed."},
	} {
		if got := triggered(test.said); got != test.want {
			t.Errorf("cause %q, want %q", got, test.want)
		}
	}
}

func TestAnAlarmIsTheCauseWhateverElseHappened(t *testing.T) {
	// A task of it has failed, too, and a person wanted to stop it.
	s := Service{Abort: "ecs-svc/2", Before: Rollout{DeploymentID: "ecs-svc/2", TaskDefinition: "gw:2"}}
	observed := &ServiceState{alarmed: true, Cause: "an alarm", Deployments: []Deployment{
		{ID: "ecs-svc/1", TaskDefinition: "gw:1"}, {ID: "ecs-svc/2", TaskDefinition: "gw:2", Failed: 1, Rollout: ecstypes.DeploymentRolloutStateFailed},
	}}
	if cause, err := s.causeOf(t.Context(), observed, "gw:2"); cause != "an alarm" || err != nil {
		t.Errorf("cause %q, error %v", cause, err)
	}
}
