package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	essentialExited = "Essential container in task exited"
	// drainLook is how often a task that drains looks whether a target has gone
	// without a word, as with a target group that was deleted.
	drainLook = time.Minute
)

// failToStart stops a task that has not got to RUNNING.
func (s *Service) failToStart(t *task, reason string) {
	s.stop(t, types.TaskStopCodeTaskFailedToStart, reason)
}

// stop tells a task to stop: it leaves its target groups, then its containers stop,
// then its network interface goes.
func (s *Service) stop(t *task, code types.TaskStopCode, reason string) {
	if t.isStopping() {
		return
	}
	t.next.Cancel()
	t.desiredStatus = taskStopped
	t.stopCode, t.stoppedReason = code, reason
	t.stoppingAt = s.world.Now()
	s.reportStop(t)
	switch {
	case t.isPending() && !t.hasContainer(taskRunning):
		s.deprovision(t)
	case code == types.TaskStopCodeEssentialContainerExited, code == types.TaskStopCodeInfrastructureHealth:
		// There is nothing left that could finish its requests.
		s.deregister(t)
		s.deprovision(t)
	case code == types.TaskStopCodeSpotInterruption:
		// The event is the warning. SIGTERM does not wait until the targets are drained.
		s.announceTask(t)
		s.deregister(t)
		s.terminate(t)
	case len(t.targets) == 0:
		s.terminate(t)
	default:
		t.moveTo(taskDeactivating)
		s.announceTask(t)
		s.deregister(t)
		s.lookAtDrain(t)
	}
}

// reportStop tells the service's scheduler that it has to do without a task.
func (s *Service) reportStop(t *task) {
	svc := t.service
	if svc == nil {
		return
	}
	svc.steady = false
	failed := t.stopCode == types.TaskStopCodeTaskFailedToStart ||
		t.stopCode == types.TaskStopCodeEssentialContainerExited && !t.wasHealthy
	switch {
	case failed:
		s.failed(svc, t.deployment)
	case t.stopCode != types.TaskStopCodeServiceSchedulerInitiated:
		s.wakeLater(svc)
	}
}

func (s *Service) deregister(t *task) {
	for _, tg := range slices.Clone(t.targets) {
		s.deps.ELB.Deregister(t.region.scope, tg.group, tg.ip, tg.port)
		if t.service != nil {
			s.event(t.service, "deregistered 1 targets in (target-group %s)", tg.group)
		}
	}
}

// lookAtDrain goes on once no target of the task is left.
func (s *Service) lookAtDrain(t *task) {
	t.targets = slices.DeleteFunc(t.targets, func(tg target) bool {
		state, _ := s.deps.ELB.TargetState(t.region.scope, tg.group, tg.ip, tg.port)
		if state == "" {
			delete(t.region.targets, tg)
		}
		return state == ""
	})
	if t.lastStatus != taskDeactivating {
		return
	}
	if len(t.targets) == 0 {
		s.terminate(t)
		return
	}
	t.next = s.world.After(drainLook, func() { s.lookAtDrain(t) })
}

// terminate sends the containers SIGTERM, and waits for the last of them to end.
func (s *Service) terminate(t *task) {
	t.next.Cancel()
	t.moveTo(taskStopping)
	s.announceTask(t)
	grace := s.drainRequests(t)
	t.next = s.world.After(grace+s.world.Delay(core.TaskStop), func() { s.deprovision(t) })
}

// deprovision ends the containers and gives the network interface back.
func (s *Service) deprovision(t *task) {
	now := s.world.Now()
	s.endRequests(t)
	for _, c := range t.containers {
		s.endContainer(c)
	}
	if !t.startedAt.IsZero() && t.executionStoppedAt.IsZero() {
		t.executionStoppedAt = now
	}
	t.moveTo(taskDeprovisioning)
	if t.attachStatus == "ATTACHED" {
		t.attachStatus = "DETACHING"
		s.deps.EC2.Listen(t.region.scope, t.eni.ID)
	}
	s.announceTask(t)
	t.next = s.world.After(s.world.Delay(core.TaskENIRelease), func() { s.release(t) })
	if t.service != nil {
		s.wake(t.service, 0)
	}
}

func (s *Service) release(t *task) {
	t.next = nil
	if t.eni.ID != "" {
		s.deps.EC2.DeleteInterface(t.region.scope, t.eni.ID)
	}
	t.attachStatus = "DELETED"
	t.stoppedAt = s.world.Now()
	t.moveTo(taskStopped)
	s.announceTask(t)
	if svc := t.service; svc != nil {
		svc.tasks = slices.DeleteFunc(svc.tasks, func(o *task) bool { return o == t })
		s.wake(svc, 0)
	}
}

// exited is told when a container has ended by itself. Containers may have waited for
// that.
func (s *Service) exited(c *container) {
	t := c.task
	if !aws.ToBool(c.definition.Essential) {
		s.startContainers(t)
	}
	if aws.ToBool(c.definition.Essential) || !t.hasContainer(taskRunning) && !t.hasContainer(taskPending) {
		t.executionStoppedAt = s.world.Now()
		s.stop(t, types.TaskStopCodeEssentialContainerExited, essentialExited)
	}
}
