package rolloutview

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// Restore makes the spec of gw that of a version in its history, and returns the version
// and what is different. Revision 0 stands for the last version that has served and is
// not what the spec asks for now: a version that a restart made has the same spec as the
// one before, and going back to it would change nothing. What the history does not know
// of a version stays as it is.
//
// The error is a sentence for the person: no such revision, or nothing to change.
func Restore(gw *v1alpha1.FlexGatewayDeployment, revision int32) (v1alpha1.RevisionStatus, []Change, error) {
	if revision != 0 {
		return restoreExactly(gw, revision)
	}
	for _, r := range gw.Status.History {
		if r.Outcome != v1alpha1.OutcomeServing && r.Outcome != v1alpha1.OutcomeReplaced {
			continue
		}
		if changes := changes(&gw.Spec, r); len(changes) > 0 {
			apply(&gw.Spec, r)
			return r, changes, nil
		}
	}
	if len(gw.Status.History) == 0 {
		return v1alpha1.RevisionStatus{}, nil, errors.New(Name(gw) + " has no history yet: there is nothing to go back to")
	}
	return v1alpha1.RevisionStatus{}, nil, fmt.Errorf("no version in the history of %s has served and differs from the spec: there is nothing to go back to", Name(gw))
}

func restoreExactly(gw *v1alpha1.FlexGatewayDeployment, revision int32) (v1alpha1.RevisionStatus, []Change, error) {
	var known []string
	for _, r := range gw.Status.History {
		if r.Revision != revision {
			known = append(known, fmt.Sprint(r.Revision))
			continue
		}
		changes := changes(&gw.Spec, r)
		if len(changes) == 0 {
			return r, nil, fmt.Errorf("nothing to change: the spec of %s is that of revision %d", Name(gw), revision)
		}
		apply(&gw.Spec, r)
		return r, changes, nil
	}
	return v1alpha1.RevisionStatus{}, nil, fmt.Errorf("%s has no revision %d in its history, which has: %s", Name(gw), revision, cmp.Or(strings.Join(known, ", "), "none"))
}

// Change is a field of the spec that becomes another. Values are as a person reads them.
type Change struct{ Field, Before, After string }

// changes are what apply changes, in the order of the spec.
func changes(spec *v1alpha1.FlexGatewayDeploymentSpec, r v1alpha1.RevisionStatus) []Change {
	var found []Change
	add := func(field, before, after string) {
		if before != after {
			found = append(found, Change{field, before, after})
		}
	}
	number := func(field string, before, after int32) {
		if after != 0 {
			add(field, fmt.Sprint(before), fmt.Sprint(after))
		}
	}
	add("image", spec.Image, cmp.Or(r.Image, spec.Image))
	number("compute.cpu", spec.Compute.CPU, r.CPU)
	number("compute.memory", spec.Compute.Memory, r.Memory)
	before, after := variables(spec.Compute.Environment), variables(r.Environment)
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		add("compute.environment "+name, cmp.Or(before[name], "none"), cmp.Or(after[name], "none"))
	}
	number("compute.stopTimeoutSeconds", spec.Compute.StopTimeoutSeconds, r.StopTimeoutSeconds)
	return found
}

// variables are the values in quotes, by name: the order of variables means nothing.
func variables(list []v1alpha1.EnvironmentVariable) map[string]string {
	values := make(map[string]string, len(list))
	for _, v := range list {
		values[v.Name] = fmt.Sprintf("%q", v.Value)
	}
	return values
}

// apply gives the spec the fields of a version.
func apply(spec *v1alpha1.FlexGatewayDeploymentSpec, r v1alpha1.RevisionStatus) {
	spec.Image = cmp.Or(r.Image, spec.Image)
	spec.Compute.CPU = cmp.Or(r.CPU, spec.Compute.CPU)
	spec.Compute.Memory = cmp.Or(r.Memory, spec.Compute.Memory)
	spec.Compute.StopTimeoutSeconds = cmp.Or(r.StopTimeoutSeconds, spec.Compute.StopTimeoutSeconds)
	if !maps.Equal(variables(spec.Compute.Environment), variables(r.Environment)) {
		spec.Compute.Environment = slices.Clone(r.Environment)
	}
}

// Undone says what going back to a version changes, and what a person should know of it.
func Undone(gw *v1alpha1.FlexGatewayDeployment, to v1alpha1.RevisionStatus, changes []Change) []string {
	lines := []string{fmt.Sprintf("%s goes back to revision %d:", Name(gw), to.Revision)}
	var cells [][]string
	for _, c := range changes {
		cells = append(cells, []string{"  " + c.Field, c.Before, "->", c.After})
	}
	lines = append(lines, terminal.Columns(cells)...)
	switch to.Outcome {
	case v1alpha1.OutcomeRolledBack, v1alpha1.OutcomeFailed:
		lines = append(lines, fmt.Sprintf("Revision %d has failed before: %s", to.Revision, cmp.Or(terminal.OneLine(to.Reason), string(to.Outcome))))
	}
	return append(lines, heldBack(gw)...)
}

// heldBack says that a change waits: for the end of a pause, or of planning.
func heldBack(gw *v1alpha1.FlexGatewayDeployment) []string {
	lines := onlyPlanned(gw)
	if gw.Spec.Rollout.Paused {
		lines = append(lines, "Rollouts are paused: the change is held back until they are resumed.")
	}
	return lines
}

// onlyPlanned says that the controller does nothing of it yet.
func onlyPlanned(gw *v1alpha1.FlexGatewayDeployment) []string {
	if gw.Spec.PlanOnly {
		return []string{"Changes are only planned (spec.planOnly): it is done once that is set to false."}
	}
	return nil
}
