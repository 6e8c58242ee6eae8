package rolloutcli

import (
	"context"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// Top shows the replicas of a gateway, once or, with watch, until the context ends: drawn
// in place on a terminal, as a table after each change in a pipe.
func (t *Tool) Top(ctx context.Context, name string, watch bool) error {
	if watch {
		return t.Show(ctx, name, t.Screen, t.top)
	}
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	t.Screen.SayAll(t.top(gw, true))
	return t.Screen.Err()
}

func (t *Tool) top(gw *v1alpha1.FlexGatewayDeployment, ages bool) []terminal.Line {
	if !ages {
		return rolloutview.Top(gw, time.Time{})
	}
	return rolloutview.Top(gw, t.Now())
}
