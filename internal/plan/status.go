package plan

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cost"
)

// The bounds of a plan in a status: the whole object has to fit into etcd, and into the
// head of who reads it. The numbers of items are those of the CRD.
const (
	mostSteps    = 50
	mostDetails  = 5
	mostProblems = 10
	// longestDetail and longestMessage are in characters.
	longestDetail  = 200
	longestMessage = 500
)

// Status is the plan as status.plan has it, of a generation of the spec, made at a time.
func (p *Plan) Status(generation int64, at time.Time) *v1alpha1.PlanStatus {
	st := &v1alpha1.PlanStatus{
		ObservedGeneration: generation, Time: metav1.Time{Time: at.UTC().Truncate(time.Second)}, Account: p.Account, Region: p.Region,
		Summary: p.Counts(), Counts: p.counts(), MonthlyCost: monthly(p.Cost),
	}
	switch {
	case p.HasProblems() && !p.HasChanges():
		st.Summary = "there is no plan"
	case !p.HasChanges():
		st.Summary = "nothing to do"
	}
	for _, s := range p.Steps[:min(len(p.Steps), mostSteps)] {
		st.Steps = append(st.Steps, v1alpha1.PlanStep{
			Order: int32(s.Order), Action: string(s.Action), Kind: s.Kind, Name: s.Name, Phase: s.Phase, Details: s.bounded(),
		})
	}
	st.MoreSteps = int32(len(p.Steps) - len(st.Steps))
	for _, n := range p.Problems[:min(len(p.Problems), mostProblems)] {
		st.Problems = append(st.Problems, v1alpha1.PlanProblem{Resource: n.Resource, Reason: n.Reason, Message: clipped(n.Message, longestMessage)})
	}
	st.MoreProblems = int32(len(p.Problems) - len(st.Problems))
	return st
}

func (p *Plan) counts() v1alpha1.PlanCounts {
	number := func(a Action) int32 { return int32(p.Summary[a]) }
	return v1alpha1.PlanCounts{
		Create: number(ActionCreate), Update: number(ActionUpdate), Replace: number(ActionReplace),
		Restart: number(ActionRestart), Delete: number(ActionDelete), Release: number(ActionRelease),
	}
}

// bounded are the details, of which the last one says how many more there are.
func (s Step) bounded() []string {
	var list []string
	for _, detail := range s.details() {
		if detail != "" {
			list = append(list, clipped(detail, longestDetail))
		}
	}
	if more := len(list) - mostDetails + 1; more > 1 {
		list = append(list[:mostDetails-1], fmt.Sprintf("and %d more", more))
	}
	return list
}

// clipped keeps the beginning of a text.
func clipped(text string, longest int) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return string(runes[:longest-3]) + "..."
}

// monthly is nil where the prices are not known.
func monthly(e *cost.Estimate) *v1alpha1.PlanCost {
	if e == nil || !e.Known {
		return nil
	}
	amount := func(r cost.Range) string { return strings.ReplaceAll(r.String(), "$", "") }
	return &v1alpha1.PlanCost{Currency: e.Currency, Before: amount(e.Before), After: amount(e.After), PricesDated: e.PricesDated}
}
