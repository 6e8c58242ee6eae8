package rolloutcli

import (
	"context"
	"slices"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// Top shows the replicas of a gateway, once or, with watch, until the context ends: drawn
// in place on a terminal, as a table after each change in a pipe.
func (t *Tool) Top(ctx context.Context, name string, watch bool) error {
	if !watch {
		gw, err := t.Get(ctx, name)
		if err != nil {
			return err
		}
		t.sayAll(rolloutview.Top(gw, t.Now()))
		return t.Screen.Err()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends follow
	return t.watchTop(ctx, t.Follow(ctx, name))
}

func (t *Tool) watchTop(ctx context.Context, seen <-chan cluster.Sighting) error {
	var gw *v1alpha1.FlexGatewayDeployment
	var shown []terminal.Line
	tick := time.NewTicker(redrawAfter)
	defer tick.Stop()
	for t.Screen.Err() == nil {
		select {
		case <-ctx.Done(): // Ctrl-C is how a person ends this
			t.Screen.Keep()
			return nil
		case s := <-seen:
			if s.Err != nil {
				t.Screen.Keep()
				return s.Err
			}
			gw = s.Gateway
		case <-tick.C:
			if gw == nil || !t.Screen.IsTerminal() {
				continue
			}
		}
		shown = t.drawTop(gw, shown)
	}
	return t.Screen.Err()
}

// drawTop shows the replicas, and returns what tells one state from another: the lines
// without their ages.
func (t *Tool) drawTop(gw *v1alpha1.FlexGatewayDeployment, shown []terminal.Line) []terminal.Line {
	lines := rolloutview.Top(gw, t.Now())
	if t.Screen.IsTerminal() {
		t.Screen.Show(lines)
		return nil
	}
	ageless := rolloutview.Top(gw, time.Time{})
	if slices.Equal(ageless, shown) {
		return shown
	}
	if shown != nil {
		t.Screen.Say("")
	}
	t.sayAll(lines)
	return ageless
}

func (t *Tool) sayAll(lines []terminal.Line) {
	for _, line := range lines {
		t.Screen.Say("%s", t.Screen.Paint(line.Colour, line.Text))
	}
}
