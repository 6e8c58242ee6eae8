package gatewayview

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/console"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// The states of resources, as status.resources has them.
const (
	StatePending  = string(engine.StatePending)
	StateReady    = string(engine.StateReady)
	StateWaiting  = string(engine.StateWaiting)
	StateFailed   = string(engine.StateFailed)
	StateBlocked  = string(engine.StateBlocked)
	StateDeleting = string(engine.StateDeleting)
	StateExternal = string(engine.StateExternal)
)

// Resource is a resource of the inventory, with what follows from it.
type Resource struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// ID is AWS's id or ARN, or that of the Anypoint Platform.
	ID string `json:"id,omitempty"`
	// ARN is the ARN; empty where a thing has none.
	ARN     string       `json:"arn,omitempty"`
	State   string       `json:"state,omitempty"`
	Message string       `json:"message,omitempty"`
	Since   *metav1.Time `json:"since,omitempty"`
	// Link is where a browser shows it.
	Link string `json:"link,omitempty"`
}

// Resources are the resources of a gateway, in the order of the guide.
func Resources(gw *v1alpha1.FlexGatewayDeployment) []Resource {
	links := console.Of(gw)
	var list []Resource
	for _, r := range gw.Status.Resources {
		list = append(list, Resource{
			Kind: r.Kind, Name: r.Name, ID: r.ID, ARN: links.ARN(r), State: r.State, Message: terminal.OneLine(r.Reason), Since: r.Since, Link: links.Resource(r),
		})
	}
	return list
}

// ResourceTable are the resources as lines of a table. Wide has whole ids and links. Ages are
// those at now.
func ResourceTable(gw *v1alpha1.FlexGatewayDeployment, wide bool, now time.Time) []terminal.Line {
	resources := Resources(gw)
	if len(resources) == 0 {
		return []terminal.Line{{Text: gw.Namespace + "/" + gw.Name + " has no resources yet."}}
	}
	headline := []string{"KIND", "NAME", "STATE", "AGE", "ID", "MESSAGE"}
	if wide {
		headline = []string{"KIND", "NAME", "STATE", "AGE", "ID", "LINK", "MESSAGE"}
	}
	cells := [][]string{headline}
	for _, r := range resources {
		row := []string{r.Kind, r.Name, terminal.Or(r.State), ageOf(r.Since, now)}
		if wide {
			row = append(row, terminal.Or(r.ID), terminal.Or(r.Link))
		} else {
			row = append(row, terminal.Or(ShortID(r.ID)))
		}
		cells = append(cells, append(row, r.Message))
	}
	texts := terminal.Columns(cells)
	lines := []terminal.Line{{Text: texts[0], Colour: terminal.Bold}}
	for i, r := range resources {
		lines = append(lines, terminal.Line{Text: texts[i+1], Colour: stateColour(r.State)})
	}
	return lines
}

// ARNs are the ARNs of a gateway's resources, one each, for scripts.
func ARNs(gw *v1alpha1.FlexGatewayDeployment) []string {
	var list []string
	seen := map[string]bool{}
	for _, r := range Resources(gw) {
		if r.ARN != "" && !seen[r.ARN] {
			seen[r.ARN] = true
			list = append(list, r.ARN)
		}
	}
	return list
}

// ShortID is an id that people can tell from others: of an ARN, what names the resource in
// its service.
func ShortID(id string) string {
	parts := strings.SplitN(id, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return id
	}
	name := parts[5]
	for _, kind := range []string{"log-group:", "secret:", "task-definition/", "targetgroup/", "loadbalancer/", "listener/", "cluster/", "service/", "role/", "task/"} {
		if short, found := strings.CutPrefix(name, kind); found {
			return short
		}
	}
	return name
}

// stateColour is green for what is well, yellow for what is awaited, red for what has failed,
// and faint for what is not the gateway's own.
func stateColour(state string) terminal.Colour {
	switch {
	case state == StateReady:
		return terminal.Green
	case state == StateFailed:
		return terminal.Red
	case awaited(state):
		return terminal.Yellow
	default:
		return terminal.Faint
	}
}

func ageOf(t *metav1.Time, now time.Time) string {
	if t == nil {
		return "-"
	}
	return rolloutview.Age(now.Sub(t.Time))
}
