package resource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// RegistrationRemoval is how a registration goes.
type RegistrationRemoval struct {
	// Retain leaves it in the Anypoint Platform.
	Retain bool
	// Since is when the removal began; zero is when the first call of it fails.
	Since time.Time
	// GiveUpAfter is how long the platform may fail before the registration is left.
	GiveUpAfter time.Duration
}

// removalPause is how often a platform that does not answer is asked to delete.
const removalPause = time.Minute

// ReasonRegistrationLeft is the reason of the event that a registration could not be
// deleted.
const ReasonRegistrationLeft = "RegistrationLeft"

// Delete stops a task that is at work, then deletes the gateway's record in the Anypoint
// Platform. Where the platform does not let it for too long, the record is left.
func (r Registration) Delete(ctx context.Context, observed *RegisteredState) error {
	if task := observed.running(); task != nil {
		return r.stop(ctx, task)
	}
	removal := r.Removal
	if removal == nil {
		removal = &RegistrationRemoval{}
	}
	if removal.Retain {
		if observed.AgentID == "" {
			return nil // a task was stopped, and nothing is known of what it did
		}
		return &engine.Left{Reason: ReasonRetained, Message: fmt.Sprintf("gateway %s (%s) stays in the Anypoint Platform", r.GatewayName, observed.AgentID)}
	}
	if observed.AgentID != "" && observed.AgentID == r.Brought() {
		return nil // the user took the file over
	}
	err := r.deleteRecord(ctx, observed)
	if err == nil {
		return nil
	}
	return r.giveUpOrWait(*removal, observed, err)
}

// isNothingLeft is true where a removal has nothing to do: no file, no task at work, and no
// gateway of a task that lost its file. Whether there is one, only the platform knows; where
// it does not say so, Delete tries again, and gives up in the end.
func (r Registration) isNothingLeft(ctx context.Context, observed *RegisteredState) bool {
	if r.Removal == nil || observed.AgentID != "" || observed.running() != nil {
		return false
	}
	if r.Removal.Retain || !observed.mayBeLost() {
		return true
	}
	platform, err := r.platformForRemoval(ctx)
	if err != nil {
		return false
	}
	lost, _, err := r.lost(ctx, platform, observed)
	return err == nil && lost == nil
}

// lost is the gateway of a task that lost its file, proved or not yet; nil where there is
// none.
func (r Registration) lost(ctx context.Context, platform Anypoint, observed *RegisteredState) (*anypoint.Gateway, proof, error) {
	gateways, err := platform.Gateways(ctx, r.Environment)
	if err != nil {
		return nil, proofNone, err
	}
	for i, g := range gateways {
		if found := observed.proofOf(g, r.Now()); g.Name == r.GatewayName && found != proofNone {
			return &gateways[i], found, nil
		}
	}
	return nil, proofNone, nil
}

// deleteRecord deletes the gateway by its id, or the one that a lost task has made. The
// platform deletes after it has answered: that the latter is gone is for the next look.
func (r Registration) deleteRecord(ctx context.Context, observed *RegisteredState) error {
	platform, err := r.platformForRemoval(ctx)
	if err != nil {
		return err
	}
	if observed.AgentID != "" {
		return platform.DeleteGateway(ctx, r.Environment, observed.AgentID)
	}
	lost, found, err := r.lost(ctx, platform, observed)
	switch {
	case err != nil || lost == nil:
		return err
	case found == proofPending:
		return r.nameUndecided(*lost)
	default:
		return platform.DeleteGateway(ctx, r.Environment, lost.ID)
	}
}

// platformForRemoval uses the copy of the credentials where those in Kubernetes are gone,
// as with a namespace that is being deleted.
func (r Registration) platformForRemoval(ctx context.Context) (Anypoint, error) {
	platform, err := r.Connect(nil)
	if err == nil {
		return platform, nil
	}
	stored, readErr := r.storedCredentials(ctx)
	if readErr != nil {
		return nil, readErr
	}
	if stored == nil {
		return nil, err
	}
	return r.Connect(stored)
}

// giveUpOrWait turns a failure into a wait: not even refused credentials block a deletion
// for ever.
func (r Registration) giveUpOrWait(removal RegistrationRemoval, observed *RegisteredState, cause error) error {
	var problem *engine.Problem
	if !errors.As(classified(cause), &problem) {
		problem = &engine.Problem{Reason: anypoint.ReasonError, Err: cause}
	}
	since := removal.Since
	if since.IsZero() {
		since = observed.leaving
	}
	if !since.IsZero() && r.Now().Sub(since) >= removal.GiveUpAfter {
		id := observed.AgentID
		if id == "" {
			id = "of an id that is not known"
		}
		return &engine.Left{Reason: ReasonRegistrationLeft, Unwanted: true, Message: fmt.Sprintf(
			"gateway %s (%s) stays in the Anypoint Platform, which did not let it be deleted for %v: delete it in Runtime Manager. %s", r.GatewayName, id, removal.GiveUpAfter, problem.Error())}
	}
	wait := engine.WaitFor(max(min(cmp.Or(problem.RetryAfter, removalPause), removalPause), registrarPause), "gateway %s (%s) is still in the Anypoint Platform: %s%s",
		r.GatewayName, observed.AgentID, problem.Error(), removal.until(since))
	wait.Code = problem.Reason
	return wait
}
