package ecs

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Troubles are faults of Fargate, in force in all accounts and regions until they
// are taken back. The zero value is an AWS that works.
//
// An image is named by any part of what a task definition says, such as
// "flex-gateway:1.13"; the empty string names all images.
type Troubles struct {
	// ZonesOut are availability zones, such as "us-east-1a", in which no task runs:
	// those that do are lost at once, and new ones go to other zones.
	ZonesOut []string `json:"zonesOut,omitempty"`
	// CapacityGone leaves running tasks alone and lets none start.
	CapacityGone bool `json:"capacityGone,omitempty"`
	// SpotGone is CapacityGone for Fargate Spot alone. AWS starts nothing on Fargate
	// instead.
	SpotGone bool `json:"spotGone,omitempty"`
	// PullFails are images whose registry refuses every pull, as Docker Hub does when
	// its rate limit is reached.
	PullFails []string `json:"pullFails,omitempty"`
	// Crash are images whose containers exit with code 1 a second after their start.
	Crash []string `json:"crash,omitempty"`
	// NeverHealthy are images of gateways that run, open no port and fail every
	// health check. A container keeps the behaviour that it started with.
	NeverHealthy []string `json:"neverHealthy,omitempty"`
	// Slow are images of gateways whose answers take five seconds longer, from their next
	// start on.
	Slow []string `json:"slow,omitempty"`
}

// clone is a copy that shares nothing with t.
func (t Troubles) clone() Troubles {
	t.ZonesOut = slices.Clone(t.ZonesOut)
	t.PullFails = slices.Clone(t.PullFails)
	t.Crash = slices.Clone(t.Crash)
	t.NeverHealthy = slices.Clone(t.NeverHealthy)
	t.Slow = slices.Clone(t.Slow)
	return t
}

// anyIn reports whether one of the parts occurs in the image's name.
func anyIn(image string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(image, part) })
}

// Troubles returns the faults in force. The world must be locked.
func (s *Service) Troubles() Troubles { return s.troubles.clone() }

// SetTroubles replaces the faults in force. Tasks in zones that are out are lost at
// once. When faults end, the schedulers find out at their next attempt, which after
// many failures may be 27 minutes away. The world must be locked.
func (s *Service) SetTroubles(t Troubles) {
	s.troubles = t.clone()
	for _, lost := range s.tasksWhere(func(t *task) bool { return s.isOut(t.zone()) }) {
		s.lose(lost, "The infrastructure in availability zone "+lost.zone()+" is impaired.")
	}
}

// ZoneOut takes an availability zone out, with all tasks in it. The world must be
// locked.
func (s *Service) ZoneOut(zone string) {
	t := s.Troubles()
	if !slices.Contains(t.ZonesOut, zone) {
		t.ZonesOut = append(t.ZonesOut, zone)
	}
	s.SetTroubles(t)
}

// ZoneBack ends ZoneOut. Tasks that run elsewhere stay where they are. The world
// must be locked.
func (s *Service) ZoneBack(zone string) {
	t := s.Troubles()
	t.ZonesOut = slices.DeleteFunc(t.ZonesOut, func(z string) bool { return z == zone })
	s.SetTroubles(t)
}

// KillTask loses the task with the ARN, as the failure of the machine below it does.
// It reports whether there was such a task that nobody had told to stop yet. The
// world must be locked.
func (s *Service) KillTask(arn string) bool {
	found := s.tasksWhere(func(t *task) bool { return t.arn == arn && !t.isStopping() })
	for _, t := range found {
		s.lose(t, "The infrastructure that ran the task has failed.")
	}
	return len(found) > 0
}

// isOut reports whether an availability zone is out.
func (s *Service) isOut(zone string) bool { return slices.Contains(s.troubles.ZonesOut, zone) }

// lose stops a task without a word to its containers, which leave no exit code. Its
// targets drain, but nothing answers there any more.
func (s *Service) lose(t *task, reason string) {
	if t.isStopping() {
		return
	}
	for _, c := range t.containers {
		c.next.Cancel()
		c.lastStatus = taskStopped
	}
	s.stop(t, types.TaskStopCodeInfrastructureHealth, reason)
}

// tasksWhere are the tasks of all accounts that match, in a stable order.
func (s *Service) tasksWhere(match func(*task) bool) []*task {
	var found []*task
	s.regions.All(func(_ core.Scope, r *region) {
		for _, name := range slices.Sorted(maps.Keys(r.clusters)) {
			for _, t := range r.clusters[name].tasks {
				if t.lastStatus != taskStopped && match(t) {
					found = append(found, t)
				}
			}
		}
	})
	// The regions come in no order; a cluster's tasks keep theirs.
	slices.SortStableFunc(found, func(a, b *task) int { return cmp.Compare(a.cluster.arn, b.cluster.arn) })
	return found
}
