package ecs

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const (
	// failedToStart is ECS's reason for a task whose essential container could not start.
	failedToStart = "Task failed to start"
	// exitNeverRan is the exit code that ECS's agent reports for a container whose
	// dependencies can never be met, as if it had got SIGTERM (amazon-ecs-agent,
	// handleTerminalDependencyError).
	exitNeverRan = 143
)

// startContainers starts the containers whose dependencies are met, and gives up those
// whose dependencies never will be. When none is left to start the task is RUNNING. It is
// called again whenever a container of the task has ended or become healthy.
func (s *Service) startContainers(t *task) {
	if t.isStopping() || t.lastStatus == taskRunning {
		return
	}
	for moved := true; moved; {
		moved = false
		for _, c := range t.containers {
			if c.lastStatus != taskPending {
				continue
			}
			met, never := s.dependencies(c)
			switch {
			case never != "":
				c.lastStatus, c.exitCode, c.reason = taskStopped, aws.Int32(exitNeverRan), never
			case met:
				s.startContainer(c)
			}
			moved = moved || c.lastStatus != taskPending
		}
	}
	for _, c := range t.containers {
		if c.lastStatus == taskStopped && !c.ran() && aws.ToBool(c.definition.Essential) {
			s.failToStart(t, failedToStart)
			return
		}
	}
	if !t.hasContainer(taskPending) {
		s.becomeRunning(t)
	}
}

// dependencies reports whether a container may start, and, if it never may, why: in the
// words of ECS's agent.
func (s *Service) dependencies(c *container) (met bool, never string) {
	met = true
	for _, d := range c.definition.DependsOn {
		on := c.task.container(aws.ToString(d.ContainerName))
		if on == nil {
			continue // RegisterTaskDefinition refuses it
		}
		stopped := on.lastStatus == taskStopped
		tail := ""
		switch {
		case s.timedOut(on) && d.Condition != types.ContainerConditionStart:
			tail = "has timed out."
		case d.Condition == types.ContainerConditionSuccess && stopped && aws.ToInt32(on.exitCode) != 0:
			tail = "as dependency did not exit successfully."
		case stopped && !on.ran():
			tail = "because dependency will never start"
		}
		if tail != "" {
			return false, fmt.Sprintf("CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [%s] for target [%s] %s",
				on.forAgent(), c.forAgent(), tail)
		}
		met = met && satisfied(on, d.Condition)
	}
	return met, ""
}

// satisfied reports whether a container meets a condition. One that has ended has
// started, too.
func satisfied(on *container, condition types.ContainerCondition) bool {
	switch condition {
	case types.ContainerConditionStart:
		return on.lastStatus != taskPending
	case types.ContainerConditionHealthy:
		return on.lastStatus == taskRunning && on.health == types.HealthStatusHealthy
	default: // COMPLETE, and SUCCESS that has not failed
		return on.lastStatus == taskStopped
	}
}

// timedOut reports whether a container still runs after its start timeout, by which it
// should have done what others wait for.
func (s *Service) timedOut(c *container) bool {
	limit := c.definition.StartTimeout
	return limit != nil && c.lastStatus == taskRunning && !s.world.Now().Before(c.startedAt.Add(seconds(limit)))
}

// becomeRunning registers the task with its target groups.
func (s *Service) becomeRunning(t *task) {
	t.startedAt = s.world.Now()
	t.moveTo(taskRunning)
	s.announceTask(t)
	for i, lb := range t.revision.loadBalancers {
		s.register(t, t.revision.groups[i], aws.ToInt32(lb.ContainerPort))
	}
	if t.service != nil {
		s.wake(t.service, 0)
	}
}

// ran reports whether the container has been started.
func (c *container) ran() bool { return !c.startedAt.IsZero() }

// forAgent is the container as ECS's agent names it in messages.
func (c *container) forAgent() string {
	status := map[string]string{taskPending: "NONE", taskRunning: taskRunning, taskStopped: taskStopped}[c.lastStatus]
	text := fmt.Sprintf("%s(%s) (%s->RUNNING)", aws.ToString(c.definition.Name), aws.ToString(c.definition.Image), status)
	if c.exitCode != nil {
		text += " - Exit: " + strconv.Itoa(int(*c.exitCode))
	}
	return text
}

// container finds a container of the task by its name, or nil.
func (t *task) container(name string) *container {
	at := slices.IndexFunc(t.containers, func(c *container) bool { return aws.ToString(c.definition.Name) == name })
	if at < 0 {
		return nil
	}
	return t.containers[at]
}

// hasContainer reports whether a container of the task has the status.
func (t *task) hasContainer(status string) bool {
	return slices.ContainsFunc(t.containers, func(c *container) bool { return c.lastStatus == status })
}
