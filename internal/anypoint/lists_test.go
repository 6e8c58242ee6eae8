package anypoint_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flexgw.io/controller/internal/anypoint"
)

func TestAHundredCallersAreOneCall(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page(wireGateway(gatewayID, "edge", "CONNECTED")))
	platform := p.platform()
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			client, err := platform.Client("US", app)
			if err != nil {
				t.Error(err)
				return
			}
			got, read, err := client.GatewaysSince(t.Context(), env, time.Minute)
			if err != nil || len(got) != 1 || !read.Equal(p.clock.Now()) {
				t.Errorf("GatewaysSince() = %v, %v, %v", got, read, err)
			}
		})
	}
	all.Wait()
	if n := p.count("GET " + gatewaysPath); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// All ask while the call is under way, and none accepts a list of before.
func TestCallersJoinTheCallThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		p := inProcess(func(w http.ResponseWriter, _ *http.Request) {
			<-release
			reply(w, 200, page(wireGateway(gatewayID, "edge", "CONNECTED")))
		})
		client := clientOf(t, anypoint.NewPlatform(anypoint.Options{HTTP: p.client()}), "US", app)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if got, _, err := client.GatewaysSince(t.Context(), env, -1); err != nil || len(got) != 1 {
					t.Errorf("GatewaysSince() = %v, %v", got, err)
				}
			})
		}
		synctest.Wait()
		close(release)
		all.Wait()
		if n := p.calls.Load(); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

func TestASharedListIsReadAgainWhenItIsTooOld(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page())
	client := p.client(t)
	start := p.clock.Now()
	for _, step := range []struct {
		after, maxAge time.Duration
		calls         int
		age           time.Duration
	}{
		{0, time.Minute, 1, 0},
		{time.Minute, time.Minute, 1, 0},
		{time.Second, time.Minute, 2, 61 * time.Second},
		{time.Second, 0, 3, 62 * time.Second},
		{time.Hour, 2 * time.Hour, 3, 62 * time.Second},
	} {
		p.clock.step(step.after)
		_, read, err := client.GatewaysSince(t.Context(), env, step.maxAge)
		if err != nil || !read.Equal(start.Add(step.age)) || p.count("GET "+gatewaysPath) != step.calls {
			t.Errorf("GatewaysSince(%v) = read %v, %v, after %d calls; want %v, nil, %d", step.maxAge, read.Sub(start), err, p.count("GET "+gatewaysPath), step.age, step.calls)
		}
	}
	other := anypoint.Environment{Organization: org, ID: "other"}
	if _, _, err := client.GatewaysSince(t.Context(), other, time.Hour); anypoint.KindOf(err) != anypoint.KindNotFound {
		t.Errorf("another environment got %v, want its own call, which is not found", err)
	}
}

func TestAFailureReturnsTheLastListToo(t *testing.T) {
	var failing atomic.Bool
	p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, _ *http.Request) {
		if failing.Load() {
			reply(w, 503, nil)
			return
		}
		reply(w, 200, page(wireGateway(gatewayID, "edge", "CONNECTED")))
	})
	client := p.client(t)
	failing.Store(true)
	got, read, err := client.GatewaysSince(t.Context(), env, time.Minute)
	wantKind(t, err, anypoint.KindServer)
	if got != nil || !read.IsZero() {
		t.Errorf("GatewaysSince() = %v, %v before anything was read", got, read)
	}
	failing.Store(false)
	p.clock.step(11 * time.Second)
	start := p.clock.Now()
	if _, _, err := client.GatewaysSince(t.Context(), env, time.Minute); err != nil {
		t.Fatal(err)
	}
	failing.Store(true)
	for _, step := range []struct {
		after, maxAge time.Duration
		calls         int
		kind          anypoint.Kind
	}{
		{2 * time.Minute, time.Minute, 3, anypoint.KindServer},
		{9 * time.Second, time.Minute, 3, anypoint.KindServer}, // the failure is remembered
		{0, time.Hour, 3, 0}, // the list is young enough for this caller
		{2 * time.Second, time.Minute, 4, anypoint.KindServer},
	} {
		p.clock.step(step.after)
		got, read, err := client.GatewaysSince(t.Context(), env, step.maxAge)
		wantKind(t, err, step.kind)
		if len(got) != 1 || !read.Equal(start) || p.count("GET "+gatewaysPath) != step.calls {
			t.Errorf("GatewaysSince(%v) = %v, read %v, after %d calls; want one, %v, %d", step.maxAge, got, read, p.count("GET "+gatewaysPath), start, step.calls)
		}
	}
}

func TestACallerThatGivesUpLeavesTheOthersTheirList(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		reply(w, 200, page(wireGateway(gatewayID, "edge", "CONNECTED")))
	})
	client := p.client(t)
	ctx, giveUp := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		_, _, err := client.GatewaysSince(ctx, env, time.Minute)
		first <- err
	}()
	<-arrived
	giveUp()
	if err := <-first; !errors.Is(err, context.Canceled) || anypoint.KindOf(err) != 0 {
		t.Errorf("the first caller got %v, want that it was cancelled", err)
	}
	close(release)
	got, _, err := client.GatewaysSince(t.Context(), env, time.Minute)
	if err != nil || len(got) != 1 || p.count("GET "+gatewaysPath) != 1 {
		t.Errorf("GatewaysSince() = %v, %v after %d calls; want one gateway of one call", got, err, p.count("GET "+gatewaysPath))
	}
}

func TestADeletionOutdatesTheSharedList(t *testing.T) {
	p := workingPlane(t)
	client := p.client(t)
	for want := 1; want <= 2; want++ {
		if _, _, err := client.GatewaysSince(t.Context(), env, time.Hour); err != nil {
			t.Fatal(err)
		}
		if n := p.count("GET " + gatewaysPath); n != want {
			t.Errorf("%d calls, want %d", n, want)
		}
		if err := client.DeleteGateway(t.Context(), env, gatewayID); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAllPagesAreRead(t *testing.T) {
	for _, total := range []int{0, 1, 99, 100, 101, 250} {
		p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, r *http.Request) {
			number, _ := strconv.Atoi(r.URL.Query().Get("pageNumber"))
			var content []any
			for i := number * 100; i < min(total, (number+1)*100); i++ {
				content = append(content, wireGateway("g"+strconv.Itoa(i), "edge", "CONNECTED"))
			}
			reply(w, 200, page(content...))
		})
		got, err := p.client(t).Gateways(t.Context(), env)
		if err != nil || len(got) != total {
			t.Errorf("Gateways() = %d gateways, %v; want %d", len(got), err, total)
		}
		if n := p.count("GET " + gatewaysPath); n != total/100+1 {
			t.Errorf("%d calls for %d gateways, want %d", n, total, total/100+1)
		}
	}
}

func TestAListWithoutAnEndIsNonsense(t *testing.T) {
	full := make([]any, 100)
	for i := range full {
		full[i] = map[string]any{"id": strconv.Itoa(i), "status": "CONNECTED"}
	}
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page(full...))
	_, err := p.client(t).Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindNonsense)
	if n := p.count("GET " + gatewaysPath); n != 100 {
		t.Errorf("%d pages were read, want 100", n)
	}
}

func TestInstancesAreFoundOnAllPagesByExactLabel(t *testing.T) {
	p := newPlane(t).issuesTokens().on("GET "+apisPath, func(w http.ResponseWriter, r *http.Request) {
		var assets []any
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		for i := offset; i < min(offset+100, 150); i++ {
			other := wireInstance(1000 + i)
			other["instanceLabel"] = "edge-2"
			assets = append(assets, map[string]any{"assetId": "health", "apis": []any{wireInstance(i + 1), other}})
		}
		reply(w, 200, map[string]any{"total": 300, "assets": assets})
	})
	got, err := p.client(t).FindAPIInstances(t.Context(), env, "health", "edge")
	if err != nil || len(got) != 150 || got[149].ID != 150 {
		t.Errorf("FindAPIInstances() = %d instances, %v; want 150", len(got), err)
	}
}
