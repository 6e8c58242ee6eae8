package resource

import (
	"context"
	"fmt"
	"time"

	"flexgw.io/controller/internal/engine"
)

// Delete undeploys and deletes the instance. In the middle of a replacement there is a
// second one: it is looked for again.
func (a APIInstance) Delete(ctx context.Context, observed *APIInstanceState) error {
	if observed.Idle {
		return nil
	}
	what := fmt.Sprintf("API instance %d (%s)", observed.APIInstance.ID, a.Label)
	if a.Removal != nil && a.Removal.Retain {
		return retained(what + " stays in API Manager")
	}
	if err := a.delete(ctx, observed); err != nil {
		return a.Removal.orLeave(a.Now(), what, "API Manager", err)
	}
	return engine.WaitFor(time.Second, "API Manager is deleting the API instance")
}

func (a APIInstance) delete(ctx context.Context, observed *APIInstanceState) error {
	if observed.Stale.Cause != nil {
		return observed.Stale.Cause
	}
	platform, err := a.Platform(ctx)
	if err != nil {
		return err
	}
	return platform.DeleteAPIInstance(ctx, a.Environment, observed.APIInstance.ID)
}
