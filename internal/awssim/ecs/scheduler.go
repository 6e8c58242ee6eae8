package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
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
		s.judge(svc)
		s.checkBreaker(svc)
		s.stopSurplus(svc)
		s.startMissing(svc)
		s.retire(svc)
		s.settle(svc)
	}
}

// drain stops the tasks of a deleted service, which is INACTIVE a while after the
// last of them is gone.
func (s *Service) drain(svc *service) {
	s.stopAll(svc, slices.DeleteFunc(slices.Clone(svc.tasks), (*task).isStopping))
	if len(svc.tasks) == 0 {
		s.world.After(s.world.Delay(core.ServiceInactive), func() { s.deactivate(svc) })
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

// judge looks at the health of every task: it notes successes, and condemns tasks
// that fail their checks when the grace period is over.
func (s *Service) judge(svc *service) {
	now := s.world.Now()
	for _, t := range slices.Clone(svc.tasks) {
		if t.lastStatus != taskRunning || t.condemned != "" {
			continue
		}
		if s.healthy(t) {
			if !t.wasHealthy {
				t.wasHealthy = true
				s.succeeded(svc, t.deployment)
			}
			continue
		}
		s.wakeAt(svc, t.startedAt.Add(settledAfter))
		grace := t.startedAt.Add(seconds(svc.grace))
		if now.Before(grace) {
			s.wakeAt(svc, grace)
			continue
		}
		s.condemn(svc, t)
	}
}

// condemn marks a task for replacement if one of its checks has failed.
func (s *Service) condemn(svc *service, t *task) {
	if t.healthStatus() == types.HealthStatusUnhealthy {
		t.condemned = "Task failed container health checks"
		s.event(svc, "(task %s) failed container health checks.", t.id)
	}
	for _, tg := range t.targets {
		state, reason := s.deps.ELB.TargetState(t.region.scope, tg.group, tg.ip, tg.port)
		if state != "unhealthy" || t.condemned != "" {
			continue
		}
		t.condemned = "Task failed ELB health checks in (target-group " + tg.group + ")"
		s.event(svc, "(task %s) (port %d) is unhealthy in (target-group %s) due to (reason %s)", t.id, tg.port, tg.group, reason)
	}
	if t.condemned != "" {
		svc.steady = false
		s.failed(svc, t.deployment)
	}
}

// stopSurplus stops what is too much: more tasks than desired, tasks that have been
// replaced, and, as far as the minimum of healthy tasks allows, those of older
// deployments.
func (s *Service) stopSurplus(svc *service) {
	p := svc.primary()
	kept := svc.keptBy(p)
	var surplus []*task
	for len(kept) > svc.desired {
		t := s.pickSurplus(kept)
		kept = slices.DeleteFunc(kept, func(o *task) bool { return o == t })
		surplus = append(surplus, t)
	}
	s.stopCondemned(svc)
	if p.rolloutState != types.DeploymentRolloutStateFailed {
		surplus = append(surplus, s.surplusOfOld(svc)...)
	}
	s.stopAll(svc, surplus)
}

// stopCondemned stops tasks that failed their checks as their replacements reach
// RUNNING, or at once where there is no room for replacements.
func (s *Service) stopCondemned(svc *service) {
	p := svc.primary()
	running := 0
	for _, t := range svc.keptBy(p) {
		if t.lastStatus == taskRunning {
			running++
		}
	}
	room := upperLimit(svc.desired, *svc.configuration.MaximumPercent) - len(svc.tasks)
	missing := svc.desired - len(svc.keptBy(p))
	spare := max(svc.desired-running, 0)
	for _, t := range slices.Clone(svc.tasks) {
		if t.condemned == "" || t.isStopping() {
			continue
		}
		if t.deployment == p && p.rolloutState != types.DeploymentRolloutStateFailed && spare > 0 && missing <= room {
			spare--
			continue
		}
		room++
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
		if t.deployment != svc.primary() {
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
		s.event(svc, "has stopped %d pending tasks.", len(pending))
	}
	if len(registered) > 0 {
		s.event(svc, "has begun draining connections on %d tasks.", len(registered))
	}
	if len(running) > 0 {
		s.event(svc, "has stopped %d running tasks: %s.", len(running), listed(running))
	}
}

// startMissing starts the PRIMARY deployment's missing tasks, as many as the
// maximum allows.
func (s *Service) startMissing(svc *service) {
	p := svc.primary()
	missing := svc.desired - len(svc.keptBy(p))
	if missing <= 0 || p.rolloutState == types.DeploymentRolloutStateFailed {
		return
	}
	n := min(missing, upperLimit(svc.desired, *svc.configuration.MaximumPercent)-len(svc.tasks))
	if n <= 0 {
		s.checkDeadlock(svc)
		return
	}
	ready := svc.launchAfter
	if p.retryAt.After(ready) {
		ready = p.retryAt
	}
	if s.world.Now().Before(ready) {
		s.wakeAt(svc, ready)
		return
	}
	if svc.launchType != types.LaunchTypeFargate {
		s.eventOnce(svc, "was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.")
		return
	}
	if err := s.assumeRoles(svc.region.scope, p.revision.definition); err != nil {
		s.event(svc, "failed to launch a task with (error %s).", err.Error())
		s.failed(svc, p)
		return
	}
	s.startTasks(svc, n)
}

// checkDeadlock tells when the limits leave the scheduler nothing to do in the
// midst of a deployment: nothing may start, nothing may stop, and nothing is on its
// way.
func (s *Service) checkDeadlock(svc *service) {
	for _, t := range svc.tasks {
		if t.isStopping() || t.condemned != "" || !s.healthy(t) {
			return
		}
	}
	s.eventOnce(svc, "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.")
}

func (s *Service) startTasks(svc *service, n int) {
	p := svc.primary()
	var started []*task
	for range n {
		t := s.start(svc.region, launch{
			cluster: svc.cluster, revision: p.revision, service: svc, deployment: p,
			subnet: s.pickSubnet(svc.region.scope, p.revision.network, svc.keptBy(p)),
			group:  "service:" + svc.name, startedBy: p.id, launchType: svc.launchType, executable: svc.executable,
			tags: svc.taskTags(),
		})
		svc.tasks = append(svc.tasks, t)
		started = append(started, t)
	}
	s.event(svc, "has started %d tasks: %s.", n, listed(started))
}

// taskTags are the tags of the service's next task.
func (svc *service) taskTags() []types.Tag {
	var tags []types.Tag
	switch svc.propagateTags {
	case types.PropagateTagsService:
		tags = slices.Clone(svc.tags)
	case types.PropagateTagsTaskDefinition:
		tags = slices.Clone(svc.primary().revision.definition.tags)
	}
	if svc.managedTags {
		tags = withTags(tags, []types.Tag{
			{Key: aws.String("aws:ecs:clusterName"), Value: aws.String(svc.cluster.name)},
			{Key: aws.String("aws:ecs:serviceName"), Value: aws.String(svc.name)},
		})
	}
	return tags
}

// retire takes older deployments without tasks off the list.
func (s *Service) retire(svc *service) {
	svc.deployments = slices.DeleteFunc(svc.deployments, func(d *deployment) bool {
		if d == svc.deployments[0] {
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
		svc.steadySince = time.Time{}
		svc.steady = false
		return
	}
	if svc.steady {
		return
	}
	now := s.world.Now()
	if svc.steadySince.IsZero() {
		svc.steadySince = now.Add(s.world.Delay(core.SteadyStateDetection))
	}
	if now.Before(svc.steadySince) {
		s.wakeAt(svc, svc.steadySince)
		return
	}
	svc.steady = true
	if p := svc.primary(); p.rolloutState == types.DeploymentRolloutStateInProgress {
		s.complete(svc, p)
	}
	s.event(svc, "has reached a steady state.")
}

// looksSteady reports whether the PRIMARY deployment has its tasks, all healthy, and
// no other task runs.
func (s *Service) looksSteady(svc *service) bool {
	p := svc.primary()
	if p.rolloutState == types.DeploymentRolloutStateFailed || len(svc.deployments) > 1 {
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
	switch last := svc.rollouts[0]; last.status {
	case types.ServiceDeploymentStatusRollbackInProgress:
		last.finish(types.ServiceDeploymentStatusRollbackSuccessful, last.reason, now)
	case types.ServiceDeploymentStatusInProgress:
		last.finish(types.ServiceDeploymentStatusSuccessful, "", now)
	}
	s.event(svc, "(deployment %s) deployment completed.", p.id)
}
