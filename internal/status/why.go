package status

import (
	"slices"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
)

// why is the reason that a report is not done: the most pressing problem, else what is
// awaited, else what is blocked.
func why(report *engine.Report) (reason, message string) {
	if problem := pressing(report); problem != nil {
		return problem.Problem.Reason, problem.Identity.String() + ": " + problem.Problem.Error()
	}
	reason = v1alpha1.ReasonRollingOut
	var waits []string
	for _, s := range report.Steps {
		if s.Wait == nil {
			continue
		}
		if !slices.Contains(waits, s.Wait.Reason) {
			waits = append(waits, s.Wait.Reason)
		}
		switch {
		case s.Wait.Code != "":
			reason = s.Wait.Code
		case s.Phase != gateway.Rollout && reason == v1alpha1.ReasonRollingOut:
			reason = v1alpha1.ReasonWaiting
		}
	}
	if len(waits) > 0 {
		return reason, strings.Join(waits, "; ")
	}
	return v1alpha1.ReasonCreating, blocked(report)
}

// blocked says what the blocked resources of a report need. Those that wait for one of the
// others are left out: they say nothing new.
func blocked(report *engine.Report) string {
	isBlocked := map[engine.Identity]bool{}
	for _, s := range report.Steps {
		isBlocked[s.Identity] = s.State == engine.StateBlocked
	}
	var sentences []string
	needing := map[string][]string{}
	for _, s := range report.Steps {
		if s.State != engine.StateBlocked && s.State != engine.StatePending || isBlocked[s.Blocker] {
			continue
		}
		if needing[s.Reason] == nil {
			sentences = append(sentences, s.Reason)
		}
		needing[s.Reason] = append(needing[s.Reason], s.Identity.String())
	}
	for i, needs := range sentences {
		who := needing[needs]
		if what, found := strings.CutPrefix(needs, "needs "); found && len(who) > 1 {
			needs = "need " + what
		}
		sentences[i] = strings.Join(who, ", ") + " " + needs
	}
	return strings.Join(sentences, "; ")
}

// pressing is the step with the most pressing problem: a terminal one first.
func pressing(report *engine.Report) *engine.Step {
	var found *engine.Step
	for i, s := range report.Steps {
		if s.Problem == nil {
			continue
		}
		if found == nil || s.Problem.Terminal && !found.Problem.Terminal {
			found = &report.Steps[i]
		}
	}
	return found
}
