package rolloutview

import (
	"cmp"
	"slices"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// Replicas are the running replicas by zone, under a headline. Ages are those at now.
func Replicas(gw *v1alpha1.FlexGatewayDeployment, now time.Time) []terminal.Line {
	tasks := slices.SortedFunc(slices.Values(gw.Status.Tasks), func(a, b v1alpha1.TaskStatus) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.ID, b.ID))
	})
	headline := []string{"REPLICA", "ZONE", "ADDRESS", "AGE", "HEALTH", "STATUS", "REVISION"}
	asked := connected(&gw.Status) != ""
	if asked {
		headline = append(headline, "ANYPOINT")
	}
	cells := [][]string{headline}
	for _, t := range tasks {
		row := []string{
			t.ID[:min(shortID, len(t.ID))], terminal.Or(t.Zone), terminal.Or(t.PrivateIP), ageOf(t, now), health(t), terminal.Or(t.Status), terminal.Or(revisionOf(t.TaskDefinition)),
		}
		if asked {
			row = append(row, terminal.Or(terminal.OneLine(t.Anypoint)))
		}
		cells = append(cells, row)
	}
	wanted := wantedRevision(gw)
	texts := terminal.Columns(cells)
	lines := []terminal.Line{{Text: texts[0], Colour: terminal.Bold}}
	for i, t := range tasks {
		lines = append(lines, terminal.Line{Text: texts[i+1], Colour: replicaColour(t, wanted)})
	}
	return lines
}

// shortID is how much of an ECS task's id tells it from the others of its service.
const shortID = 8

// replicaColour is green for what stays, yellow for what is awaited, faint for what goes.
func replicaColour(t v1alpha1.TaskStatus, wanted string) terminal.Colour {
	switch {
	case revisionOf(t.TaskDefinition) != wanted:
		return terminal.Faint
	case t.Healthy:
		return terminal.Green
	default:
		return terminal.Yellow
	}
}

func health(t v1alpha1.TaskStatus) string {
	if t.Healthy {
		return "healthy"
	}
	return "not healthy"
}

func ageOf(t v1alpha1.TaskStatus, now time.Time) string {
	if t.StartedAt == nil {
		return "-"
	}
	return Age(now.Sub(t.StartedAt.Time))
}

// Top is the view of "flexgw top": the gateway in one line, and its replicas.
func Top(gw *v1alpha1.FlexGatewayDeployment, now time.Time) []terminal.Line {
	verdict, reason, _ := judge(gw)
	lines := []terminal.Line{{Text: Name(gw) + "  " + reason + ": " + Counts(gw), Colour: verdictColours[verdict]}}
	if len(gw.Status.Tasks) == 0 {
		return append(lines, terminal.Line{Text: "No replicas are running."})
	}
	return append(lines, Replicas(gw, now)...)
}
