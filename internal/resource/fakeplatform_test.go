package resource

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// fakePlatform is Exchange and API Manager as far as the API for the health checks goes.
type fakePlatform struct {
	assets    map[anypoint.AssetRef]bool
	locked    map[anypoint.AssetRef]bool // deleted, and not to be published again
	hidden    map[anypoint.AssetRef]bool // being published
	instances map[int]*anypoint.APIInstance
	replicas  []anypoint.Replica
	next      int
	fails     map[string]error // by the name of the call
	lost      map[string]bool  // calls whose answer is lost
	calls     []string
}

func newFakePlatform() *fakePlatform {
	return &fakePlatform{
		assets: map[anypoint.AssetRef]bool{}, locked: map[anypoint.AssetRef]bool{}, hidden: map[anypoint.AssetRef]bool{},
		instances: map[int]*anypoint.APIInstance{}, next: 100, fails: map[string]error{}, lost: map[string]bool{},
	}
}

// away makes every call fail in the same way.
func (f *fakePlatform) away(kind anypoint.Kind) {
	for _, call := range []string{"Asset", "PublishAsset", "DeleteAsset", "FindAPIInstances", "APIInstance", "CreateAPIInstance", "UpdateAPIInstance", "DeleteAPIInstance"} {
		f.fails[call] = &anypoint.Error{Kind: kind, Operation: call}
	}
}

func (f *fakePlatform) back() { clear(f.fails) }

// call notes a call; what it returns is for the caller.
func (f *fakePlatform) call(name, what string) error {
	f.calls = append(f.calls, strings.TrimSpace(name+" "+what))
	return f.fails[name]
}

// answer is the error after the effect: the answer may be lost.
func (f *fakePlatform) answer(name string) error {
	if !f.lost[name] {
		return nil
	}
	delete(f.lost, name)
	return &anypoint.Error{Kind: anypoint.KindUnreachable, Operation: name}
}

// writes are the calls that change something, since the last time it was asked.
func (f *fakePlatform) writes() []string {
	writes := slices.DeleteFunc(f.calls, func(call string) bool {
		return strings.HasPrefix(call, "Asset") || strings.HasPrefix(call, "APIInstance") || strings.HasPrefix(call, "Find") || call == "Replicas"
	})
	f.calls = nil
	return writes
}

func (f *fakePlatform) Asset(_ context.Context, ref anypoint.AssetRef) (*anypoint.Asset, error) {
	if err := f.call("Asset", ref.Version); err != nil {
		return nil, err
	}
	if !f.assets[ref] || f.hidden[ref] {
		return nil, nil
	}
	return &anypoint.Asset{AssetRef: ref}, nil
}

func (f *fakePlatform) PublishAsset(_ context.Context, ref anypoint.AssetRef, _, _, _ string) error {
	if err := f.call("PublishAsset", ref.Version); err != nil {
		return err
	}
	if f.assets[ref] || f.locked[ref] {
		return &anypoint.Error{Kind: anypoint.KindConflict, Operation: "PublishAsset", Code: "ASSET_PRE_CONDITIONS_FAILED"}
	}
	f.assets[ref] = true
	return f.answer("PublishAsset")
}

func (f *fakePlatform) DeleteAsset(_ context.Context, ref anypoint.AssetRef) error {
	if err := f.call("DeleteAsset", ref.Version); err != nil {
		return err
	}
	for _, instance := range f.instances {
		if instance.Asset == ref {
			return &anypoint.Error{Kind: anypoint.KindConflict, Operation: "DeleteAsset"}
		}
	}
	delete(f.assets, ref)
	return f.answer("DeleteAsset")
}

func (f *fakePlatform) FindAPIInstances(_ context.Context, _ anypoint.Environment, assetID, label string) ([]anypoint.APIInstance, error) {
	if err := f.call("FindAPIInstances", ""); err != nil {
		return nil, err
	}
	var found []anypoint.APIInstance
	for _, instance := range f.instances {
		if instance.Asset.Asset == assetID && instance.Label == label {
			partial := *instance
			partial.Deployment = nil
			found = append(found, partial)
		}
	}
	return found, nil
}

func (f *fakePlatform) APIInstance(_ context.Context, _ anypoint.Environment, id int) (*anypoint.APIInstance, error) {
	if err := f.call("APIInstance", fmt.Sprint(id)); err != nil {
		return nil, err
	}
	instance := f.instances[id]
	if instance == nil {
		return nil, nil
	}
	whole := *instance
	return &whole, nil
}

func (f *fakePlatform) CreateAPIInstance(_ context.Context, _ anypoint.Environment, spec anypoint.APIInstanceSpec) (*anypoint.APIInstance, error) {
	if err := f.call("CreateAPIInstance", spec.BasePath); err != nil {
		return nil, err
	}
	for _, other := range f.instances {
		if other.ProxyURI == spec.ProxyURI() {
			return nil, &anypoint.Error{Kind: anypoint.KindConflict, Operation: "CreateAPIInstance"}
		}
	}
	f.next++
	f.instances[f.next] = &anypoint.APIInstance{ID: f.next}
	return f.make(f.next, spec), f.answer("CreateAPIInstance")
}

// make makes an instance what the spec says; the answer has only the id.
func (f *fakePlatform) make(id int, spec anypoint.APIInstanceSpec) *anypoint.APIInstance {
	*f.instances[id] = anypoint.APIInstance{
		ID: id, Label: spec.Label, ProxyURI: spec.ProxyURI(), Upstream: spec.Upstream, Asset: spec.Asset, Status: "active",
		Deployment: &anypoint.Deployment{GatewayID: spec.GatewayID, GatewayVersion: spec.GatewayVersion, ExpectedStatus: "deployed"},
	}
	return &anypoint.APIInstance{ID: id}
}

func (f *fakePlatform) UpdateAPIInstance(_ context.Context, _ anypoint.Environment, id int, spec anypoint.APIInstanceSpec) (*anypoint.APIInstance, error) {
	if err := f.call("UpdateAPIInstance", fmt.Sprint(id)); err != nil {
		return nil, err
	}
	return f.make(id, spec), f.answer("UpdateAPIInstance")
}

func (f *fakePlatform) DeleteAPIInstance(_ context.Context, _ anypoint.Environment, id int) error {
	if err := f.call("DeleteAPIInstance", fmt.Sprint(id)); err != nil {
		return err
	}
	delete(f.instances, id)
	return f.answer("DeleteAPIInstance")
}

func (f *fakePlatform) Replicas(context.Context, anypoint.Environment, string) ([]anypoint.Replica, error) {
	return f.replicas, f.call("Replicas", "")
}

// given is a resource that is there as it is: what others need in a test.
type given[O any] struct {
	id    engine.Identity
	value *O
}

func (g given[O]) Identity() engine.Identity                          { return g.id }
func (g given[O]) Needs() []engine.Need                               { return nil }
func (g given[O]) Wish() (string, error)                              { return "", nil }
func (g given[O]) Observe(context.Context, engine.Record) (*O, error) { return g.value, nil }
func (g given[O]) Owner(*O) engine.Ownership                          { return engine.External() }
func (g given[O]) Diff(string, *O) *compare.Delta                     { return compare.NewDelta() }
func (g given[O]) Create(context.Context, string) (*O, error)         { return g.value, nil }
func (g given[O]) Delete(context.Context, *O) error                   { return nil }
func (g given[O]) Settled(*O) error                                   { return nil }
func (g given[O]) ID(*O) string                                       { return g.id.String() }
func (g given[O]) Update(context.Context, string, *O, *compare.Delta) (*O, error) {
	return g.value, nil
}

// apiBench walks over the asset and the instance of one gateway.
type apiBench struct {
	t        *testing.T
	platform *fakePlatform
	now      time.Time
	asset    ExchangeAsset
	api      APIInstance
	service  ServiceState
	// named is true where the spec names the asset, and unwanted where it asks for no API.
	named, unwanted bool
	// deleted is when the object was deleted, and retain its policy. Unconnected is why no
	// call can be made.
	deleted     time.Time
	retain      bool
	unconnected error
	records     []engine.Record
	report      *engine.Report
}

const (
	ourAsset = "gw-abc123-health"
	ourLabel = "gw-abc123"
)

func newAPIBench(t *testing.T) *apiBench {
	t.Helper()
	b := &apiBench{t: t, platform: newFakePlatform(), now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), service: ServiceState{Desired: 1}}
	common := Common{Now: func() time.Time { return b.now }}
	platform := func(context.Context) (APIPlatform, error) { return b.platform, b.unconnected }
	b.asset = ExchangeAsset{Common: common, Platform: platform, Group: "org", Asset: ourAsset, Title: "gw", Link: "http://up"}
	b.api = APIInstance{
		Common: common, Platform: platform, Environment: anypoint.Environment{Organization: "org", ID: "env"}, Label: ourLabel,
		Asset: b.asset.version(0), Port: 8081, BasePath: "/health", Upstream: "http://up",
		GatewayID: func() string { return "agent" }, GatewayName: "gw", GatewayVersion: "1.12.3",
	}
	return b
}

func (b *apiBench) stack(removing bool) *engine.Stack {
	classify := func(err error) error {
		if classified := anypoint.Classify(err); classified != nil {
			return classified
		}
		return awscloud.Classify(err)
	}
	s := engine.NewStack(b.records, classify, func() time.Time { return b.now })
	service := engine.Add(s, "Rollout", given[ServiceState]{engine.Identity{Kind: "Service", Name: "gateway"}, &b.service})
	asset, api := b.asset, b.api
	asset.Asked, asset.Removal = !b.unwanted && !b.named, b.removal(!removing && !b.unwanted && !b.named)
	api.Asked, api.Removal = !b.unwanted, b.removal(!removing && !b.unwanted)
	published := engine.Add(s, "HealthCheckAPI", asset, engine.Wanted(!b.unwanted && !b.named))
	api.Service = service
	if api.Removal != nil {
		api.Prerequisites = []engine.Need{engine.After(published)}
	}
	if !b.named {
		api.Published = published
	}
	engine.Add(s, "HealthCheckAPI", api, engine.Wanted(!b.unwanted))
	return s
}

func (b *apiBench) removal(stays bool) *RegistrationRemoval {
	if stays {
		return nil
	}
	return &RegistrationRemoval{Since: b.deleted, Retain: b.retain && !b.deleted.IsZero(), GiveUpAfter: 30 * time.Minute}
}

// apply walks once, and remembers what there is to remember.
func (b *apiBench) apply() *engine.Report {
	b.t.Helper()
	return b.remember(b.stack(false).Apply(b.t.Context()))
}

func (b *apiBench) delete() *engine.Report {
	b.t.Helper()
	if b.deleted.IsZero() {
		b.deleted = b.now
	}
	return b.remember(b.stack(true).Delete(b.t.Context()))
}

func (b *apiBench) remember(r *engine.Report) *engine.Report {
	b.report, b.records = r, r.Records()
	return r
}

// until walks until a walk is done, as often as is asked for.
func (b *apiBench) until(walk func() *engine.Report) {
	b.t.Helper()
	for range 200 {
		if walk().Done() {
			return
		}
		pause := b.report.LookAgain()
		if pause == 0 {
			pause = 10 * time.Minute // as the manager's regular look
		}
		b.now = b.now.Add(max(pause, time.Second))
	}
	b.t.Fatalf("not done: %+v", b.report.Steps)
}

func (b *apiBench) step(kind string) engine.Step {
	b.t.Helper()
	step, found := b.report.Step(kind, "health-check")
	if !found {
		b.t.Fatalf("no step of %s", kind)
	}
	return step
}

// wantWrites fails unless these were the changing calls.
func (b *apiBench) wantWrites(want ...string) {
	b.t.Helper()
	if got := b.platform.writes(); !slices.Equal(got, want) {
		b.t.Errorf("calls %q, want %q", got, want)
	}
}
