// Package events simulates the default event bus of Amazon EventBridge: rules with
// event patterns, and their targets. Events are delivered at least once and in any
// order, to SQS queues whose policy lets EventBridge; what other targets would get is
// only counted. Other buses, schedules and transformers of the input are not simulated.
package events

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/sqs"
)

// Quotas of EventBridge (Amazon EventBridge user guide, "Amazon EventBridge quotas").
const (
	mostRules   = 300
	mostTargets = 5
)

// Error codes of EventBridge.
const (
	notFound       = "ResourceNotFoundException"
	invalidPattern = "InvalidEventPatternException"
	limitExceeded  = "LimitExceededException"
	validation     = "ValidationException"
	notSimulated   = "NotImplemented"
)

// Queues take what is delivered.
type Queues interface {
	Deliver(queueARN, service, source, body string) sqs.Delivery
}

// Counts say what became of events. The unit is an event for one target.
type Counts struct {
	// Delivered are in a queue, duplicates among them; Duplicates is how many of the
	// deliveries, made or yet to be made, are second ones.
	Delivered, Duplicates int
	// NoQueue and Refused are lost: no such queue, or one whose policy does not let
	// EventBridge.
	NoQueue, Refused int
	// Elsewhere are for targets that are not queues.
	Elsewhere int
}

// Service is the simulated EventBridge of all accounts and regions.
type Service struct {
	world  *core.World
	queues Queues
	buses  core.Regional[bus]
	counts Counts
}

// bus is the default event bus of one account in one region.
type bus struct{ rules map[string]*rule }

// rule is one rule.
type rule struct {
	name, arn, description, role string
	text                         string
	pattern                      pattern
	state                        types.RuleState
	targets                      []types.Target
	tags                         map[string]string
}

// New returns an EventBridge without rules.
func New(w *core.World, q Queues) *Service {
	return &Service{world: w, queues: q, buses: core.Regional[bus]{
		Make: func(core.Scope) *bus { return &bus{rules: map[string]*rule{}} },
	}}
}

// Counts say what has become of events since the start. The world must be locked.
func (s *Service) Counts() Counts { return s.counts }

// Inventory lists all rules.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.buses.All(func(sc core.Scope, b *bus) {
		for _, r := range b.rules {
			list = append(list, core.Resource{
				Service: "events", Kind: "Rule", ID: r.arn, Account: sc.Account, Region: sc.Region, State: string(r.state), Tags: maps.Clone(r.tags),
			})
		}
	})
	core.SortResources(list)
	return list
}

// bus finds the event bus that a request names; there is only the default one.
func (s *Service) bus(c *core.Call, name *string) (*bus, error) {
	switch n := aws.ToString(name); n {
	case "", "default", c.ARN("events", "event-bus/default"):
		return s.buses.In(c.Scope), nil
	default:
		return nil, core.Errorf(notFound, "Event bus %s does not exist.", n[strings.LastIndex(n, "/")+1:])
	}
}

func (s *Service) rule(c *core.Call, busName, name *string) (*rule, error) {
	b, err := s.bus(c, busName)
	if err != nil {
		return nil, err
	}
	if r, ok := b.rules[aws.ToString(name)]; ok {
		return r, nil
	}
	return nil, core.Errorf(notFound, "Rule %s does not exist on EventBus default.", aws.ToString(name))
}

// names are the names of the rules, sorted.
func (b *bus) names() []string { return slices.Sorted(maps.Keys(b.rules)) }
