package rolloutview

import (
	"fmt"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// History are the versions as lines of a table, newest first. Ages are those at now.
func History(gw *v1alpha1.FlexGatewayDeployment, now time.Time) []string {
	if len(gw.Status.History) == 0 {
		return []string{Name(gw) + " has no history yet."}
	}
	cells := [][]string{{"REVISION", "OUTCOME", "IMAGE", "SIZE", "CHANGE", "AGE", "TOOK", "REASON"}}
	for _, r := range gw.Status.History {
		cells = append(cells, []string{
			fmt.Sprint(r.Revision), string(r.Outcome), terminal.Or(r.Image), size(r), terminal.Or(r.Change), started(r, now), took(r), terminal.OneLine(r.Reason),
		})
	}
	return terminal.Columns(cells)
}

// size is CPU units and MiB.
func size(r v1alpha1.RevisionStatus) string {
	if r.CPU == 0 || r.Memory == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", r.CPU, r.Memory)
}

func started(r v1alpha1.RevisionStatus, now time.Time) string {
	if r.StartedAt == nil {
		return "-"
	}
	return Age(now.Sub(r.StartedAt.Time))
}

func took(r v1alpha1.RevisionStatus) string {
	if r.StartedAt == nil || r.FinishedAt == nil {
		return "-"
	}
	return Age(r.FinishedAt.Sub(r.StartedAt.Time))
}
