package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// drain stops the tasks of a deleted service, which is INACTIVE a while after the
// last of them is gone.
func (s *Service) drain(svc *service) {
	s.stopAll(svc, slices.DeleteFunc(slices.Clone(svc.tasks), (*task).isStopping))
	if len(svc.tasks) == 0 {
		s.world.After(s.world.Delay(core.ServiceInactive), func() { s.deactivate(svc) })
	}
}

// stopSurplus stops what is too much: more tasks than desired, tasks that have been
// replaced, and, as far as the minimum of healthy tasks allows, those of older
// deployments.
func (s *Service) stopSurplus(svc *service) {
	var surplus []*task
	for _, d := range svc.deployments {
		if !svc.stands(d) {
			continue
		}
		kept := svc.keptBy(d)
		for len(kept) > svc.desired {
			t := s.pickSurplus(kept)
			kept = slices.DeleteFunc(kept, func(o *task) bool { return o == t })
			surplus = append(surplus, t)
		}
	}
	s.stopCondemned(svc)
	if svc.primary().rolloutState != types.DeploymentRolloutStateFailed {
		surplus = append(surplus, s.surplusOfOld(svc)...)
	}
	s.stopAll(svc, surplus)
}

// stopCondemned stops tasks that failed their checks as their replacements reach
// RUNNING, or at once where there is no room for replacements or nothing replaces them.
func (s *Service) stopCondemned(svc *service) {
	// spare are the replacements to wait for, and lacks the room that they need.
	spare, lacks := map[*deployment]int{}, map[*deployment]int{}
	for _, d := range svc.deployments {
		if !svc.refills(d) {
			continue
		}
		kept, running := svc.keptBy(d), 0
		for _, t := range kept {
			if t.lastStatus == taskRunning {
				running++
			}
		}
		spare[d] = max(svc.desired-running, 0)
		lacks[d] = svc.desired - len(kept) - svc.room(d)
	}
	for _, t := range slices.Clone(svc.tasks) {
		if t.condemned == "" || t.isStopping() {
			continue
		}
		if spare[t.deployment] > 0 && lacks[t.deployment] <= 0 {
			spare[t.deployment]--
			continue
		}
		lacks[t.deployment]--
		s.stop(t, types.TaskStopCodeServiceSchedulerInitiated, t.condemned)
		s.event(svc, "has stopped 1 running tasks: %s.", listed([]*task{t}))
	}
}

// surplusOfOld chooses the tasks of older deployments that can go now: all that are
// not healthy, and as many of the others as leave the minimum of healthy tasks.
func (s *Service) surplusOfOld(svc *service) []*task {
	var old []*task
	healthy := 0
	for _, t := range svc.tasks {
		if t.isStopping() || t.condemned != "" {
			continue
		}
		if s.healthy(t) {
			healthy++
		}
		if !svc.stands(t.deployment) {
			old = append(old, t)
		}
	}
	spare := healthy - lowerLimit(svc.desired, *svc.configuration.MinimumHealthyPercent)
	var surplus []*task
	for len(old) > 0 {
		t := s.pickSurplus(old)
		old = slices.DeleteFunc(old, func(o *task) bool { return o == t })
		if s.healthy(t) {
			if spare <= 0 {
				continue
			}
			spare--
		}
		surplus = append(surplus, t)
	}
	return surplus
}

// stopAll stops tasks in the name of the PRIMARY deployment, and says so in events.
func (s *Service) stopAll(svc *service, tasks []*task) {
	var pending, running, registered []*task
	for _, t := range tasks {
		switch {
		case t.isPending():
			pending = append(pending, t)
		case len(t.targets) > 0:
			registered = append(registered, t)
			running = append(running, t)
		default:
			running = append(running, t)
		}
		s.stop(t, types.TaskStopCodeServiceSchedulerInitiated, "Scaling activity initiated by (deployment "+svc.primary().id+")")
	}
	if len(pending) > 0 {
		s.event(svc, "stopped %d pending tasks.", len(pending))
	}
	if len(registered) > 0 {
		s.event(svc, "has begun draining connections on %d tasks.", len(registered))
	}
	if len(running) > 0 {
		s.event(svc, "has stopped %d running tasks: %s.", len(running), listed(running))
	}
}
