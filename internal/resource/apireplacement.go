package resource

import (
	"context"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// replacementPath is where the new instance answers until the old one is gone: two APIs on
// one port cannot have the same path.
const replacementPath = "/flexgw-replacement"

// replacementLook is how often it is looked at meanwhile.
const replacementLook = 5 * time.Second

// replace puts an instance of another asset in the place of the one that is there: API
// Manager changes the version of an instance's asset, and not the asset.
//
// Flex Gateway listens on a port as long as it has an API there. So the new instance is
// made first, under another path, and the old one deleted once the new one is deployed;
// then the new one gets the path. TCP health checks are answered all the time, HTTP ones
// fail for the moment of the change of path, which is shorter than what makes a target
// unhealthy. The old one is what is recorded until it is gone, and the new one is found by
// its asset and label, so that this can be interrupted anywhere.
func (a APIInstance) replace(ctx context.Context, platform APIPlatform, wish anypoint.APIInstanceSpec, old *APIInstanceState) (*APIInstanceState, error) {
	successor, err := a.findUnrecorded(ctx, platform)
	if err != nil {
		return nil, err
	}
	if successor == nil {
		interim := wish
		interim.BasePath = replacementPath
		if _, err := platform.CreateAPIInstance(ctx, a.Environment, interim); err != nil {
			return nil, a.refused(err, interim)
		}
		return nil, replacing(old, wish)
	}
	arriving := &APIInstanceState{APIInstance: *successor, RequestedAt: old.RequestedAt}
	if successor.Deployment == nil || old.RequestedAt.IsZero() || a.Settled(arriving) != nil {
		return nil, replacing(old, wish)
	}
	if err := platform.DeleteAPIInstance(ctx, a.Environment, old.APIInstance.ID); err != nil {
		return nil, err
	}
	return a.change(ctx, platform, successor.ID, wish)
}

func replacing(old *APIInstanceState, wish anypoint.APIInstanceSpec) error {
	return coded(ReasonDeploying, engine.WaitFor(replacementLook, "an API instance of %s is being deployed, to take the place of the one of %s", wish.Asset.Asset, old.Asset.Asset))
}
