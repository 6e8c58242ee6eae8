package rolloutcli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/rolloutview"
)

// StatusOptions say how long to look at a rollout.
type StatusOptions struct {
	// Watch waits for the end of the rollout.
	Watch bool
	// Timeout is the longest wait; 0 is without end.
	Timeout time.Duration
}

// errTimeout is why the context of a wait has ended.
var errTimeout = errors.New("the timeout is over")

// Status tells how far a rollout is until what the spec asks for is served, or never will
// be: live on a terminal, a line for each change in a pipe. Its errors have the exit
// codes of this package.
func (t *Tool) Status(ctx context.Context, name string, o StatusOptions) error {
	if !o.Watch {
		gw, err := t.Get(ctx, name)
		if err != nil {
			return err
		}
		t.Screen.Say("%s", rolloutview.Line(gw))
		return orUnfinished(t.conclude(gw))
	}
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.Timeout, errTimeout)
		defer cancel()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends follow
	return t.watchStatus(ctx, t.Follow(ctx, name), o.Timeout)
}

func (t *Tool) watchStatus(ctx context.Context, seen <-chan cluster.Sighting, timeout time.Duration) error {
	var gw *v1alpha1.FlexGatewayDeployment
	said := ""
	tick := time.NewTicker(cluster.RedrawAfter)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			t.Screen.Keep()
			if errors.Is(context.Cause(ctx), errTimeout) {
				return timedOut(gw, timeout)
			}
			return &ExitError{CodeError, "interrupted; the rollout goes on"}
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
		said = t.draw(gw, said)
		if done, err := t.conclude(gw); done {
			return err
		}
		if err := t.Screen.Err(); err != nil {
			return err
		}
	}
}

// draw shows the state, and returns the line that was said last.
func (t *Tool) draw(gw *v1alpha1.FlexGatewayDeployment, said string) string {
	if t.Screen.IsTerminal() {
		t.Screen.Show(rolloutview.Block(gw, t.Now()))
		return ""
	}
	line := rolloutview.Line(gw)
	if line != said {
		t.Screen.Say("%s", line)
	}
	return line
}

// conclude says how a rollout has ended, if it has.
func (t *Tool) conclude(gw *v1alpha1.FlexGatewayDeployment) (done bool, err error) {
	verdict, sentence := rolloutview.Judge(gw)
	if verdict == rolloutview.Ongoing {
		return false, nil
	}
	t.Screen.Keep()
	switch verdict {
	case rolloutview.Served:
		t.Screen.Say("%s", sentence)
		return true, t.Screen.Err()
	case rolloutview.Failed:
		return true, &ExitError{CodeFailed, sentence}
	default:
		return true, &ExitError{CodeError, sentence}
	}
}

// orUnfinished is the end of a look that does not wait.
func orUnfinished(done bool, err error) error {
	if !done {
		return &ExitError{CodeUnfinished, "what the spec asks for is not served yet"}
	}
	return err
}

func timedOut(gw *v1alpha1.FlexGatewayDeployment, timeout time.Duration) error {
	if gw == nil {
		return &ExitError{CodeUnfinished, fmt.Sprintf("the API server has not answered within %s", timeout)}
	}
	_, sentence := rolloutview.Judge(gw)
	return &ExitError{CodeUnfinished, fmt.Sprintf("what the spec asks for is not served after %s: %s", timeout, sentence)}
}
