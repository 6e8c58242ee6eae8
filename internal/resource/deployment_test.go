package resource

import (
	"testing"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestARollbackIsToldFromAChangeBySomeoneElse(t *testing.T) {
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	ours := Rollout{TaskDefinition: "td:2", DeploymentID: "ecs-svc/2", StartedAt: start}
	failed := ours
	failed.Failed = true
	primary := func(id, definition string, created time.Time, state ecstypes.DeploymentRolloutState) *ServiceState {
		return &ServiceState{Deployments: []Deployment{{ID: id, TaskDefinition: definition, CreatedAt: created, Rollout: state}}}
	}
	tests := []struct {
		name    string
		service *ServiceState
		before  Rollout
		want    bool
	}{
		{"never rolled out", primary("ecs-svc/1", "td:1", start, ecstypes.DeploymentRolloutStateCompleted), Rollout{}, false},
		{"rolling out", primary("ecs-svc/2", "td:2", start, ecstypes.DeploymentRolloutStateInProgress), ours, false},
		{"complete", primary("ecs-svc/2", "td:2", start, ecstypes.DeploymentRolloutStateCompleted), ours, false},
		{"given up with nothing to go back to", primary("ecs-svc/2", "td:2", start, ecstypes.DeploymentRolloutStateFailed), ours, true},
		{"the older deployment is back", primary("ecs-svc/1", "td:1", start.Add(-time.Hour), ecstypes.DeploymentRolloutStateInProgress), ours, true},
		{"someone made a newer deployment", primary("ecs-svc/3", "td:1", start.Add(time.Minute), ecstypes.DeploymentRolloutStateInProgress), ours, false},
		{"someone touched it after the failure", primary("ecs-svc/3", "td:1", start.Add(time.Minute), ecstypes.DeploymentRolloutStateCompleted), failed, true},
		{"another revision is wanted now", primary("ecs-svc/1", "td:1", start.Add(-time.Hour), ecstypes.DeploymentRolloutStateCompleted), Rollout{TaskDefinition: "td:9", DeploymentID: "ecs-svc/9", StartedAt: start}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.service.rolledBack("td:2", test.before); got != test.want {
				t.Errorf("rolledBack = %v, want %v", got, test.want)
			}
		})
	}
}

func TestTheRolloutThatIsRememberedKeepsAFailure(t *testing.T) {
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	ours := Rollout{TaskDefinition: "td:2", DeploymentID: "ecs-svc/2", StartedAt: start}
	service := &ServiceState{Deployments: []Deployment{{ID: "ecs-svc/1", TaskDefinition: "td:1", CreatedAt: start.Add(-time.Hour)}}}
	if got := service.Rollout("td:2", ours); !got.Failed || got.DeploymentID != ours.DeploymentID {
		t.Errorf("after a rollback %+v is remembered, want our rollout as failed", got)
	}
	service.Deployments[0] = Deployment{ID: "ecs-svc/3", TaskDefinition: "td:3", CreatedAt: start.Add(time.Hour)}
	if got := service.Rollout("td:3", ours); got.Failed || got.DeploymentID != "ecs-svc/3" || got.TaskDefinition != "td:3" {
		t.Errorf("a new rollout is remembered as %+v", got)
	}
}

func TestDeploymentSettingsAreComparedOnlyWhereTheControllerSetsThem(t *testing.T) {
	settings := RolloutSettings{MinimumHealthyPercent: 100, MaximumPercent: 200}
	echoed := settings.configuration()
	echoed.BakeTimeInMinutes = ptr(int32(0))
	echoed.Strategy = ecstypes.DeploymentStrategyRolling
	if limitsOf(echoed) != settings.limits() {
		t.Error("ECS's own defaults beside ours are taken for drift")
	}
	echoed.DeploymentCircuitBreaker.Rollback = false
	if limitsOf(echoed) == settings.limits() {
		t.Error("a circuit breaker without rollback is taken for ours")
	}
}
