package resource

import (
	"errors"
	"fmt"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// leftoverPause is how often the platform is asked to delete what a gateway that stays does
// not want any more: nothing waits for it.
const leftoverPause = 5 * time.Minute

// isOver is true once a deletion has waited for long enough. A removal without a deletion
// never has: nothing waits for it.
func (r *RegistrationRemoval) isOver(now time.Time) bool {
	return r != nil && !r.Since.IsZero() && now.Sub(r.Since) >= r.GiveUpAfter
}

// needsNoLook is true for a deletion in which a look that failed does not matter, because
// nothing is recorded: either it has waited for long enough, or the platform does not take
// the credentials, with which then nothing can have been made.
func (r *RegistrationRemoval) needsNoLook(now time.Time, recorded engine.Record, failure error) bool {
	if r == nil || r.Since.IsZero() || recorded.ID != "" {
		return false
	}
	switch anypoint.KindOf(failure) {
	case anypoint.KindCredentials, anypoint.KindForbidden:
		return true
	case 0: // there are no credentials
		var problem *engine.Problem
		return errors.As(failure, &problem) || r.isOver(now)
	}
	return r.isOver(now)
}

// orLeave is what a removal makes of the failure to delete something: a wait, and in a
// deletion that has waited for long enough, that it stays where it is.
func (r *RegistrationRemoval) orLeave(now time.Time, what, place string, failure error) error {
	var problem *engine.Problem
	switch {
	case failure == nil || r == nil:
		return failure
	case r.isOver(now):
		return &engine.Left{Reason: ReasonHealthCheckAPILeft, Unwanted: true, Message: fmt.Sprintf(
			"%s stays in %s, as it could not be deleted for %v: delete it there. %v", what, place, r.GiveUpAfter, failure)}
	case !errors.As(classified(failure), &problem):
		return failure
	}
	wait := engine.WaitFor(r.again(problem), "%s is still in %s: %s%s", what, place, problem.Error(), r.until(r.Since))
	wait.Code = problem.Reason
	return wait
}

// again is when another try makes sense. Only a deletion is waited for.
func (r *RegistrationRemoval) again(problem *engine.Problem) time.Duration {
	switch {
	case r.Since.IsZero():
		return leftoverPause
	case problem.RetryAfter == 0: // a person has to do something first
		return removalPause
	default:
		return max(min(problem.RetryAfter, removalPause), registrarPause)
	}
}

// until says how long a removal that began then is tried, as the end of a sentence.
func (r *RegistrationRemoval) until(since time.Time) string {
	if since.IsZero() {
		return "; it is tried again, and the gateway does not wait for it"
	}
	return fmt.Sprintf("; if that lasts until %s, it stays there and the rest is removed", since.Add(r.GiveUpAfter).UTC().Format(time.RFC3339))
}

// retained is what is left on purpose.
func retained(what string) error { return &engine.Left{Reason: ReasonRetained, Message: what} }
