package status

import (
	"slices"
	"time"

	"flexgw.io/controller/api/v1alpha1"
)

// Finished is a rollout that has come to its end.
type Finished struct {
	// Outcome is Serving, Superseded, RolledBack or Failed.
	Outcome v1alpha1.Outcome
	// DeploymentID is ECS's id of its deployment.
	DeploymentID string
	// Took is the time from its beginning to its end by ECS's clock.
	Took time.Duration
}

// FinishedRollouts are those that were in progress, or not there yet, in the history before
// and have an end in the one after. Each is in the outcome of one look only, as long as that
// look's history is written.
func FinishedRollouts(before, after []v1alpha1.RevisionStatus) []Finished {
	var finished []Finished
	for _, v := range after {
		at := slices.IndexFunc(before, isOf(v.DeploymentID))
		if at >= 0 && before[at].Outcome != v1alpha1.OutcomeInProgress || v.StartedAt == nil || v.FinishedAt == nil {
			continue
		}
		outcome := v.Outcome
		if outcome == v1alpha1.OutcomeReplaced { // it served, and was replaced, between two looks
			outcome = v1alpha1.OutcomeServing
		}
		finished = append(finished, Finished{outcome, v.DeploymentID, max(0, v.FinishedAt.Sub(v.StartedAt.Time))})
	}
	return finished
}
