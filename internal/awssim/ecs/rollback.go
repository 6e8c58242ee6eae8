package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// stopRequested is why a deployment is rolled back that somebody stops; not AWS's sentence.
const stopRequested = "Service deployment rolled back because StopServiceDeployment was called."

// StopServiceDeployment rolls a service deployment back, whatever its strategy and
// whether or not a rollback is configured. Of the stop types, AWS documents ROLLBACK only
// (developer guide, "Stopping Amazon ECS service deployments").
func (s *Service) StopServiceDeployment(c *core.Call, in *sdk.StopServiceDeploymentInput) (*sdk.StopServiceDeploymentOutput, error) {
	svc, ro, ok := s.regions.In(c.Scope).rollout(aws.ToString(in.ServiceDeploymentArn))
	if !ok {
		return nil, core.Errorf(codeRolloutNotFound, "Service deployment not found.")
	}
	if in.StopType == types.StopServiceDeploymentStopTypeAbort {
		return nil, core.Errorf(codeUnsupportedFeature, "The stop type ABORT is not simulated: AWS documents ROLLBACK only.")
	}
	switch ro.status {
	case types.ServiceDeploymentStatusRollbackRequested, types.ServiceDeploymentStatusRollbackInProgress:
	case types.ServiceDeploymentStatusPending, types.ServiceDeploymentStatusInProgress:
		// Code and sentence are assumed, here and below.
		if svc.rollbackTarget() == nil {
			return nil, core.Errorf(codeConflict, "The service deployment cannot be rolled back: there is no previous service revision.")
		}
		s.requestRollback(svc, ro, stopRequested)
	default:
		return nil, core.Errorf(codeConflict, "The service deployment cannot be stopped: its status is %s.", ro.status)
	}
	return &sdk.StopServiceDeploymentOutput{ServiceDeploymentArn: aws.String(ro.arn)}, nil
}

// requestRollback has the scheduler roll a deployment back when it gets round to it.
func (s *Service) requestRollback(svc *service, ro *rollout, reason string) {
	ro.status, ro.reason = types.ServiceDeploymentStatusRollbackRequested, reason
	s.wakeLater(svc)
}

// rollbackTarget is the deployment that a rollback goes back to, nil without one: blue
// while traffic shifts, and else the last that was completed.
func (svc *service) rollbackTarget() *deployment {
	if svc.shift != nil {
		return svc.shift.blue
	}
	if svc.completed == svc.primary() {
		return nil
	}
	return svc.completed
}

// startRollback begins the rollback that somebody has asked for.
func (s *Service) startRollback(svc *service) {
	last := svc.rollouts[0]
	if last.status == types.ServiceDeploymentStatusRollbackRequested {
		s.giveUp(svc, last.reason, true)
	}
}

// giveUp fails the PRIMARY deployment, and goes back to an earlier one if there is one
// and rollback says so. The first deployment of a service has nothing to go back to, and
// stays.
func (s *Service) giveUp(svc *service, reason string, rollback bool) {
	now, d := s.world.Now(), svc.primary()
	d.rolloutState, d.reason, d.updatedAt = types.DeploymentRolloutStateFailed, reason, now
	s.announceDeployment(svc, d, deploymentFailed)
	if back := svc.rollbackTarget(); rollback && back != nil {
		s.rollBack(svc, d, back, reason)
		return
	}
	// A rollback that fails has no rollout of its own: it belongs to the one that is
	// being rolled back.
	status := types.ServiceDeploymentStatusStopped
	if svc.rollouts[0].status == types.ServiceDeploymentStatusRollbackInProgress {
		status = types.ServiceDeploymentStatusRollbackFailed
	}
	svc.rollouts[0].finish(status, reason, now)
}

// rollBack makes an earlier deployment PRIMARY again, under its old id.
func (s *Service) rollBack(svc *service, from, to *deployment, reason string) {
	now := s.world.Now()
	from.status = statusActive
	to.status, to.rolloutState = statusPrimary, types.DeploymentRolloutStateInProgress
	to.reason = "ECS deployment " + from.id + " failed: rolling back to deploymentId " + to.id + "."
	if reason == tasksFailedToStart {
		to.reason = "ECS deployment circuit breaker: rolling back to deploymentId " + to.id + "."
	}
	to.failed, to.retryAt, to.updatedAt = 0, time.Time{}, now
	svc.spotRetryAt = time.Time{}
	svc.deployments = slices.DeleteFunc(svc.deployments, func(d *deployment) bool { return d == to })
	svc.deployments = append([]*deployment{to}, svc.deployments...)
	from.rollout.rollBack(&to.revision, reason, now)
	if svc.shift != nil {
		s.turnBack(svc.shift)
		s.wake(svc, 0)
	}
	s.event(svc, "rolling back to deployment %s.", to.id)
	s.announceDeployment(svc, to, deploymentInProgress)
}

// turnBack has a traffic shift go back to blue: first its traffic, if green has any, and
// then green goes. The stages of a rollback are an assumption.
func (s *Service) turnBack(sh *shift) {
	sh.rollingBack, sh.at = true, -1
	sh.steps = nil
	if sh.test > 0 {
		sh.steps = append(sh.steps, step{stage: stageTestShift})
	}
	if sh.production > 0 {
		sh.steps = append(sh.steps, step{stage: stageProduction, lasts: s.world.Delay(core.TrafficShift)})
	}
	sh.steps = append(sh.steps, step{stage: stageCleanUp})
}
