package gatewaycli

import (
	"context"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/gatewayview"
	"flexgw.io/controller/internal/terminal"
)

// CodeNotReady is the exit code of "flexgw status" where a gateway is not ready. It is 0 where
// all are, and 1 where that is not known.
const CodeNotReady = 2

// ExitError is the end of a command with an exit code that is not 0, when everything has been
// said.
type ExitError struct {
	// Code is the exit code.
	Code int
}

// Error is empty: the state has been told.
func (e *ExitError) Error() string { return "" }

// StatusOptions say what to tell of which gateways, and how.
type StatusOptions struct {
	// Format is one of TextFormats.
	Format string
	// Watch goes on until the context ends. Only for text, and one gateway.
	Watch bool
	// Everywhere lists the gateways of all namespaces.
	Everywhere bool
}

// Status tells how one gateway is.
func (t *Tool) Status(ctx context.Context, name string, o StatusOptions) error {
	if o.Watch {
		return t.watch(ctx, name)
	}
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	events := t.lastEvents(ctx, gw)
	summary := gatewayview.Summarize(gw, events)
	if o.Format == FormatText {
		t.Screen.SayAll(gatewayview.Screen(gw, events, t.Program, t.now()))
		err = t.Screen.Err()
	} else {
		err = t.encode(summary, o.Format)
	}
	return orNotReady(err, summary.Ready)
}

// watch reads the events anew where the gateway has changed: the controller writes both.
func (t *Tool) watch(ctx context.Context, name string) error {
	var of *v1alpha1.FlexGatewayDeployment
	var events []gatewayview.Event
	return t.Show(ctx, name, t.Screen, func(gw *v1alpha1.FlexGatewayDeployment, ages bool) []terminal.Line {
		if gw != of {
			of, events = gw, t.lastEvents(ctx, gw)
		}
		if !ages {
			return gatewayview.Screen(gw, nil, t.Program, gatewayview.Now{})
		}
		return gatewayview.Screen(gw, events, t.Program, t.now())
	})
}

// lastEvents are the events of a gateway; none where they cannot be read, which takes a right
// of its own: the state is worth telling without them.
func (t *Tool) lastEvents(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) []gatewayview.Event {
	events, _, err := t.listEvents(ctx, gw)
	if err != nil {
		return nil
	}
	return events
}

// List tells how all gateways of the namespace, or of all, are.
func (t *Tool) List(ctx context.Context, o StatusOptions) error {
	gateways, err := t.Gateways.List(ctx, o.Everywhere)
	if err != nil {
		return err
	}
	ready, summaries := true, []gatewayview.Summary{}
	for _, gw := range gateways {
		s := gatewayview.Summarize(&gw, nil)
		ready = ready && s.Ready
		summaries = append(summaries, s)
	}
	switch {
	case o.Format != FormatText:
		err = t.encode(summaries, o.Format)
	case len(gateways) == 0 && o.Everywhere:
		t.Screen.Say("There is no FlexGatewayDeployment in the cluster.")
	case len(gateways) == 0:
		t.Screen.Say("There is no FlexGatewayDeployment in the namespace %s.", t.Namespace)
	default:
		t.Screen.SayAll(gatewayview.List(gateways, o.Everywhere, t.ClusterNow()))
		err = t.Screen.Err()
	}
	return orNotReady(err, ready)
}

func orNotReady(err error, ready bool) error {
	if err == nil && !ready {
		return &ExitError{CodeNotReady}
	}
	return err
}
