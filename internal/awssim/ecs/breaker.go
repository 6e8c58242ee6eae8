package ecs

import (
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	// The limits of the circuit breaker's threshold.
	leastThreshold = 3
	mostThreshold  = 200
	// patientFailures is how many failures in a row are retried without a growing
	// delay, and mostRetryDelay the longest delay (AWS documents 27 minutes).
	patientFailures = 3
	mostRetryDelay  = 27 * time.Minute

	tasksFailedToStart = "ECS deployment circuit breaker: tasks failed to start."
)

// breakerThreshold is the number of failed tasks that trips the circuit breaker.
func breakerThreshold(b *types.DeploymentCircuitBreaker, desired int) int {
	percent := func(value int32) int { return int(math.Ceil(float64(desired) * float64(value) / 100)) }
	switch t := b.ThresholdConfiguration; {
	case t == nil:
		return min(max(percent(50), leastThreshold), mostThreshold)
	case t.Type == types.ThresholdTypeCount:
		return int(t.Value)
	case t.Type == types.ThresholdTypeUnboundedPercent:
		return max(percent(t.Value), 1)
	default:
		return min(max(percent(t.Value), leastThreshold), mostThreshold)
	}
}

// failed counts a task of a deployment that did not start or was never healthy, and
// puts off the next one.
func (s *Service) failed(svc *service, d *deployment) {
	d.retryAt = s.countFailure(svc, d)
}

// countFailure counts a failed task, and returns when to try again.
func (s *Service) countFailure(svc *service, d *deployment) time.Time {
	d.failed++
	d.updatedAt = s.world.Now()
	delay := s.world.Delay(core.ServiceRetry)
	for range d.failed - patientFailures {
		delay = min(2*delay, mostRetryDelay)
	}
	if d.failed > patientFailures {
		s.eventOnce(svc, "is unable to consistently start tasks successfully.")
		s.announceService(svc, startImpaired)
	}
	s.wake(svc, 0)
	return s.world.Now().Add(delay)
}

// succeeded notes that a task of a deployment is healthy, which ends a row of
// failures unless the breaker is told to count all of them.
func (s *Service) succeeded(svc *service, d *deployment) {
	if *svc.configuration.DeploymentCircuitBreaker.ResetOnHealthyTask {
		d.failed = 0
		d.retryAt = time.Time{}
	}
}

// checkBreaker fails the PRIMARY deployment when too many of its tasks have failed,
// and goes back to the last deployment that was completed, which becomes PRIMARY
// again under its old id. The first deployment of a service has nothing to go back
// to, and stays.
func (s *Service) checkBreaker(svc *service) {
	breaker := svc.configuration.DeploymentCircuitBreaker
	d := svc.primary()
	if !breaker.Enable || d.rolloutState != types.DeploymentRolloutStateInProgress || d.failed < breakerThreshold(breaker, svc.desired) {
		return
	}
	now := s.world.Now()
	d.rolloutState, d.reason, d.updatedAt = types.DeploymentRolloutStateFailed, tasksFailedToStart, now
	s.event(svc, "(deployment %s) deployment failed: tasks failed to start.", d.id)
	s.announceDeployment(svc, d, deploymentFailed)
	back := svc.completed
	if !breaker.Rollback || back == nil || back == d {
		// A rollback that fails has no rollout of its own: it belongs to the one
		// that is being rolled back.
		status := types.ServiceDeploymentStatusStopped
		if svc.rollouts[0].status == types.ServiceDeploymentStatusRollbackInProgress {
			status = types.ServiceDeploymentStatusRollbackFailed
		}
		svc.rollouts[0].finish(status, tasksFailedToStart, now)
		return
	}
	s.rollBack(svc, d, back)
}

func (s *Service) rollBack(svc *service, from, to *deployment) {
	now := s.world.Now()
	from.status = statusActive
	to.status, to.rolloutState = statusPrimary, types.DeploymentRolloutStateInProgress
	to.reason = "ECS deployment circuit breaker: rolling back to deploymentId " + to.id + "."
	to.failed, to.retryAt, to.updatedAt = 0, time.Time{}, now
	svc.spotRetryAt = time.Time{}
	svc.deployments = slices.DeleteFunc(svc.deployments, func(d *deployment) bool { return d == to })
	svc.deployments = append([]*deployment{to}, svc.deployments...)
	from.rollout.rollBack(&to.revision, tasksFailedToStart, now)
	s.event(svc, "rolling back to deployment %s.", to.id)
	s.announceDeployment(svc, to, deploymentInProgress)
}
