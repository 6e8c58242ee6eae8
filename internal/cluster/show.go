package cluster

import (
	"context"
	"slices"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// RedrawAfter is how often ages are drawn anew on a terminal.
const RedrawAfter = time.Second

// View is a gateway as lines. Without ages it is the same for the same state.
type View func(gw *v1alpha1.FlexGatewayDeployment, ages bool) []terminal.Line

// Show shows a gateway until the context ends, which is how a person ends it, or it cannot be
// seen any more: drawn in place on a terminal, whole after each change in a pipe.
func (g Gateways) Show(ctx context.Context, name string, screen *terminal.Screen, view View) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends Follow
	seen := g.Follow(ctx, name)
	var gw *v1alpha1.FlexGatewayDeployment
	var shown []terminal.Line
	tick := time.NewTicker(RedrawAfter)
	defer tick.Stop()
	for screen.Err() == nil {
		select {
		case <-ctx.Done():
			screen.Keep()
			return nil
		case s := <-seen:
			if s.Err != nil {
				screen.Keep()
				return s.Err
			}
			gw = s.Gateway
		case <-tick.C:
			if gw == nil || !screen.IsTerminal() {
				continue
			}
		}
		shown = draw(screen, gw, view, shown)
	}
	return screen.Err()
}

// draw shows a gateway, and returns what tells one state from another: the lines without
// their ages.
func draw(screen *terminal.Screen, gw *v1alpha1.FlexGatewayDeployment, view View, shown []terminal.Line) []terminal.Line {
	if screen.IsTerminal() {
		screen.Show(view(gw, true))
		return nil
	}
	ageless := view(gw, false)
	if slices.Equal(ageless, shown) {
		return shown
	}
	if shown != nil {
		screen.Say("")
	}
	screen.SayAll(view(gw, true))
	return ageless
}
