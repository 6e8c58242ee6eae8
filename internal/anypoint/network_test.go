package anypoint_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
)

func TestAClosedDoorIsUnreachable(t *testing.T) {
	p := newPlane(t).issuesTokens()
	client := p.client(t)
	p.Close()
	_, err := client.Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindUnreachable)
	if strings.Contains(err.Error(), "http://") {
		t.Errorf("the error has a URL in it: %v", err)
	}
}

func TestABrokenTLSIsUnreachable(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = quiet
	server.StartTLS()
	t.Cleanup(server.Close)
	client := clientOf(t, anypoint.NewPlatform(anypoint.Options{Endpoint: server.URL}), "US", app)
	_, err := client.Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindUnreachable)
}

// hangUp closes the connection in the way of a reset.
func hangUp(t *testing.T, w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = connection.(*net.TCPConn).SetLinger(0)
	_ = connection.Close()
}

func TestAReadOnABrokenConnectionIsRepeatedOnce(t *testing.T) {
	const pattern = "GET " + gatewaysPath
	p := newPlane(t).issuesTokens()
	p.on(pattern, func(w http.ResponseWriter, _ *http.Request) {
		if p.count(pattern) == 1 {
			hangUp(t, w)
			return
		}
		reply(w, 200, page())
	})
	// Without keep-alive net/http repeats nothing of its own.
	client := p.client(t, func(o *anypoint.Options) { o.HTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} })
	if _, err := client.Gateways(t.Context(), env); err != nil {
		t.Error(err)
	}
	if n := p.count(pattern); n != 2 {
		t.Errorf("%d attempts, want 2", n)
	}
}

func TestABrokenConnectionIsNotTriedForEver(t *testing.T) {
	p := newPlane(t).issuesTokens().on("/", func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w) })
	client := p.client(t, func(o *anypoint.Options) { o.HTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} })
	_, err := client.Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindUnreachable)
	if n := p.count("/"); n != 2 {
		t.Errorf("%d attempts to read, want 2", n)
	}
	_, err = client.CreateAPIInstance(t.Context(), env, spec)
	wantKind(t, err, anypoint.KindUnreachable)
	if n := p.count("/"); n != 3 {
		t.Errorf("%d attempts in all, want 3: a creation may have happened, and is not repeated", n)
	}
}

func TestAnAnswerThatBreaksOffIsNonsense(t *testing.T) {
	client := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"content":[{"id":"`)
	}).client(t)
	_, err := client.Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindNonsense)
}

func TestACallerWhoGivesUpIsNotAFailureOfAnypoint(t *testing.T) {
	arrived := make(chan struct{})
	client := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"content":[`)
		_ = http.NewResponseController(w).Flush()
		close(arrived)
		<-r.Context().Done()
	}).client(t)
	ctx, giveUp := context.WithCancel(t.Context())
	go func() {
		<-arrived
		giveUp()
	}()
	_, err := client.Gateways(ctx, env)
	if !errors.Is(err, context.Canceled) || anypoint.KindOf(err) != 0 {
		t.Errorf("Gateways() = %v, want that it was cancelled", err)
	}
}

func TestAnAnswerThatDoesNotEndIsUnreachable(t *testing.T) {
	client := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"content":[`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}).client(t, func(o *anypoint.Options) { o.Timeout = 300 * time.Millisecond })
	_, err := client.Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindUnreachable)
}

func TestRedirectsToOtherPlacesAreNotFollowed(t *testing.T) {
	elsewhere := newPlane(t).on("/", func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was called: %s %s with %q", r.Method, r.URL, r.Header.Get("Authorization"))
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		to := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL+r.URL.Path, status) }
		client := newPlane(t).issuesTokens().on("/", to).client(t)
		_, err := client.Gateways(t.Context(), env)
		wantKind(t, err, anypoint.KindNonsense)
		_, err = client.CreateAPIInstance(t.Context(), env, spec)
		wantKind(t, err, anypoint.KindNonsense)
		if strings.Contains(err.Error(), elsewhere.URL) {
			t.Errorf("the error tells the place: %v", err)
		}
		_, err = newPlane(t).on("POST /accounts/api/v2/oauth2/token", to).client(t).Gateways(t.Context(), env)
		wantKind(t, err, anypoint.KindNonsense)
	}
}

func TestARedirectOfAReadWithinTheHostIsFollowed(t *testing.T) {
	client := newPlane(t).issuesTokens().
		on("GET "+gatewaysPath, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}).
		on("GET /elsewhere", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer token-1" {
				w.WriteHeader(http.StatusUnauthorized)
			}
			reply(w, 200, page())
		}).client(t)
	if _, err := client.Gateways(t.Context(), env); err != nil {
		t.Error(err)
	}
}

// A creation that is redirected with 302 would become a read, whose success says nothing.
func TestARedirectOfAChangeIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		p := newPlane(t).issuesTokens().says("/elsewhere", 200, wireInstance(1)).
			on("POST "+xapisPath, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", status) })
		_, err := p.client(t).CreateAPIInstance(t.Context(), env, spec)
		wantKind(t, err, anypoint.KindNonsense)
		if n := p.count("/elsewhere"); n != 0 {
			t.Errorf("a redirect with %d was followed", status)
		}
	}
}

func TestRedirectsInACircleEnd(t *testing.T) {
	p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	_, err := p.client(t).Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindNonsense)
	if n := p.count("GET " + gatewaysPath); n != 4 {
		t.Errorf("%d calls, want 4", n)
	}
}
