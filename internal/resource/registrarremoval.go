package resource

import (
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
			return nil
		}
		return &engine.Left{Reason: ReasonRetained, Message: fmt.Sprintf("gateway %s (%s) stays in the Anypoint Platform", r.GatewayName, observed.AgentID)}
	}
	if observed.AgentID == "" && !observed.mayBeLost() {
		return nil // nothing was ever registered
	}
	err := r.deleteRecord(ctx, observed)
	if err == nil {
		return nil
	}
	return r.giveUpOrWait(*removal, observed, err)
}

// mayBeLost is true where a task may have registered a gateway and lost its file.
func (s *RegisteredState) mayBeLost() bool {
	for _, task := range s.Tasks {
		if task.mayHaveRegistered() {
			return true
		}
	}
	return false
}

// deleteRecord deletes the gateway by its id, or the one that a lost task has made.
func (r Registration) deleteRecord(ctx context.Context, observed *RegisteredState) error {
	platform, err := r.platformForRemoval(ctx)
	if err != nil {
		return err
	}
	if observed.AgentID != "" {
		return platform.DeleteGateway(ctx, r.Environment, observed.AgentID)
	}
	gateways, err := platform.Gateways(ctx, r.Environment)
	if err != nil {
		return err
	}
	for _, g := range gateways {
		if g.Name == r.GatewayName && observed.lost(g) {
			return platform.DeleteGateway(ctx, r.Environment, g.ID)
		}
	}
	return nil
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
	wait := engine.WaitFor(max(min(problem.RetryAfter, removalPause), registrarPause), "gateway %s (%s) is still in the Anypoint Platform: %s", r.GatewayName, observed.AgentID, problem.Error())
	wait.Code = problem.Reason
	return wait
}
