package awssim

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// ended waits until the latest service deployment of a life is over.
func (g *gatewayLife) ended() ecstypes.ServiceDeployment {
	g.t.Helper()
	time.Sleep(30 * time.Minute)
	d := g.latest()
	if d.FinishedAt == nil {
		g.t.Fatalf("it is %s still", d.Status)
	}
	return d
}

func TestAnAlarmThatSomebodySetsRollsARealServiceBackAlsoInASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		settings := core.DefaultSettings()
		s, err := New(Options{Settings: &settings, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g := newGatewayLife(t, s)
		g.create()
		time.Sleep(30 * time.Minute)
		done[*ecs.UpdateServiceOutput](t)(ecs.NewFromConfig(g.aws).UpdateService(g.ctx, &ecs.UpdateServiceInput{
			Cluster: aws.String("gateways"), Service: aws.String("gateway"), ForceNewDeployment: true,
			DeploymentConfiguration: &ecstypes.DeploymentConfiguration{
				Alarms: &ecstypes.DeploymentAlarms{AlarmNames: []string{"errors"}, Enable: true, Rollback: true},
			},
		}))
		time.Sleep(time.Minute)
		if status, answer := ask(s, "PUT", "/_awssim/alarms", `{"name": "errors", "state": "ALARM"}`); status != 200 {
			t.Fatal(answer)
		}
		// ECS has not polled yet, here and in the copy.
		again := loaded(t, saved(t, s))
		copied := &gatewayLife{t: t, ctx: g.ctx, aws: config(again, "us-east-1", "test")}
		if diff := cmp.Diff([]alarmState{{"errors", "ALARM"}}, again.alarms()); diff != "" {
			t.Errorf("alarms in the copy (-want +got):\n%s", diff)
		}
		for name, life := range map[string]*gatewayLife{"saved": g, "loaded": copied} {
			d := life.ended()
			if d.Status != ecstypes.ServiceDeploymentStatusRollbackSuccessful || !cmp.Equal(d.Alarms.TriggeredAlarmNames, []string{"errors"}) {
				t.Errorf("%s: it is %s, %+v", name, d.Status, d.Alarms)
			}
		}
	})
}

func TestAnAlarmThatIsSetFromGoIsNotForgottenWithoutAWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSim(t)
		s.World().Do(func() { s.ECS.SetAlarm("errors", "ALARM") })
		if _, err := s.Save(); !errors.Is(err, ErrNotRepeatable) {
			t.Errorf("error %v, want %v", err, ErrNotRepeatable)
		}
	})
}

func TestAlarmsThatAreNoneAreRefused(t *testing.T) {
	s := newTestSim(t)
	for _, body := range []string{`{"name": "errors", "state": "RED"}`, `{"state": "OK"}`, `{"name": "errors", "state": "OK", "metric": "x"}`, `{`} {
		if status, answer := ask(s, "PUT", "/_awssim/alarms", body); status != 400 {
			t.Errorf("%s: status %d, %s", body, status, answer)
		}
	}
	if got := s.alarms(); len(got) != 0 {
		t.Errorf("alarms = %v", got)
	}
}
