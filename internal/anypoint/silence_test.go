package anypoint_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flexgw.io/controller/internal/anypoint"
)

// hanging answers, but for the services that hang.
type hanging struct {
	exchange, gateways atomic.Bool
	asked              atomic.Int32
}

func (h *hanging) serve(w http.ResponseWriter, r *http.Request) {
	isExchange := strings.HasPrefix(r.URL.Path, "/exchange/")
	if h.exchange.Load() && isExchange || h.gateways.Load() && !isExchange {
		h.asked.Add(1)
		<-r.Context().Done()
		return
	}
	if isExchange {
		reply(w, 404, nil)
		return
	}
	reply(w, 200, page())
}

var someAsset = anypoint.AssetRef{Group: env.Organization, Asset: "health", Version: "1.0.0"}

func TestAServiceThatHangsIsAskedOnceInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hanging{}
		client := clientOf(t, hurried(inProcess(h.serve), 100), "US", app)
		if _, err := client.Asset(t.Context(), someAsset); err != nil {
			t.Fatal(err)
		}
		h.exchange.Store(true)
		var waited time.Duration
		sentences := map[string]bool{}
		for range 20 { // a minute and a half
			asked := time.Now()
			_, err := client.Asset(t.Context(), someAsset)
			if anypoint.KindOf(err) != anypoint.KindUnreachable {
				t.Fatalf("Asset() = %v, want that it is unreachable", err)
			}
			sentences[err.Error()] = true
			waited += time.Since(asked)
			time.Sleep(3 * time.Second)
		}
		if n := h.asked.Load(); n > 3 || waited > 31*time.Second {
			t.Errorf("it was asked %d times, and waited for %v", n, waited)
		}
		if len(sentences) != 1 { // each other one is an event and a write of the status
			t.Errorf("one trouble is told in several sentences: %v", sentences)
		}
		asked := time.Now()
		if _, err := client.Gateways(t.Context(), env); err != nil || time.Since(asked) > 0 {
			t.Errorf("another service: %v after %v", err, time.Since(asked))
		}
		h.exchange.Store(false)
		time.Sleep(30 * time.Second)
		if _, err := client.Asset(t.Context(), someAsset); err != nil {
			t.Errorf("it answers again, and yet: %v", err)
		}
	})
}

func TestWhileOneServiceIsSilentTheOthersAreWaitedForShortly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hanging{}
		client := clientOf(t, hurried(inProcess(h.serve), 100), "US", app)
		if _, err := client.Asset(t.Context(), someAsset); err != nil {
			t.Fatal(err)
		}
		h.exchange.Store(true)
		h.gateways.Store(true)
		for _, test := range []struct {
			call    func() error
			longest time.Duration
		}{
			{func() error { _, err := client.Asset(t.Context(), someAsset); return err }, 10 * time.Second},
			{func() error { _, err := client.Gateways(t.Context(), env); return err }, 3 * time.Second},
			{func() error { _, err := client.Gateways(t.Context(), env); return err }, 0},
		} {
			asked := time.Now()
			err := test.call()
			if took := time.Since(asked); anypoint.KindOf(err) != anypoint.KindUnreachable || took > test.longest {
				t.Errorf("%v after %v, want no answer within %v", err, took, test.longest)
			}
		}
	})
}

func TestWhoAsksAnywayFindsOutThatAServiceIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hanging{}
		client := clientOf(t, hurried(inProcess(h.serve), 100), "US", app)
		h.gateways.Store(false)
		if _, _, err := client.GatewaysSince(t.Context(), env, 0); err != nil {
			t.Fatal(err)
		}
		h.gateways.Store(true)
		time.Sleep(time.Minute)
		if _, _, err := client.GatewaysSince(t.Context(), env, 0); err == nil {
			t.Fatal("the service hangs, and yet there is a list")
		}
		h.gateways.Store(false)
		if _, _, err := client.GatewaysSince(t.Context(), env, 0); err == nil {
			t.Error("a silent service was asked")
		}
		if _, _, err := client.GatewaysSince(anypoint.AskAnyway(t.Context()), env, 0); err != nil {
			t.Errorf("asked anyway: %v", err)
		}
		if _, _, err := client.GatewaysSince(t.Context(), env, 0); err != nil {
			t.Errorf("after that: %v", err)
		}
	})
}

func TestAfterASilenceOneAsksAndTheOthersDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hanging{}
		client := clientOf(t, hurried(inProcess(h.serve), 100), "US", app)
		h.exchange.Store(true)
		ask := func() time.Duration {
			asked := time.Now()
			_, _ = client.Asset(t.Context(), someAsset)
			return time.Since(asked)
		}
		ask()
		time.Sleep(time.Minute)
		var waited atomic.Int64
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { waited.Add(int64(ask())) })
		}
		all.Wait()
		if took := time.Duration(waited.Load()); took == 0 || took > 10*time.Second || h.asked.Load() != 2 {
			t.Errorf("ten callers have waited for %v together, and asked %d times", took, h.asked.Load())
		}
	})
}
