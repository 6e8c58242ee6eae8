package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// wake has the scheduler look at the service in d, unless it will sooner. A look
// arranges for those that are still needed after it.
func (s *Service) wake(svc *service, d time.Duration) {
	at := s.world.Now().Add(d)
	if svc.look != nil && !svc.lookAt.After(at) {
		return
	}
	svc.look.Cancel()
	svc.lookAt = at
	svc.look = s.world.After(d, func() {
		svc.look = nil
		s.reconcile(svc)
	})
}

// wakeAt is wake for a moment, if it is yet to come.
func (s *Service) wakeAt(svc *service, at time.Time) {
	if d := at.Sub(s.world.Now()); d > 0 {
		s.wake(svc, d)
	}
}

// reconcile is one look of the scheduler.
func (s *Service) reconcile(svc *service) {
	switch svc.status {
	case statusDraining:
		s.drain(svc)
	case statusActive:
		if now := s.world.Now(); !now.Before(svc.launchAfter) {
			svc.rollouts[0].start(now)
			s.startRollback(svc)
		}
		s.judge(svc)
		s.checkBreaker(svc)
		s.advance(svc)
		s.stopSurplus(svc)
		s.startMissing(svc)
		s.retire(svc)
		s.settle(svc)
	}
}

// keptBy are a deployment's tasks that are neither told to stop nor condemned.
func (svc *service) keptBy(d *deployment) []*task {
	var kept []*task
	for _, t := range svc.tasks {
		if t.deployment == d && !t.isStopping() && t.condemned == "" {
			kept = append(kept, t)
		}
	}
	return kept
}

// retire takes older deployments without tasks off the list. One that has failed
// stays until the rollback is complete.
func (s *Service) retire(svc *service) {
	svc.deployments = slices.DeleteFunc(svc.deployments, func(d *deployment) bool {
		if svc.stands(d) || d.rollout.status == types.ServiceDeploymentStatusRollbackInProgress {
			return false
		}
		running, pending := svc.countsOf(d)
		if running+pending > 0 {
			return false
		}
		d.status = statusInactive
		return true
	})
}

// settle completes the deployment and announces the steady state once the service
// has looked steady for a while.
func (s *Service) settle(svc *service) {
	if !s.looksSteady(svc) {
		svc.steadyAt = time.Time{}
		svc.steady = false
		return
	}
	if svc.steady {
		return
	}
	now := s.world.Now()
	if svc.steadyAt.IsZero() {
		svc.steadyAt = now.Add(s.world.Delay(core.SteadyStateDetection))
	}
	if now.Before(svc.steadyAt) {
		s.wakeAt(svc, svc.steadyAt)
		return
	}
	svc.steady = true
	asked := svc.rollouts[0].status == types.ServiceDeploymentStatusRollbackRequested
	if p := svc.primary(); p.rolloutState == types.DeploymentRolloutStateInProgress && svc.shift == nil && !asked {
		s.complete(svc, p)
	}
	s.event(svc, "has reached a steady state.")
	s.announceService(svc, steadyState)
}

// looksSteady reports whether the PRIMARY deployment has its tasks, all healthy, and
// no other task runs.
func (s *Service) looksSteady(svc *service) bool {
	p := svc.primary()
	if p.rolloutState == types.DeploymentRolloutStateFailed {
		return false
	}
	healthy := 0
	for _, t := range svc.tasks {
		switch {
		case t.lastStatus == taskDeprovisioning:
		case t.deployment != p || t.condemned != "" || !s.healthy(t):
			return false
		default:
			healthy++
		}
	}
	return healthy == svc.desired
}

// complete marks the PRIMARY deployment COMPLETED: from now on a rollback leads to it.
func (s *Service) complete(svc *service, p *deployment) {
	now := s.world.Now()
	p.rolloutState, p.updatedAt = types.DeploymentRolloutStateCompleted, now
	p.reason = "ECS deployment " + p.id + " completed."
	svc.completed = p
	last := svc.rollouts[0]
	// A deployment without work may be complete before the scheduler gets round to it.
	last.start(now)
	switch last.status {
	case types.ServiceDeploymentStatusRollbackInProgress:
		last.finish(types.ServiceDeploymentStatusRollbackSuccessful, last.reason, now)
	case types.ServiceDeploymentStatusInProgress:
		last.finish(types.ServiceDeploymentStatusSuccessful, "", now)
	}
	s.retire(svc)
	s.event(svc, "(deployment %s) deployment completed.", p.id)
	s.announceDeployment(svc, p, deploymentCompleted)
}
