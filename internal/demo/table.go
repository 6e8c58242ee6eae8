package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// columns lays rows out so that their cells stand below each other.
func columns(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var lines []string
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}

// liveTable shows every resource with its state, and where they are more than rows,
// those that are not ready before the others.
func liveTable(resources []v1alpha1.ResourceStatus, now time.Time, rows int) []painted {
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
	lines := columns(cells)
	table := []painted{{lines[0], bold}}
	for i, r := range shown {
		table = append(table, painted{lines[i+1], stateColours[engine.State(r.State)]})
	}
	if hidden > 0 {
		table = append(table, painted{fmt.Sprintf("... and %d more", hidden), faint})
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
var stateColours = map[engine.State]colour{
	engine.StateReady: green, engine.StateExternal: green, engine.StateWaiting: yellow, engine.StateDeleting: yellow,
	engine.StateFailed: red, engine.StateBlocked: faint, engine.StatePending: faint,
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
	return columns(cells)
}
