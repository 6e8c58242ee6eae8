package ecs

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/traffic"
)

// Traffic runs what answers requests in tasks. Its methods are called with the world
// locked, and do not wait.
type Traffic interface {
	// Start opens the ports of a replica behind a network interface.
	Start(eni string, r traffic.Replica)
	// Drain is SIGTERM.
	Drain(eni string)
	// Stop is the end of the process.
	Stop(eni string)
}

// SetTraffic has replicas really answer from now on. It is called before the first task
// starts.
func (s *Service) SetTraffic(t Traffic) { s.traffic = t }

const (
	// drainTimeEnv is the gateway's variable for how long it drains after SIGTERM, and
	// drainTime its default (MuleSoft, "Flex Gateway graceful shutdown").
	drainTimeEnv = "FLEX_SERVICE_ENVOY_DRAIN_TIME"
	drainTime    = 25 * time.Second
	// stopTimeout is how long after SIGTERM ECS sends SIGKILL, where the container
	// definition does not say.
	stopTimeout = 30 * time.Second
	// slowness is how much longer the answers of slow gateways take.
	slowness = 5 * time.Second
)

// drainTimeOf is how long a gateway drains: a number of seconds, or a duration. What it
// cannot read it replaces by the default.
func drainTimeOf(text string) time.Duration {
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return time.Duration(n) * time.Second
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d
	}
	return drainTime
}

// graceOf is how long a container runs on after SIGTERM: as long as its program likes,
// and no longer than its stop timeout.
func graceOf(c *container) time.Duration {
	p, ok := c.program.(graceful)
	if !ok || c.lastStatus != taskRunning {
		return 0
	}
	limit := stopTimeout
	if c.definition.StopTimeout != nil {
		limit = seconds(c.definition.StopTimeout)
	}
	return min(p.grace(c), limit)
}

// graceful is a program that does not end at once on SIGTERM.
type graceful interface {
	grace(c *container) time.Duration
}

func (g *gateway) grace(c *container) time.Duration { return drainTimeOf(c.env[drainTimeEnv]) }

// answerRequests opens the ports of a gateway to clients, or changes them.
func (s *Service) answerRequests(c *container, r traffic.Replica) {
	if s.traffic == nil {
		return
	}
	t, image := c.task, aws.ToString(c.definition.Image)
	r.Task, r.Zone, r.Image, r.Revision = t.id, t.zone(), image, lastSegment(t.revision.definition.arn())
	if anyIn(image, s.troubles.Slow) {
		r.Delay = slowness
	}
	s.traffic.Start(t.eni.ID, r)
}

// drainRequests tells the gateways of a task to drain, and how long that takes.
func (s *Service) drainRequests(t *task) time.Duration {
	if s.traffic != nil && t.eni.ID != "" {
		s.traffic.Drain(t.eni.ID)
	}
	var longest time.Duration
	for _, c := range t.containers {
		longest = max(longest, graceOf(c))
	}
	return longest
}

// endRequests breaks the connections of a task off.
func (s *Service) endRequests(t *task) {
	if s.traffic != nil && t.eni.ID != "" {
		s.traffic.Stop(t.eni.ID)
	}
}
