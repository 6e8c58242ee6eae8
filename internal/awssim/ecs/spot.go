package ecs

import (
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// interrupted is AWS's reason for a task that Fargate Spot takes back.
const interrupted = "Your Spot Task was interrupted."

// InterruptTask takes the capacity of the task with the ARN back, as Fargate Spot does:
// an event warns, its targets begin to drain, and its containers get SIGTERM, all at
// once. They are killed when their stop timeout, at most two minutes, is over. It
// reports whether there was such a task on Fargate Spot that nobody had told to stop
// yet. The world must be locked.
//
// The order is AWS's ("What's new", 13 February 2023: a Spot task is deregistered before
// it gets SIGTERM); that nothing is waited for in between is an assumption, the less
// convenient one.
func (s *Service) InterruptTask(arn string) bool {
	found := s.tasksWhere(func(t *task) bool { return t.arn == arn && t.provider == providerSpot && !t.isStopping() })
	for _, t := range found {
		s.stop(t, types.TaskStopCodeSpotInterruption, interrupted)
	}
	return len(found) > 0
}

// bucket is what the capacity provider has been asked to launch.
func (r *region) bucket(provider string) *launchBucket {
	if provider == providerSpot {
		return &r.spot
	}
	return &r.fargate
}

// hasRoom reports whether the capacity provider takes a task of the deployment now; an
// event tells why not. A task that Spot has no room for does not hold up those of
// other providers, and is not started there instead.
func (s *Service) hasRoom(svc *service, d *deployment, provider string) bool {
	if now := s.world.Now(); provider == providerSpot && now.Before(svc.spotRetryAt) {
		s.wakeAt(svc, svc.spotRetryAt)
		return false
	}
	reason := s.whyNoRoom(svc.region, d.revision, provider, 1)
	if reason == "" {
		return true
	}
	s.event(svc, "was unable to place a task. Reason: %s. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.", reason)
	s.announceService(svc, placementFailure)
	if provider == providerSpot {
		svc.spotRetryAt = s.countFailure(svc, d)
		s.wakeAt(svc, svc.spotRetryAt)
		return false
	}
	s.failed(svc, d)
	return false
}

// whyNoRoom is AWS's reason for why so many tasks cannot be launched on the capacity
// provider, "" where they can.
func (s *Service) whyNoRoom(r *region, rev revision, provider string, tasks int) string {
	switch {
	case len(s.subnetsLeft(r.scope, rev.network, provider)) == 0:
		return noCapacity
	case !s.vCPUsLeft(r, rev.definition, provider, tasks):
		return noVCPUs
	default:
		return ""
	}
}
