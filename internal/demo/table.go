package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/terminal"
)

// liveTable shows every resource with its state, and where they are more than rows,
// those that are not ready before the others.
func liveTable(resources []v1alpha1.ResourceStatus, now time.Time, rows int) []terminal.Line {
	shown := slices.Clone(resources)
	if len(shown) > rows {
		slices.SortStableFunc(shown, func(a, b v1alpha1.ResourceStatus) int { return cmp.Compare(order(a), order(b)) })
	}
	hidden := max(len(shown)-rows, 0)
	shown = shown[:len(shown)-hidden]
	cells := [][]string{{"KIND", "NAME", "STATE", "SINCE", "REASON"}}
	for _, r := range shown {
		cells = append(cells, []string{r.Kind, r.Name, r.State, age(r, now), r.Reason})
	}
	lines := terminal.Columns(cells)
	table := []terminal.Line{{Text: lines[0], Colour: terminal.Bold}}
	for i, r := range shown {
		table = append(table, terminal.Line{Text: lines[i+1], Colour: stateColours[engine.State(r.State)]})
	}
	if hidden > 0 {
		table = append(table, terminal.Line{Text: fmt.Sprintf("... and %d more", hidden), Colour: terminal.Faint})
	}
	return table
}

// order sorts resources by how much they matter to someone who waits.
func order(r v1alpha1.ResourceStatus) int {
	switch engine.State(r.State) {
	case engine.StateFailed:
		return 0
	case engine.StateWaiting, engine.StateDeleting:
		return 1
	case engine.StateReady, engine.StateExternal:
		return 3
	default:
		return 2
	}
}

// stateColours are the colours of a resource's row on a terminal.
var stateColours = map[engine.State]terminal.Colour{
	engine.StateReady: terminal.Green, engine.StateExternal: terminal.Green, engine.StateWaiting: terminal.Yellow, engine.StateDeleting: terminal.Yellow,
	engine.StateFailed: terminal.Red, engine.StateBlocked: terminal.Faint, engine.StatePending: terminal.Faint,
}

func age(r v1alpha1.ResourceStatus, now time.Time) string {
	if r.Since == nil {
		return ""
	}
	return stamp(now.Sub(r.Since.Time))
}

// replicaTable shows the replicas by zone.
func replicaTable(tasks []v1alpha1.TaskStatus) []string {
	cells := [][]string{{"ZONE", "REPLICA", "STATUS", "HEALTHY", "PRIVATE ADDRESS", "PUBLIC ADDRESS"}}
	sorted := slices.SortedFunc(slices.Values(tasks), func(a, b v1alpha1.TaskStatus) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.ID, b.ID))
	})
	for _, t := range sorted {
		healthy := "no"
		if t.Healthy {
			healthy = "yes"
		}
		cells = append(cells, []string{t.Zone, t.ID[:min(8, len(t.ID))], t.Status, healthy, t.PrivateIP, t.PublicIP})
	}
	return terminal.Columns(cells)
}
