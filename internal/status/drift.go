package status

import (
	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// Drift is a resource that somebody changed or deleted behind the controller's back.
type Drift struct {
	// Kind is the resource's, such as SecurityGroup.
	Kind string
	// Found is true in the walk that saw it first, Mended in the one that put it right: as
	// a rule the same.
	Found, Mended bool
}

// Drifts are those that a walk has found or mended. Settled is as for Events, which tells
// of each that is mended as DriftCorrected. What cannot be put right at once makes the
// gateway not ready, and is an update like others later.
func Drifts(before *v1alpha1.FlexGatewayDeploymentStatus, report *engine.Report, settled bool) []Drift {
	var drifts []Drift
	settled = settled && !newContent(report)
	for _, s := range report.Steps {
		isChanged := settled && !isRegistration(s) && len(engine.FieldChanges(s.Delta)) > 0
		if !s.Wanted || !s.Missing && !isChanged {
			continue
		}
		earlier, _ := inInventory(before, s)
		d := Drift{Kind: s.Kind, Mended: s.Action == engine.ActionCreate || s.Action == engine.ActionUpdate}
		d.Found = earlier.State == string(engine.StateReady) || d.Mended && earlier.State != string(engine.StateFailed)
		if d.Found || d.Mended {
			drifts = append(drifts, d)
		}
	}
	return drifts
}
