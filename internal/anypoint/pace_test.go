package anypoint_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/clock"
)

func empty(w http.ResponseWriter, _ *http.Request) { reply(w, 200, page()) }

func TestCallsKeepThePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := clientOf(t, hurried(inProcess(empty), 5), "US", app)
		start := time.Now()
		for range 29 { // and one for the token; the first ten are free
			if _, err := client.Gateways(t.Context(), env); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("30 calls took %v, want 4 s", took)
		}
	})
}

func TestThePaceIsThatOfTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fast := clock.Scaled{Anchor: time.Now(), Speed: 20}
		platform := anypoint.NewPlatform(anypoint.Options{HTTP: inProcess(empty).client(), Clock: fast, CallsPerSecond: 5})
		client := clientOf(t, platform, "US", app)
		start := time.Now()
		for range 29 {
			if _, err := client.Gateways(t.Context(), env); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 190*time.Millisecond || took > 210*time.Millisecond {
			t.Errorf("30 calls took %v at 20 times the speed, want 200 ms", took)
		}
	})
}

func TestACallThatWouldWaitTooLongFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := clientOf(t, hurried(inProcess(empty), 1), "US", app)
		var all sync.WaitGroup
		var throttled atomic.Int32
		for range 20 {
			all.Go(func() {
				_, err := client.Replicas(t.Context(), env, gatewayID)
				var e *anypoint.Error
				if errors.As(err, &e) && e.Kind == anypoint.KindThrottled && e.RetryAfter > 5*time.Second && e.Status == 0 {
					throttled.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := throttled.Load(); n != 14 { // of two at once and five that wait, the token is one
			t.Errorf("%d calls were turned away, want 14", n)
		}
	})
}

func TestOneWhoIsCancelledWhileWaitingTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inProcess(empty)
		client := clientOf(t, hurried(p, 0.5), "US", app) // one call in two seconds, the token's first
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Gateways(ctx, env)
		if !errors.Is(err, context.DeadlineExceeded) || anypoint.KindOf(err) != 0 {
			t.Errorf("Gateways() = %v, want that time ran out", err)
		}
		start := time.Now()
		if _, err := client.Gateways(t.Context(), env); err != nil || time.Since(start) != time.Second || p.calls.Load() != 1 {
			t.Errorf("Gateways() = %v after %v and %d calls; want 1 s and 1", err, time.Since(start), p.calls.Load())
		}
	})
}

func TestAThrottleIsHeededByAllOfThePlane(t *testing.T) {
	for _, test := range []struct {
		name   string
		header http.Header
		pause  time.Duration
	}{
		{"seconds", http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		{"a date", http.Header{"Retry-After": {"Wed, 25 Nov 2026 23:00:30 GMT"}, "Date": {"Wed, 25 Nov 2026 23:00:00 GMT"}}, 30 * time.Second},
		{"nothing", nil, 10 * time.Second},
		{"a year", http.Header{"Retry-After": {"31536000"}}, 10 * time.Minute},
		{"a word", http.Header{"Retry-After": {"later"}}, 10 * time.Second},
		{"the past", http.Header{"Retry-After": {"-3"}}, 10 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			var busy atomic.Bool
			busy.Store(true)
			p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, _ *http.Request) {
				if !busy.Load() {
					reply(w, 200, page())
					return
				}
				for name, values := range test.header {
					w.Header()[name] = values
				}
				reply(w, 429, nil)
			})
			platform := p.platform()
			clients := []*anypoint.Client{
				clientOf(t, platform, "US", app), clientOf(t, platform, "US", anypoint.Credentials{ClientID: "other", ClientSecret: secret}),
			}
			for _, client := range clients {
				_, err := client.Gateways(t.Context(), env)
				var e *anypoint.Error
				if !errors.As(err, &e) || e.Kind != anypoint.KindThrottled || e.RetryAfter != test.pause {
					t.Errorf("Gateways() = %v, want a throttle of %v", err, test.pause)
				}
			}
			busy.Store(false)
			p.clock.step(test.pause - time.Second)
			_, err := clients[1].Gateways(t.Context(), env)
			wantKind(t, err, anypoint.KindThrottled)
			if n := p.count("GET " + gatewaysPath); n != 1 {
				t.Errorf("%d calls were made, want 1: the plane has asked for a pause", n)
			}
			if _, err := clientOf(t, platform, "EU", app).Gateways(t.Context(), env); err != nil {
				t.Errorf("another plane: %v", err)
			}
			p.clock.step(2 * time.Second)
			for _, client := range clients {
				if _, err := client.Gateways(t.Context(), env); err != nil {
					t.Errorf("after the pause: %v", err)
				}
			}
		})
	}
}

func TestASharedListWaitsAsLongAsItIsToldTo(t *testing.T) {
	p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		reply(w, 429, nil)
	})
	client := p.client(t)
	for _, step := range []struct {
		after time.Duration
		calls int
	}{{0, 1}, {59 * time.Second, 1}, {2 * time.Second, 2}} {
		p.clock.step(step.after)
		_, _, err := client.GatewaysSince(t.Context(), env, time.Second)
		wantKind(t, err, anypoint.KindThrottled)
		if n := p.count("GET " + gatewaysPath); n != step.calls {
			t.Errorf("%d calls after %v more, want %d", n, step.after, step.calls)
		}
	}
}

func TestASlowServerIsUnreachableAfterTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inProcess(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		client := clientOf(t, hurried(p, 5), "US", app)
		start := time.Now()
		_, err := client.Gateways(t.Context(), env)
		wantKind(t, err, anypoint.KindUnreachable)
		if took := time.Since(start); took != 10*time.Second || p.calls.Load() != 1 {
			t.Errorf("the call failed after %v and %d attempts, want 10 s and 1", took, p.calls.Load())
		}
	})
}
