package resource

import (
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

func TestTheAPIIsMadeOnceTheGatewayCanTakeIt(t *testing.T) {
	b := newAPIBench(t)
	b.platform.fails["CreateAPIInstance"] = &anypoint.Error{Kind: anypoint.KindNotReady, Operation: "CreateAPIInstance"}
	b.apply()
	step := b.step("APIInstance")
	if step.Wait == nil || step.Wait.After != 20*time.Second || step.Problem != nil {
		t.Fatalf("a gateway that is not ready: %+v", step)
	}
	b.platform.back()
	b.until(b.apply)
	if got := b.platform.instances[101]; got.ProxyURI != "http://0.0.0.0:8081/health" || got.Deployment.GatewayID != "agent" {
		t.Errorf("made as %+v", got)
	}
	b.platform.writes()
	b.until(b.apply)
	b.wantWrites()
}

func TestACreationWhoseAnswerIsLostIsFoundAgain(t *testing.T) {
	b := newAPIBench(t)
	b.platform.lost["CreateAPIInstance"] = true
	b.apply()
	if b.step("APIInstance").Problem == nil {
		t.Fatal("a lost answer is no problem")
	}
	b.until(b.apply)
	b.wantWrites("PublishAsset 1.0.0", "CreateAPIInstance /health")
}

func TestTwoInstancesWithOurLabelAreAProblem(t *testing.T) {
	b := newAPIBench(t)
	for id := range 2 {
		b.platform.instances[id+1] = &anypoint.APIInstance{ID: id + 1, Label: ourLabel, Asset: b.asset.version(0)}
	}
	b.apply()
	problem := b.step("APIInstance").Problem
	if problem == nil || !problem.Terminal || !strings.Contains(problem.Message, "2 API instances") {
		t.Errorf("got %+v", b.step("APIInstance"))
	}
}

func TestWhatSomeoneChangedInAPIManagerIsPutBack(t *testing.T) {
	tests := map[string]func(*anypoint.APIInstance){
		"endpoint.proxyUri":         func(i *anypoint.APIInstance) { i.ProxyURI = "http://0.0.0.0:8082/other" },
		"routing.upstream":          func(i *anypoint.APIInstance) { i.Upstream = "http://other" },
		"instanceLabel":             func(i *anypoint.APIInstance) { i.Label = "renamed" },
		"asset.version":             func(i *anypoint.APIInstance) { i.Asset.Version = "9.0.0" },
		"deployment.targetId":       func(i *anypoint.APIInstance) { i.Deployment.GatewayID = "another" },
		"deployment.expectedStatus": func(i *anypoint.APIInstance) { i.Deployment.ExpectedStatus = "undeployed" },
		"deployment":                func(i *anypoint.APIInstance) { i.Deployment = nil },
	}
	for field, change := range tests {
		t.Run(field, func(t *testing.T) {
			b := newAPIBench(t)
			b.until(b.apply)
			want := *b.platform.instances[101]
			change(b.platform.instances[101])
			b.platform.writes()
			b.apply()
			if step := b.step("APIInstance"); !step.Delta.DifferentAt(field) || len(step.Delta.Differences) != 1 {
				t.Errorf("found %v", engine.FieldChanges(step.Delta))
			}
			b.until(b.apply)
			b.wantWrites("UpdateAPIInstance 101")
			if got := b.platform.instances[101]; got.Deployment == nil || got.Deployment.GatewayID != "agent" || got.ProxyURI != want.ProxyURI || got.Upstream != want.Upstream {
				t.Errorf("put back as %+v", got)
			}
		})
	}
}

func TestWhatAPIManagerDoesNotTellIsNoDifference(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	*b.platform.instances[101] = anypoint.APIInstance{
		ID: 101, Label: ourLabel, Status: "something new", Deployment: &anypoint.Deployment{GatewayID: "agent"},
	}
	b.platform.writes()
	b.until(b.apply)
	b.wantWrites()
}

func TestAnAPIThatSomeoneDeletedIsMadeAgain(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	delete(b.platform.instances, 101)
	b.platform.writes()
	b.apply()
	if !b.step("APIInstance").Missing {
		t.Error("it is not told that it was gone")
	}
	b.until(b.apply)
	b.wantWrites("CreateAPIInstance /health")
}

func TestAnAPIOfSomeoneElseIsLeftAloneThoughItIsRecorded(t *testing.T) {
	b := newAPIBench(t)
	b.named, b.api.Asset = true, anypoint.AssetRef{Group: "org", Asset: "theirs", Version: "1.0.0"}
	b.platform.instances[7] = &anypoint.APIInstance{ID: 7, Label: "theirs", Asset: b.api.Asset}
	b.records = []engine.Record{{Identity: b.api.Identity(), ID: "7@00000000", State: engine.StateReady}}
	b.apply()
	if problem := b.step("APIInstance").Problem; problem == nil || problem.Reason != engine.ReasonForeign {
		t.Errorf("got %+v", b.step("APIInstance"))
	}
	b.until(b.delete)
	b.wantWrites()
}

func TestAPlatformThatIsAwayLeavesWhatWasReadyReady(t *testing.T) {
	for _, kind := range []anypoint.Kind{anypoint.KindUnreachable, anypoint.KindThrottled, anypoint.KindCredentials, anypoint.KindForbidden, anypoint.KindServer, anypoint.KindNonsense} {
		t.Run(kind.String(), func(t *testing.T) {
			b := newAPIBench(t)
			b.until(b.apply)
			before := b.records
			b.platform.away(kind)
			b.platform.writes()
			if r := b.apply(); !r.Done() || len(r.Changes()) > 0 {
				t.Errorf("got %+v", r.Steps)
			}
			if b.records[2].ID != before[2].ID || b.records[1].ID != before[1].ID {
				t.Errorf("recorded %v, before %v", b.records, before)
			}
			b.wantWrites()
		})
	}
}

func TestAChangeOfTheSpecIsNotTakenForDoneWhileThePlatformIsAway(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.away(anypoint.KindUnreachable)
	b.api.Upstream = "http://other"
	b.apply()
	if step := b.step("APIInstance"); step.Problem == nil || step.Problem.Reason != anypoint.ReasonUnreachable {
		t.Fatalf("got %+v", step)
	}
	b.platform.back()
	b.platform.writes()
	b.until(b.apply)
	b.wantWrites("UpdateAPIInstance 101")
}

func TestAPlatformThatIsAwayBeforeTheAPIIsThereIsAProblemThatPasses(t *testing.T) {
	b := newAPIBench(t)
	b.platform.away(anypoint.KindUnreachable)
	b.apply()
	if problem := b.step("ExchangeAsset").Problem; problem == nil || problem.Terminal || problem.RetryAfter == 0 {
		t.Errorf("got %+v", b.step("ExchangeAsset"))
	}
	if state := b.report.Steps[0].State; state != engine.StateExternal {
		t.Errorf("the service is %s", state)
	}
	b.platform.back()
	b.until(b.apply)
}

func TestAnInstanceOfAnotherAssetIsReplacedWithoutAGap(t *testing.T) {
	b := newAPIBench(t)
	b.named, b.api.Asset = true, anypoint.AssetRef{Group: "org", Asset: "first", Version: "1.0.0"}
	b.until(b.apply)
	b.platform.writes()
	b.api.Asset.Asset = "second"
	b.apply()
	if len(b.platform.instances) != 2 || b.step("APIInstance").Wait == nil {
		t.Fatalf("the old one is gone before the new one is deployed: %v", b.platform.instances)
	}
	b.now = b.now.Add(replacementLook)
	b.until(b.apply)
	b.wantWrites("CreateAPIInstance /flexgw-replacement", "DeleteAPIInstance 101", "UpdateAPIInstance 102")
	if got := b.platform.instances[102]; got.ProxyURI != "http://0.0.0.0:8081/health" || got.Asset.Asset != "second" {
		t.Errorf("ends as %+v", got)
	}
}

func TestAReplacementCanBeInterruptedAnywhere(t *testing.T) {
	for _, call := range []string{"CreateAPIInstance", "DeleteAPIInstance", "UpdateAPIInstance"} {
		for _, forgotten := range []bool{false, true} {
			b := newAPIBench(t)
			b.named, b.api.Asset = true, anypoint.AssetRef{Group: "org", Asset: "first", Version: "1.0.0"}
			b.until(b.apply)
			b.api.Asset.Asset = "second"
			b.platform.lost[call] = true
			for range 3 {
				b.apply()
				b.now = b.now.Add(replacementLook)
			}
			if forgotten && call != "CreateAPIInstance" { // the old one is gone then
				b.records = nil
			}
			b.until(b.apply)
			if got := b.platform.instances[102]; len(b.platform.instances) != 1 || got == nil || got.ProxyURI != "http://0.0.0.0:8081/health" {
				t.Errorf("after a lost answer of %s: %v", call, b.platform.instances)
			}
		}
	}
}

func TestADeletionInTheMiddleOfAReplacementDeletesBoth(t *testing.T) {
	b := newAPIBench(t)
	b.named, b.api.Asset = true, anypoint.AssetRef{Group: "org", Asset: "first", Version: "1.0.0"}
	b.until(b.apply)
	b.api.Asset.Asset = "second"
	b.apply()
	b.until(b.delete)
	if len(b.platform.instances) > 0 {
		t.Errorf("left: %v", b.platform.instances)
	}
}

func TestTheAPIGoesBeforeItsAsset(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.writes()
	b.until(b.delete)
	b.wantWrites("DeleteAPIInstance 101", "DeleteAsset 1.0.0")
}

func TestWhatIsNoLongerAskedForIsRemoved(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.writes()
	b.unwanted = true
	b.until(b.apply)
	b.wantWrites("DeleteAPIInstance 101", "DeleteAsset 1.0.0")
	if len(b.records) != 1 {
		t.Errorf("recorded: %v", b.records)
	}
}

func TestAGatewayWithNoReplicasHasNoUseForAnAPI(t *testing.T) {
	b := newAPIBench(t)
	b.service.Desired = 0
	b.until(b.apply)
	b.wantWrites("PublishAsset 1.0.0")
	b.service.Desired = 2
	b.until(b.apply)
	b.wantWrites("CreateAPIInstance /health")
	b.service.Desired = 0
	b.until(b.apply)
	b.wantWrites()
}

func TestAnAPIIsAwaitedForAWhileInWordsThatSayThatItIsOnItsWay(t *testing.T) {
	b := newAPIBench(t)
	asked := b.now
	for _, test := range []struct {
		status  string
		after   time.Duration
		settled bool
	}{
		{"active", time.Second, true}, {"", time.Second, true}, {"something new", time.Second, true},
		{"unregistered", time.Second, false}, {"DEPLOYING", time.Minute, false}, {"unregistered", longestDeployment, true},
	} {
		b.now = asked.Add(test.after)
		state := &APIInstanceState{APIInstance: anypoint.APIInstance{Status: test.status, Deployment: &anypoint.Deployment{}}, RequestedAt: asked}
		if err := b.api.Settled(state); (err == nil) != test.settled {
			t.Errorf("%q after %v: %v", test.status, test.after, err)
		}
	}
}

func TestAnImageThatDoesNotTellItsVersionLeavesItToTheReplicas(t *testing.T) {
	b := newAPIBench(t)
	b.api.GatewayVersion = ""
	b.platform.replicas = []anypoint.Replica{{Status: anypoint.StatusDisconnected, Version: "1.11.0"}}
	b.apply()
	if wait := b.step("APIInstance").Wait; wait == nil || wait.Code != anypoint.CodeGatewayNotReady {
		t.Fatalf("got %+v", b.step("APIInstance"))
	}
	b.platform.replicas = append(b.platform.replicas, anypoint.Replica{Status: anypoint.StatusConnected, Version: "1.12.3"})
	b.until(b.apply)
	if version := b.platform.instances[101].Deployment.GatewayVersion; version != "1.12.3" {
		t.Errorf("deployed for version %q", version)
	}
}

func TestADeletionWaitsForAPlatformThatIsAwayAndThenLeavesWhatIsThere(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.away(anypoint.KindUnreachable)
	b.delete()
	until := b.deleted.Add(30 * time.Minute).UTC().Format(time.RFC3339)
	if step := b.step("APIInstance"); step.Wait == nil || step.Wait.Code != anypoint.ReasonUnreachable || !strings.Contains(step.Wait.Reason, "if that lasts until "+until) {
		t.Fatalf("at once: %+v", step)
	}
	b.now = b.now.Add(29 * time.Minute)
	if b.delete().Done() {
		t.Error("it has not waited for half an hour")
	}
	b.now = b.now.Add(time.Minute)
	if !b.delete().Done() {
		t.Errorf("after half an hour: %+v", b.report.Steps)
	}
	for kind, what := range map[string]string{"APIInstance": "API instance 101 (gw-abc123) stays in API Manager", "ExchangeAsset": "asset org/gw-abc123-health/1.0.0 stays in Exchange"} {
		left := b.step(kind).Left
		if left == nil || !left.Unwanted || left.Reason != ReasonHealthCheckAPILeft || !strings.HasPrefix(left.Message, what) {
			t.Errorf("%s: %+v", kind, left)
		}
	}
}

func TestTheAssetOfAnAPIThatCannotBeDeletedIsLeftToo(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.fails["DeleteAPIInstance"] = &anypoint.Error{Kind: anypoint.KindForbidden}
	b.until(b.delete)
	if b.now.Sub(b.deleted) < 30*time.Minute || b.step("ExchangeAsset").Left == nil || len(b.platform.assets) != 1 {
		t.Errorf("after %v: %+v", b.now.Sub(b.deleted), b.report.Steps)
	}
}

func TestWhatIsRetainedStaysWithoutACall(t *testing.T) {
	b := newAPIBench(t)
	b.until(b.apply)
	b.platform.writes()
	b.retain = true
	if !b.delete().Done() || b.step("APIInstance").Left == nil || b.step("ExchangeAsset").Left == nil || b.step("APIInstance").Left.Unwanted {
		t.Errorf("got %+v", b.report.Steps)
	}
	b.wantWrites()
}

func TestADeletionOfWhatWasNeverMade(t *testing.T) {
	missing := &engine.Problem{Reason: "AnypointCredentialsMissing", Message: "there is no Secret", Terminal: true}
	for _, test := range []struct {
		name    string
		failure error
		atOnce  bool
	}{
		{"the credentials were never taken", &anypoint.Error{Kind: anypoint.KindCredentials}, true},
		{"a scope was always missing", &anypoint.Error{Kind: anypoint.KindForbidden}, true},
		{"there never were credentials", missing, true},
		{"the platform does not answer", &anypoint.Error{Kind: anypoint.KindUnreachable}, false},
	} {
		b := newAPIBench(t)
		b.unconnected = test.failure
		b.apply()
		if done := b.delete().Done(); done != test.atOnce {
			t.Errorf("%s: done %v, %+v", test.name, done, b.report.Steps)
		}
		b.until(b.delete)
		if b.now.Sub(b.deleted) < 30*time.Minute != test.atOnce {
			t.Errorf("%s: gone after %v", test.name, b.now.Sub(b.deleted))
		}
	}
}
