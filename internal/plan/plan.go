// Package plan turns the report of a planning walk into what a person, a program or a pull
// request is told: what would be made, changed, replaced, restarted and deleted, in what
// order, and what it costs. It is pure.
package plan

import (
	"cmp"
	"slices"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cost"
	"flexgw.io/controller/internal/engine"
)

// Kind is what is planned.
type Kind string

// The kinds of plans.
const (
	// KindChange is what a spec would have the controller do.
	KindChange Kind = "change"
	// KindDeletion is what deleting the object would have it do.
	KindDeletion Kind = "deletion"
	// KindDrift is where the cloud is not as the spec in the cluster asks.
	KindDrift Kind = "drift"
)

// Action is what would be done to a resource.
type Action string

// The actions, in the order in which they are counted.
const (
	ActionCreate Action = "create"
	ActionUpdate Action = "update"
	// ActionReplace makes another resource that takes the place of the one that is there.
	ActionReplace Action = "replace"
	// ActionRestart is what ECS does to the replicas: new ones take the place of all.
	ActionRestart Action = "restart"
	ActionDelete  Action = "delete"
	// ActionRelease takes the owner's marks off and leaves the resource.
	ActionRelease Action = "release"
)

// Actions are all actions in the order in which they are counted.
var Actions = []Action{ActionCreate, ActionUpdate, ActionReplace, ActionRestart, ActionDelete, ActionRelease}

// Plan is what would be done for one gateway. Its JSON is documented in docs/plan.md.
type Plan struct {
	// Gateway is namespace/name.
	Gateway string `json:"gateway"`
	Kind    Kind   `json:"kind"`
	// Account and Region are empty where it is not known.
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	// New is true where the object is not in the cluster.
	New bool `json:"new"`
	// Summary counts the steps by their actions.
	Summary map[Action]int `json:"summary"`
	// Steps are in the order in which they would be done.
	Steps []Step `json:"steps"`
	// Problems keep the plan from being carried out, or from being known.
	Problems []Note `json:"problems"`
	// Awaited is what is in progress, or would be awaited.
	Awaited []Note `json:"awaited"`
	// Assumed is what the plan takes for granted, and what it therefore cannot know.
	Assumed []Note `json:"assumed"`
	// Cost is nil where nothing is known of it.
	Cost *cost.Estimate `json:"cost,omitempty"`
}

// Step is what would be done to one resource.
type Step struct {
	// Order: a step waits for those of a lower order that it hangs on. Steps of the same
	// order do not wait for each other.
	Order  int    `json:"order"`
	Action Action `json:"action"`
	// Phase is the part of the work, and the condition that tells of it.
	Phase string `json:"phase"`
	// In is where the resource is: AWS or Anypoint.
	In   string `json:"in"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	// ID is the ARN or id, empty where it has none yet.
	ID      string   `json:"id,omitempty"`
	Changes []Change `json:"changes,omitempty"`
	// Reason says more than the action, where there is more to say.
	Reason string `json:"reason,omitempty"`
}

// Resource is Kind/Name.
func (s Step) Resource() string { return s.Kind + "/" + s.Name }

// Note is a sentence about a resource, or about the whole where it names none.
type Note struct {
	Resource string `json:"resource,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Message  string `json:"message"`
}

// Input is what a plan is made of.
type Input struct {
	Kind Kind
	// Before is the object as it is in the cluster, nil where it is not there, and After
	// as it is wanted, or the one that is to be deleted.
	Before, After *v1alpha1.FlexGatewayDeployment
	Report        *engine.Report
	// Account and Region are where it is planned for.
	Account, Region string
	// Replicas is how many replicas the service has or will have.
	Replicas int32
	// Assumed is what was taken for granted.
	Assumed []Note
	// Zones is how many availability zones the gateway is in; 0 is not known.
	Zones int
}

// Of is the plan that follows from a report.
func Of(in Input) *Plan {
	p := empty(in.Kind, in.After)
	p.Account, p.Region, p.New = in.Account, in.Region, in.Before == nil
	p.Assumed = append(p.Assumed, in.Assumed...)
	for _, s := range in.Report.Steps {
		p.add(s)
		if s.Kind == serviceKind && restarts(s) && in.Replicas > 0 {
			p.Steps = append(p.Steps, restart(s, in.Replicas))
		}
	}
	slices.SortStableFunc(p.Steps, func(a, b Step) int { return cmp.Compare(a.Order, b.Order) })
	for _, s := range p.Steps {
		p.Summary[s.Action]++
	}
	if in.Kind != KindDrift { // what the spec asks costs the same as before
		estimate := cost.Of(in.Region, before(in), after(in))
		p.Cost = &estimate
	}
	return p
}

// Failed is the plan of a gateway for which none could be made.
func Failed(kind Kind, gw *v1alpha1.FlexGatewayDeployment, reason, message string) *Plan {
	p := empty(kind, gw)
	p.Problems = append(p.Problems, Note{Reason: reason, Message: message})
	return p
}

func empty(kind Kind, gw *v1alpha1.FlexGatewayDeployment) *Plan {
	return &Plan{
		Gateway: gw.Namespace + "/" + gw.Name, Kind: kind, Summary: map[Action]int{},
		Steps: []Step{}, Problems: []Note{}, Awaited: []Note{}, Assumed: []Note{}, // lists, and not null
	}
}

func (p *Plan) add(s engine.Step) {
	switch {
	case s.Problem != nil:
		p.Problems = append(p.Problems, Note{Resource: s.Identity.String(), Reason: s.Problem.Reason, Message: s.Problem.Error()})
	case s.Unseen:
		p.Assumed = append(p.Assumed, Note{Resource: s.Identity.String(), Message: "nothing is known of it: " + s.Reason})
	case s.State == engine.StateBlocked:
		p.Problems = append(p.Problems, Note{Resource: s.Identity.String(), Message: "nothing is known of it: " + s.Reason})
	case s.Wait != nil:
		p.Awaited = append(p.Awaited, Note{Resource: s.Identity.String(), Reason: s.Wait.Code, Message: s.Wait.Reason})
	}
	if s.Action == engine.ActionNone {
		return
	}
	step := Step{Order: s.Stage, Action: Action(s.Action), Phase: string(s.Phase), In: where(s.Kind), Kind: s.Kind, Name: s.Name, ID: s.ID, Changes: changes(s.Delta)}
	if s.Replaces {
		step.Action = ActionReplace
	}
	switch {
	case s.Problem != nil: // told among the problems
	case s.Missing:
		step.Reason, step.ID = "it was there before, and is gone", ""
	default:
		step.Reason = s.Reason
	}
	p.Steps = append(p.Steps, step)
}

// where a kind of resource is.
func where(kind string) string {
	switch kind {
	case "Registration", "ExchangeAsset", "APIInstance":
		return "Anypoint"
	default:
		return "AWS"
	}
}

// HasChanges is true where something would be done.
func (p *Plan) HasChanges() bool { return len(p.Steps) > 0 }

// HasProblems is true where the plan would not get through, or is not known.
func (p *Plan) HasProblems() bool { return len(p.Problems) > 0 }
