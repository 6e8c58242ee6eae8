package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/events"
)

// hookTimedOut and hookRefused are why a deployment is rolled back; not AWS's sentences.
const (
	hookTimedOut = "Service deployment rolled back because a lifecycle hook timed out."
	hookRefused  = "Service deployment rolled back because ContinueServiceDeployment was called with the action ROLLBACK."
)

// hook is a PAUSE that a deployment has come to.
type hook struct {
	id        string
	status    types.DeploymentLifecycleHookStatus
	expiresAt time.Time
	// action is what ECS does when the time is over.
	action types.DeploymentLifecycleHookAction
}

func (h *hook) isWaiting() bool { return h.status == types.DeploymentLifecycleHookStatusAwaitingAction }

// raiseHooks begins the pauses of the stage that a deployment has entered.
func (s *Service) raiseHooks(svc *service, sh *shift) {
	for _, configured := range sh.configuration.LifecycleHooks {
		if !slices.Contains(configured.LifecycleStages, types.DeploymentLifecycleHookStage(sh.stage())) {
			continue
		}
		h := &hook{
			id: "ecs-pause-" + s.world.Letters(43), status: types.DeploymentLifecycleHookStatusAwaitingAction,
			expiresAt: s.world.Now().Add(minutes(configured.TimeoutConfiguration.TimeoutInMinutes)),
			action:    configured.TimeoutConfiguration.Action,
		}
		sh.hooks = append(sh.hooks, h)
		s.announceHook(svc, sh, h)
	}
}

// isPaused reports whether a pause waits for somebody; one whose time is over does what
// it was told to do then.
func (s *Service) isPaused(svc *service, sh *shift) bool {
	paused := false
	for _, h := range sh.hooks {
		switch {
		case !h.isWaiting():
		case s.world.Now().Before(h.expiresAt):
			s.wakeAt(svc, h.expiresAt)
			paused = true
		default:
			h.status = types.DeploymentLifecycleHookStatusTimedOut
			if h.action == types.DeploymentLifecycleHookActionRollback {
				s.giveUp(svc, hookTimedOut, true)
				return true
			}
		}
	}
	return paused
}

// ContinueServiceDeployment lets a deployment go on that waits at a pause, or rolls it
// back.
func (s *Service) ContinueServiceDeployment(c *core.Call, in *sdk.ContinueServiceDeploymentInput) (*sdk.ContinueServiceDeploymentOutput, error) {
	svc, ro, ok := s.regions.In(c.Scope).rollout(aws.ToString(in.ServiceDeploymentArn))
	if !ok {
		return nil, core.Errorf(codeRolloutNotFound, "Service deployment not found.")
	}
	sh := ro.deployment.shift
	var waiting *hook
	if sh != nil && ro.status == types.ServiceDeploymentStatusInProgress {
		for _, h := range sh.hooks {
			if h.id == aws.ToString(in.HookId) && h.isWaiting() {
				waiting = h
			}
		}
	}
	if waiting == nil {
		return nil, invalidParameter("The lifecycle hook %s of the service deployment is not awaiting an action.", aws.ToString(in.HookId)) // not AWS's sentence
	}
	if in.Action == types.DeploymentLifecycleHookActionRollback {
		waiting.status = types.DeploymentLifecycleHookStatusFailed
		s.requestRollback(svc, ro, hookRefused)
	} else {
		waiting.status = types.DeploymentLifecycleHookStatusSucceeded
		s.wake(svc, 0)
	}
	return &sdk.ContinueServiceDeploymentOutput{ServiceDeploymentArn: aws.String(ro.arn)}, nil
}

// hookViews are the pauses that the deployment has come to, in their order.
func (sh *shift) hookViews() []types.DeploymentLifecycleHookDetail {
	var views []types.DeploymentLifecycleHookDetail
	for _, h := range sh.hooks {
		views = append(views, types.DeploymentLifecycleHookDetail{
			HookId: aws.String(h.id), TargetType: types.DeploymentLifecycleHookTargetTypePause,
			Status: h.status, ExpiresAt: aws.Time(h.expiresAt), TimeoutAction: h.action,
		})
	}
	return views
}

// announceHook publishes that a deployment waits for somebody (developer guide, "Pause
// hooks for Amazon ECS service deployments"; the members of the detail are assumed).
func (s *Service) announceHook(svc *service, sh *shift, h *hook) {
	if s.deps.Events == nil {
		return
	}
	s.deps.Events.Publish(svc.region.scope, events.Event{
		Source: source, DetailType: "ECS Hook State Change", Resources: []string{svc.arn},
		Detail: func() map[string]any {
			return map[string]any{
				"eventType": "INFO", "eventName": hookAwaitingAction, "clusterArn": svc.cluster.arn,
				"serviceDeploymentArn": sh.green.rollout.arn, "hookId": h.id, "updatedAt": iso(s.world.Now()),
			}
		},
	})
}
