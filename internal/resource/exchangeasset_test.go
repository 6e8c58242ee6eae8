package resource

import (
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

func TestTheAssetIsPublishedOnceAndWaitedFor(t *testing.T) {
	b := newAPIBench(t)
	first := b.asset.version(0)
	b.platform.hidden[first] = true
	b.apply()
	if wait := b.step("ExchangeAsset").Wait; wait == nil || wait.Code != ReasonPublishing {
		t.Fatalf("while Exchange publishes: %+v", b.step("ExchangeAsset"))
	}
	if state := b.step("APIInstance").State; state != engine.StateBlocked {
		t.Errorf("the API is %s before its asset is there", state)
	}
	b.now = b.now.Add(10 * time.Second)
	b.apply()
	b.wantWrites("PublishAsset 1.0.0")
	delete(b.platform.hidden, first)
	b.until(b.apply)
	if id := b.step("ExchangeAsset").ID; id != "org/"+ourAsset+"/1.0.0" {
		t.Errorf("recorded as %s", id)
	}
}

func TestAPublicationThatNeverShowsIsAskedForAgain(t *testing.T) {
	b := newAPIBench(t)
	b.platform.hidden[b.asset.version(0)] = true
	b.apply()
	delete(b.platform.assets, b.asset.version(0)) // Exchange has lost it
	b.now = b.now.Add(longestPublication + time.Second)
	b.platform.writes()
	b.apply()
	b.wantWrites("PublishAsset 1.0.0")
}

func TestAnAssetOfWhichNothingWasRecordedIsFound(t *testing.T) {
	b := newAPIBench(t)
	b.platform.assets[b.asset.version(0)] = true
	b.until(b.apply)
	b.wantWrites("CreateAPIInstance /health")
}

func TestAVersionThatExchangeRefusesIsFollowedByTheNext(t *testing.T) {
	b := newAPIBench(t)
	b.platform.locked[b.asset.version(0)], b.platform.locked[b.asset.version(1)] = true, true
	b.until(b.apply)
	b.wantWrites("PublishAsset 1.0.0", "PublishAsset 1.0.1", "PublishAsset 1.0.2", "CreateAPIInstance /health")
	if version := b.platform.instances[101].Asset.Version; version != "1.0.2" {
		t.Errorf("the API is of version %s", version)
	}

	b.records = nil // a controller that forgot everything
	b.until(b.apply)
	b.wantWrites("PublishAsset 1.0.0", "PublishAsset 1.0.1")
	b.records = nil
	b.until(b.delete)
	if len(b.platform.assets) > 0 {
		t.Errorf("left in Exchange: %v", b.platform.assets)
	}
}

func TestExchangeThatTakesNoVersionIsAProblemWithAWayOut(t *testing.T) {
	b := newAPIBench(t)
	for n := range assetVersions {
		b.platform.locked[b.asset.version(n)] = true
	}
	b.apply()
	if problem := b.step("ExchangeAsset").Problem; problem == nil || problem.Terminal || problem.RetryAfter == 0 {
		t.Errorf("got %+v", b.step("ExchangeAsset"))
	}
}

func TestTheAssetOfAnEarlierTimeGoesOnceTheSpecNamesAnother(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.writes()
	b.named, b.api.Asset = true, anypoint.AssetRef{Group: "org", Asset: "theirs", Version: "2.0.0"}
	b.until(b.apply)
	b.wantWrites("CreateAPIInstance /flexgw-replacement", "DeleteAPIInstance 101", "UpdateAPIInstance 102", "DeleteAsset 1.0.0")
	if len(b.platform.assets) > 0 || len(b.platform.instances) != 1 {
		t.Errorf("left: %v, %v", b.platform.assets, b.platform.instances)
	}
}
