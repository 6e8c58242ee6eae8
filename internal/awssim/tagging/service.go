// Package tagging simulates the part of the AWS Resource Groups Tagging API that finds
// resources by their tags, across services.
//
// It answers from an index that runs behind: what has just been made is not in it yet, and
// what has been deleted still is. AWS promises no time; the reference of GetResources says
// of it only that it returns what is tagged or was tagged before.
package tagging

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/internal/awssim/core"
)

// Service is the simulated tagging API of all accounts and regions.
type Service struct {
	world *core.World
	// inventory lists what there is now, with the world locked.
	inventory func() []core.Resource
	index     map[core.Scope][]entry
	// scheduled is true while an update is on the timeline.
	scheduled bool
}

// entry is a resource as the index has it. Without tags it is one that had some once.
type entry struct {
	arn  string
	tags map[string]string
}

// New returns a tagging API whose index is empty.
func New(w *core.World, inventory func() []core.Resource) *Service {
	return &Service{world: w, inventory: inventory, index: map[core.Scope][]entry{}}
}

// Called is to be called after each AWS call, of whatever service, with the world locked.
// The index is brought up to date core.TagIndex later, and then again for as long as it
// changes: an AWS in which nobody does anything has nothing on its timeline.
func (s *Service) Called() {
	if !s.scheduled {
		s.schedule()
	}
}

// schedule takes the latency's median always: a draw would make chance fall otherwise in
// the rest of the world whenever somebody has looked at something.
func (s *Service) schedule() {
	s.scheduled = true
	s.world.After(max(s.world.Settings.Latencies[core.TagIndex].P50, time.Second), func() {
		before := s.index
		s.update()
		s.scheduled = false
		if !reflect.DeepEqual(before, s.index) {
			s.schedule()
		}
	})
}

// update makes the index what there is now.
func (s *Service) update() {
	was := map[string]bool{}
	for _, entries := range s.index {
		for _, e := range entries {
			was[e.arn] = true
		}
	}
	index := map[core.Scope][]entry{}
	for _, r := range s.inventory() {
		arn, ok := arnOf(r)
		if !ok || len(r.Tags) == 0 && !was[arn] {
			continue
		}
		scope := core.Scope{Account: r.Account, Region: r.Region}
		index[scope] = append(index[scope], entry{arn: arn, tags: maps.Clone(r.Tags)})
	}
	for _, entries := range index {
		slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.arn, b.arn) })
	}
	s.index = index
}
