package resource

import (
	"context"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// APIPlatform are the calls to Exchange and API Manager that the API for the health checks
// is made with.
type APIPlatform interface {
	Asset(ctx context.Context, ref anypoint.AssetRef) (*anypoint.Asset, error)
	PublishAsset(ctx context.Context, ref anypoint.AssetRef, name, link, apiVersion string) error
	DeleteAsset(ctx context.Context, ref anypoint.AssetRef) error

	FindAPIInstances(ctx context.Context, env anypoint.Environment, assetID, label string) ([]anypoint.APIInstance, error)
	APIInstance(ctx context.Context, env anypoint.Environment, id int) (*anypoint.APIInstance, error)
	CreateAPIInstance(ctx context.Context, env anypoint.Environment, spec anypoint.APIInstanceSpec) (*anypoint.APIInstance, error)
	UpdateAPIInstance(ctx context.Context, env anypoint.Environment, id int, spec anypoint.APIInstanceSpec) (*anypoint.APIInstance, error)
	DeleteAPIInstance(ctx context.Context, env anypoint.Environment, id int) error

	Replicas(ctx context.Context, env anypoint.Environment, gatewayID string) ([]anypoint.Replica, error)
}

// The reasons of waits for the Anypoint Platform.
const (
	ReasonPublishing = "Publishing"
	ReasonDeploying  = "Deploying"
)

// ReasonHealthCheckAPILeft is the reason of the event that the API for the health checks,
// or its asset, could not be deleted.
const ReasonHealthCheckAPILeft = "HealthCheckAPILeft"

// Stale says of a resource in the Anypoint Platform that it is told from memory: it was
// ready, and the platform could not be asked. The platform being away never makes
// anything worse than it was.
type Stale struct {
	// Cause is why the platform could not be asked; nil where it was.
	Cause error
	// Since is when that was noticed.
	Since time.Time
}

// stale is the excuse for a look that failed; false where the resource was not ready, so
// that there is nothing to go on with. A removal goes by what is recorded, in whatever
// state.
func (c Common) stale(recorded engine.Record, cause error, removal *RegistrationRemoval) (Stale, bool) {
	if recorded.ID == "" || recorded.State != engine.StateReady && removal == nil {
		return Stale{}, false
	}
	return Stale{Cause: cause, Since: c.Now()}, true
}

// coded gives a wait a reason of its own for a condition.
func coded(code string, wait *engine.Wait) error {
	wait.Code = code
	return wait
}
