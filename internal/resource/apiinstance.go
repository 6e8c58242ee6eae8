package resource

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// APIInstance is the API in API Manager that answers the load balancer's health checks: a
// gateway without an API listens on no port. It is made and deployed in one call, once the
// gateway can take it, which is when a replica has connected; the service settles only
// after that, and so is needed in whatever state it is.
type APIInstance struct {
	Common
	// Platform returns the calls, or why none can be made.
	Platform    func(context.Context) (APIPlatform, error)
	Environment anypoint.Environment
	// Label has the hash of the owner's UID in it; with the asset it is how an instance is
	// found of which nothing was recorded.
	Label string
	// Asset is the asset, and Published the one that is published for it; nil where the
	// spec names one.
	Asset     anypoint.AssetRef
	Published *engine.Ref[ExchangeAssetState]
	// Port, BasePath and Upstream are the spec's.
	Port               int32
	BasePath, Upstream string
	// GatewayID is the gateway's id; empty while that is not known. GatewayVersion is the
	// version of its image; empty where the image does not tell.
	GatewayID                   func() string
	GatewayName, GatewayVersion string
	Service                     *engine.Ref[ServiceState]
	// Unlisted is the problem that Runtime Manager does not list the gateway; nil where it
	// does, or was not asked.
	Unlisted error
	// Prerequisites are what else must be there first.
	Prerequisites []engine.Need
	// Asked is true where the spec asks for it; Removal says how it goes, and is nil where
	// it stays.
	Asked   bool
	Removal *RegistrationRemoval
}

// APIInstanceState is the API instance that is there.
type APIInstanceState struct {
	anypoint.APIInstance
	// Idle is true where there is none, and none can be: no replica is wanted.
	Idle bool
	// RequestedAt is when its deployment was asked for last, as far as is known.
	RequestedAt time.Time
	Stale       Stale

	recorded string
}

// deploymentTime is how long a gateway takes as a rule to have an API, and
// longestDeployment how long API Manager's own word for it is waited for, of which not all
// are known: after that it is taken as deployed if it is meant to be.
const (
	deploymentTime    = 15 * time.Second
	longestDeployment = 5 * time.Minute
)

// Identity is APIInstance/health-check.
func (a APIInstance) Identity() engine.Identity {
	return engine.Identity{Kind: "APIInstance", Name: "health-check"}
}

// Needs the asset, and the service, whatever its trouble: without the API its targets are
// never healthy.
func (a APIInstance) Needs() []engine.Need {
	needs := slices.Clone(a.Prerequisites)
	if a.Published != nil {
		needs = append(needs, engine.Settled(a.Published))
	}
	return append(needs, engine.Seen(a.Service))
}

// Wish is the instance on the gateway.
func (a APIInstance) Wish() (anypoint.APIInstanceSpec, error) {
	if a.GatewayID() == "" {
		return anypoint.APIInstanceSpec{}, engine.WaitFor(deploymentTime, "the gateway's id in the Anypoint Platform is not known yet")
	}
	return a.spec(), nil
}

func (a APIInstance) spec() anypoint.APIInstanceSpec {
	return anypoint.APIInstanceSpec{
		Asset: a.asset(), Label: a.Label, Port: a.Port, BasePath: a.BasePath, Upstream: a.Upstream,
		GatewayID: a.GatewayID(), GatewayName: a.GatewayName, GatewayVersion: a.GatewayVersion,
	}
}

// asset is the version of the asset: of the published one, the one that Exchange took.
func (a APIInstance) asset() anypoint.AssetRef {
	if published := a.Published.Value(); published != nil {
		return published.Ref
	}
	return a.Asset
}

// Observe finds the recorded instance, else the one of the asset with our label.
func (a APIInstance) Observe(ctx context.Context, recorded engine.Record) (*APIInstanceState, error) {
	if !a.Asked && recorded.ID == "" {
		return nil, nil // there never was one
	}
	found, err := a.find(ctx, recorded)
	if err != nil {
		if stale, ok := a.stale(recorded, err, a.Removal); ok {
			return &APIInstanceState{APIInstance: anypoint.APIInstance{ID: recordedInstance(recorded)}, Stale: stale, recorded: recorded.ID}, nil
		}
		if a.Removal.needsNoLook(a.Now(), recorded, err) {
			return nil, nil
		}
		return nil, err
	}
	if found == nil {
		if service := a.Service.Value(); a.Removal == nil && service != nil && service.Desired == 0 {
			return &APIInstanceState{Idle: true}, nil
		}
		return nil, nil
	}
	state := &APIInstanceState{APIInstance: *found}
	if recorded.State == engine.StateWaiting {
		state.RequestedAt = recorded.Since
	}
	return state, nil
}

// Owner reads the label and the asset: the hash of the owner's UID is in ours.
func (a APIInstance) Owner(observed *APIInstanceState) engine.Ownership {
	published := a.Published != nil && observed.Asset.Asset == a.Asset.Asset
	if observed.Idle || observed.Stale.Cause != nil || observed.Label == a.Label || published {
		return engine.Ours()
	}
	return engine.Foreign(fmt.Sprintf("someone else (its label is %q, and not %q)", observed.Label, a.Label))
}

// Create makes the instance and deploys it. That the gateway cannot take it yet is a wait.
func (a APIInstance) Create(ctx context.Context, wish anypoint.APIInstanceSpec) (*APIInstanceState, error) {
	platform, err := a.Platform(ctx)
	if err != nil {
		return nil, err
	}
	if wish, err = a.versioned(ctx, platform, wish); err != nil {
		return nil, err
	}
	made, err := platform.CreateAPIInstance(ctx, a.Environment, wish)
	if err != nil {
		return nil, a.refused(err, wish)
	}
	return a.asked(made, wish), nil
}

// asked is the instance after a call that deploys it: the answer leaves parts out, which
// are as they were asked for.
func (a APIInstance) asked(answer *anypoint.APIInstance, wish anypoint.APIInstanceSpec) *APIInstanceState {
	state := &APIInstanceState{APIInstance: *answer, RequestedAt: a.Now()}
	state.Asset, state.Label, state.ProxyURI, state.Upstream = wish.Asset, wish.Label, wish.ProxyURI(), wish.Upstream
	state.Deployment, state.Status = nil, ""
	return state
}

// Poll looks whether it is deployed.
func (a APIInstance) Poll(ctx context.Context, before *APIInstanceState) (*APIInstanceState, error) {
	platform, err := a.Platform(ctx)
	if err != nil {
		return nil, err
	}
	found, err := platform.APIInstance(ctx, a.Environment, before.APIInstance.ID)
	if found == nil || err != nil {
		return nil, err
	}
	return &APIInstanceState{APIInstance: *found, RequestedAt: before.RequestedAt}, nil
}

// Update changes the instance where it stands; one of another asset is replaced.
func (a APIInstance) Update(ctx context.Context, wish anypoint.APIInstanceSpec, observed *APIInstanceState, delta *compare.Delta) (*APIInstanceState, error) {
	if observed.Stale.Cause != nil {
		return nil, observed.Stale.Cause
	}
	platform, err := a.Platform(ctx)
	if err != nil {
		return nil, err
	}
	if wish, err = a.versioned(ctx, platform, wish); err != nil {
		return nil, err
	}
	if delta.DifferentAt("asset.groupId") || delta.DifferentAt("asset.assetId") {
		return a.replace(ctx, platform, wish, observed)
	}
	return a.change(ctx, platform, observed.APIInstance.ID, wish)
}

func (a APIInstance) change(ctx context.Context, platform APIPlatform, id int, wish anypoint.APIInstanceSpec) (*APIInstanceState, error) {
	changed, err := platform.UpdateAPIInstance(ctx, a.Environment, id, wish)
	if err != nil {
		return nil, a.refused(err, wish)
	}
	return a.asked(changed, wish), nil
}

// Settled once it is on its gateway, as far as API Manager tells.
func (a APIInstance) Settled(observed *APIInstanceState) error {
	arrived := observed.Deployment != nil && !slices.Contains(onTheWay, strings.ToLower(observed.Status))
	if !arrived && !observed.Idle && observed.Stale.Cause == nil && a.isRecent(observed) {
		return coded(ReasonDeploying, engine.WaitTypically(deploymentTime, "API Manager is deploying the API to the gateway%s", said(observed.Status)))
	}
	return nil
}

// onTheWay are API Manager's words for an instance that its gateway does not serve yet, as
// far as they are known; others are taken for a deployed one.
var onTheWay = []string{"unregistered", "inactive", "deploying", "pending"}

func said(status string) string {
	if status == "" {
		return ""
	}
	return " (" + status + ")"
}

// ID is API Manager's id and a digest of what was wanted of it: it tells whether that has
// changed while the Anypoint Platform could not be asked.
func (a APIInstance) ID(observed *APIInstanceState) string {
	switch {
	case observed.Idle:
		return ""
	case observed.Stale.Cause != nil:
		return observed.recorded
	}
	return a.recordID(observed.APIInstance.ID)
}
