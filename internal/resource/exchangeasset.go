package resource

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// ExchangeAsset is the asset in Exchange of which the API for the health checks is an
// instance, where the spec names none. It is an http-api: a name without a file. API
// Manager takes nothing from it, and so nothing that changes in the spec makes another
// version; its link is the upstream of the day on which it was published.
//
// Exchange may refuse a name for ever once it was deleted. The next version then takes its
// place.
type ExchangeAsset struct {
	Common
	// Platform returns the calls, or why none can be made.
	Platform func(context.Context) (APIPlatform, error)
	// Group is the organization, and Asset the asset's id, which has the hash of the
	// owner's UID in it.
	Group, Asset string
	// Title is the name that Exchange shows, and Link the asset's link.
	Title, Link string
	// Prerequisites are what comes before it.
	Prerequisites []engine.Need
	// Asked is true where the spec asks for it; Removal says how it goes, and is nil where
	// it stays.
	Asked   bool
	Removal *RegistrationRemoval
}

// ExchangeAssetWish is the asset that should be there.
type ExchangeAssetWish struct{ Title, Link string }

// ExchangeAssetState is the asset that is there.
type ExchangeAssetState struct {
	Ref anypoint.AssetRef
	// Publishing is true until Exchange shows it.
	Publishing bool
	Stale      Stale
}

const (
	// firstAssetVersion is the version of a new asset, assetAPIVersion what Exchange calls
	// the API's version.
	firstAssetVersion = "1.0.0"
	assetAPIVersion   = "v1"
	// assetVersions is how many versions are tried where Exchange refuses earlier ones.
	assetVersions = 5
	// publicationTime is how long a publication takes as a rule, and longestPublication
	// after how long it is asked for again.
	publicationTime    = 5 * time.Second
	longestPublication = 5 * time.Minute
)

// Identity is ExchangeAsset/health-check.
func (e ExchangeAsset) Identity() engine.Identity {
	return engine.Identity{Kind: "ExchangeAsset", Name: "health-check"}
}

// Needs nothing of its own.
func (e ExchangeAsset) Needs() []engine.Need { return e.Prerequisites }

// Wish is the asset under its name.
func (e ExchangeAsset) Wish() (ExchangeAssetWish, error) {
	return ExchangeAssetWish{Title: e.Title, Link: e.Link}, nil
}

// Observe finds the recorded version, else the first one. A removal looks for all.
func (e ExchangeAsset) Observe(ctx context.Context, recorded engine.Record) (*ExchangeAssetState, error) {
	if !e.Asked && recorded.ID == "" {
		return nil, nil // there never was one
	}
	found, err := e.find(ctx, recorded)
	if err != nil {
		if stale, ok := e.stale(recorded, err, e.Removal); ok {
			return &ExchangeAssetState{Ref: e.recordedRef(recorded), Stale: stale}, nil
		}
		if e.Removal.needsNoLook(e.Now(), recorded, err) {
			return nil, nil
		}
		return nil, err
	}
	if found == nil && recorded.ID != "" && recorded.State == engine.StateWaiting && e.Now().Sub(recorded.Since) < longestPublication {
		return &ExchangeAssetState{Ref: e.recordedRef(recorded), Publishing: true}, nil
	}
	return found, nil
}

func (e ExchangeAsset) find(ctx context.Context, recorded engine.Record) (*ExchangeAssetState, error) {
	platform, err := e.Platform(ctx)
	if err != nil {
		return nil, err
	}
	candidates := []anypoint.AssetRef{e.recordedRef(recorded), e.version(0)}
	for n := 1; e.Removal != nil && n < assetVersions; n++ {
		candidates = append(candidates, e.version(n))
	}
	seen := map[anypoint.AssetRef]bool{}
	for _, ref := range candidates {
		if seen[ref] {
			continue
		}
		seen[ref] = true
		asset, err := platform.Asset(ctx, ref)
		if err != nil {
			return nil, err
		}
		if asset != nil {
			return &ExchangeAssetState{Ref: ref}, nil
		}
	}
	return nil, nil
}

// recordedRef is the recorded version of the asset; the first one where another asset, or
// none, is recorded.
func (e ExchangeAsset) recordedRef(recorded engine.Record) anypoint.AssetRef {
	prefix := e.Group + "/" + e.Asset + "/"
	version, found := strings.CutPrefix(recorded.ID, prefix)
	if !found || version == "" {
		return e.version(0)
	}
	return anypoint.AssetRef{Group: e.Group, Asset: e.Asset, Version: version}
}

// First is the version that is published first.
func (e ExchangeAsset) First() anypoint.AssetRef { return e.version(0) }

// version is the n-th version, counted from 0.
func (e ExchangeAsset) version(n int) anypoint.AssetRef {
	ref := anypoint.AssetRef{Group: e.Group, Asset: e.Asset, Version: firstAssetVersion}
	if n > 0 {
		ref.Version = fmt.Sprintf("1.0.%d", n)
	}
	return ref
}

// Owner is ours: the hash of the owner's UID is in the asset's id.
func (e ExchangeAsset) Owner(*ExchangeAssetState) engine.Ownership { return engine.Ours() }

// Diff finds nothing: a published version cannot change.
func (e ExchangeAsset) Diff(ExchangeAssetWish, *ExchangeAssetState) *compare.Delta {
	return compare.NewDelta()
}

// Create publishes the first version that Exchange takes. One that it has already, and
// did not show a moment ago, is deleted for good or not to be seen yet; so is looked at
// the next one before it is published, which may be ours from an earlier time.
func (e ExchangeAsset) Create(ctx context.Context, wish ExchangeAssetWish) (*ExchangeAssetState, error) {
	platform, err := e.Platform(ctx)
	if err != nil {
		return nil, err
	}
	for n := range assetVersions {
		ref := e.version(n)
		if n > 0 {
			asset, err := platform.Asset(ctx, ref)
			if err != nil {
				return nil, err
			}
			if asset != nil {
				return &ExchangeAssetState{Ref: ref}, nil
			}
		}
		err := platform.PublishAsset(ctx, ref, wish.Title, wish.Link, assetAPIVersion)
		if err == nil {
			return e.published(ctx, platform, ref), nil
		}
		if anypoint.KindOf(err) != anypoint.KindConflict {
			return nil, err
		}
	}
	return nil, &engine.Problem{Reason: anypoint.ReasonError, RetryAfter: longestPublication, Message: fmt.Sprintf(
		"Exchange takes none of the versions 1.0.0 to 1.0.%d of %s/%s: name an asset in spec.healthCheckAPI.asset", assetVersions-1, e.Group, e.Asset)}
}

// published is the asset after its publication was asked for. That it cannot be looked at
// is no failure: it is looked at again.
func (e ExchangeAsset) published(ctx context.Context, platform APIPlatform, ref anypoint.AssetRef) *ExchangeAssetState {
	asset, err := platform.Asset(ctx, ref)
	return &ExchangeAssetState{Ref: ref, Publishing: err != nil || asset == nil}
}

// Poll looks whether Exchange shows it.
func (e ExchangeAsset) Poll(ctx context.Context, before *ExchangeAssetState) (*ExchangeAssetState, error) {
	platform, err := e.Platform(ctx)
	if err != nil {
		return nil, err
	}
	asset, err := platform.Asset(ctx, before.Ref)
	return &ExchangeAssetState{Ref: before.Ref, Publishing: asset == nil}, err
}

// Update is never asked for.
func (e ExchangeAsset) Update(_ context.Context, _ ExchangeAssetWish, observed *ExchangeAssetState, _ *compare.Delta) (*ExchangeAssetState, error) {
	return observed, nil
}

// Delete deletes the version for good; another one may be there that an earlier
// controller published.
func (e ExchangeAsset) Delete(ctx context.Context, observed *ExchangeAssetState) error {
	what := "asset " + e.ID(observed)
	if e.Removal != nil && e.Removal.Retain {
		return retained(what + " stays in Exchange")
	}
	if err := e.delete(ctx, observed); err != nil {
		return e.Removal.orLeave(e.Now(), what, "Exchange", err)
	}
	return engine.WaitFor(time.Second, "Exchange is deleting the asset")
}

// delete waits where there are instances: Exchange keeps their asset.
func (e ExchangeAsset) delete(ctx context.Context, observed *ExchangeAssetState) error {
	if observed.Stale.Cause != nil {
		return observed.Stale.Cause
	}
	platform, err := e.Platform(ctx)
	if err != nil {
		return err
	}
	err = platform.DeleteAsset(ctx, observed.Ref)
	if anypoint.KindOf(err) == anypoint.KindConflict {
		return engine.WaitFor(10*time.Second, "Exchange keeps the asset while it has instances")
	}
	return err
}

// Settled once Exchange shows it.
func (e ExchangeAsset) Settled(observed *ExchangeAssetState) error {
	if observed.Publishing {
		return coded(ReasonPublishing, engine.WaitTypically(publicationTime, "Exchange is publishing %s", e.ID(observed)))
	}
	return nil
}

// ID is group/asset/version.
func (e ExchangeAsset) ID(observed *ExchangeAssetState) string {
	return observed.Ref.Group + "/" + observed.Ref.Asset + "/" + observed.Ref.Version
}
