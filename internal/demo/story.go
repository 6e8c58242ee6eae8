package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// story is what has been seen of the gateway so far.
type story struct {
	sightings <-chan sighting
	now       func() time.Time
	// start is when the API server had the object; AWS's time, as all others.
	start time.Time
	// gateway is its latest form, nil where it is not there, and seenAt when that came.
	gateway *v1alpha1.FlexGatewayDeployment
	seenAt  time.Time
	// changed is when somebody last changed the spec, or asked for the deletion.
	changed time.Time
}

// take notes what was seen and returns what of it is worth telling.
func (s *story) take(seen sighting) []news {
	if seen.event != nil {
		return eventNews(seen.event)
	}
	s.seenAt = seen.at
	before := s.gateway
	if seen.absent {
		s.gateway = nil
		if before == nil {
			return nil
		}
		return append(resourceChanges(before.Status.Resources, nil), news{verbDeleted, "the FlexGatewayDeployment itself"})
	}
	if s.start.IsZero() {
		s.start = seen.at
	}
	if before == nil || before.Generation != seen.gateway.Generation {
		s.changed = seen.at
	}
	s.gateway = seen.gateway
	return changes(before, seen.gateway)
}

// isReady is true where the gateway serves what its latest spec asks for.
func (s *story) isReady() bool {
	if s.gateway == nil {
		return false
	}
	ready := meta.FindStatusCondition(s.gateway.Status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && ready.Status == "True" && ready.ObservedGeneration == s.gateway.Generation
}

// isReadyWith is true where as many replicas run as are wanted, and all are healthy.
func (s *story) isReadyWith(replicas int32) bool {
	if !s.isReady() || s.gateway.Spec.Replicas == nil || *s.gateway.Spec.Replicas != replicas {
		return false
	}
	st := s.gateway.Status
	return st.DesiredReplicas == replicas && st.ReadyReplicas == replicas
}

// stalled is why the controller cannot go on until a person changes something, "" where
// it can.
func (s *story) stalled() string {
	if s.gateway == nil {
		return ""
	}
	if c := meta.FindStatusCondition(s.gateway.Status.Conditions, v1alpha1.ConditionStalled); c != nil {
		return c.Reason + ": " + c.Message
	}
	return ""
}

// redraw is how often the live table is drawn anew while nothing happens.
const redraw = 250 * time.Millisecond

// TimeoutError says that something was awaited for too long.
type TimeoutError struct {
	// Goal is what was awaited.
	Goal string
	// After is for how long, in real time.
	After time.Duration
}

// Error implements error.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("waited %s for %s in vain", short(e.After), e.Goal)
}

// stalledPatience is how long, in real time, the controller may say that it cannot go on.
const stalledPatience = 30 * time.Second

// ErrStalled says that the controller cannot go on until a person changes something.
var ErrStalled = errors.New("the controller cannot go on")

// until tells what happens until done; the live table goes with it. It gives up where
// nothing can be hoped for any more, and where nobody reads the story.
func (d *demo) until(ctx context.Context, goal string, done func() bool) error {
	patience := d.patience()
	ctx, cancel := context.WithTimeoutCause(ctx, patience, &TimeoutError{Goal: goal, After: patience})
	defer cancel()
	defer d.screen.Clear()
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	hopeful := time.Now()
	for !done() {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
			reason := d.story.stalled()
			if reason == "" {
				hopeful = time.Now()
			}
			if time.Since(hopeful) > stalledPatience {
				return fmt.Errorf("%w: %s", ErrStalled, reason)
			}
		case seen := <-d.story.sightings:
			d.report(seen.at, d.story.take(seen))
		}
		d.drawTable()
		if d.screen.Err() != nil {
			return d.screen.Err()
		}
	}
	return nil
}

// report prints news with the time since the apply.
func (d *demo) report(at time.Time, list []news) {
	for _, n := range list {
		told := d.screen.Paint(verbColours[n.verb], fmt.Sprintf("%-8s", n.verb))
		d.screen.block(fmt.Sprintf("%s  %s  %s", stamp(at.Sub(d.story.start)), told, n.text))
	}
}

// tableFrame is the number of rows of the terminal that are not for resources.
const tableFrame = 6

// drawTable draws the live table.
func (d *demo) drawTable() {
	if !d.screen.IsTerminal() || d.story.gateway == nil {
		return
	}
	height := d.screen.Height()
	now, st := d.story.now(), d.story.gateway.Status
	title := fmt.Sprintf("%s  %s: %s, %d running, %d healthy", stamp(now.Sub(d.story.start)), d.story.gateway.Name, st.Phase, st.Replicas, st.ReadyReplicas)
	lines := []terminal.Line{{}, {Text: title, Colour: terminal.Bold}}
	d.screen.Show(append(lines, liveTable(st.Resources, now, max(height-tableFrame, 3))...))
}
