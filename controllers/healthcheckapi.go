package controllers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/status"
)

// The limits of a call of the API for the health checks: how long it may take, in real
// time, and the pauses after a failure, which grow from the first to the longest.
const (
	apiCallTimeout      = 5 * time.Second
	firstAPICallPause   = 15 * time.Second
	longestAPICallPause = 10 * time.Minute
)

// apiCalls remembers what the calls of each gateway's API have seen that did not reach it.
// It may be lost at any time.
type apiCalls struct {
	mu  sync.Mutex
	all map[types.UID]apiCall
}

// apiCall is the last call of an API that did not answer.
type apiCall struct {
	url      string
	instance int64
	saw      string
	pause    time.Duration
	next     time.Time
}

func (c *apiCalls) of(uid types.UID) apiCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all[uid]
}

func (c *apiCalls) keep(uid types.UID, call apiCall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[types.UID]apiCall{}
	}
	c.all[uid] = call
}

func (c *apiCalls) drop(uid types.UID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.all, uid)
}

// callAPI calls the API for the health checks through the load balancer (guide 3.1.2) where
// the spec asks for that, once it is deployed and a replica is healthy, until it answers.
// It returns how long to wait for the next call, 0 where there is none to come. It stands
// outside of the walk: what it sees is told, and makes nothing worse than it is, as the
// manager need not be able to reach the load balancer.
func (r *Reconciler) callAPI(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, st *v1alpha1.FlexGatewayDeploymentStatus) time.Duration {
	if !isCallable(gw, st) {
		r.calls.drop(gw.UID)
		return 0
	}
	api, now := st.Anypoint.HealthCheckAPI, r.Clock.Now()
	call := r.calls.of(gw.UID)
	if call.url != api.URL || call.instance != api.InstanceID {
		call = apiCall{url: api.URL, instance: api.InstanceID, pause: firstAPICallPause}
	}
	if wait := call.next.Sub(now); wait > 0 {
		status.Called(st, gw.Generation, false, call.saw)
		return wait
	}
	saw, answers := r.get(ctx, api.URL)
	status.Called(st, gw.Generation, answers, saw)
	if answers {
		r.calls.drop(gw.UID)
		r.tell(ctx, gw, status.Event{Type: corev1.EventTypeNormal, Reason: "HealthCheckAPIAnswers", Action: "Call", Message: api.URL + " " + saw})
		return 0
	}
	call.saw, call.next = saw, now.Add(call.pause)
	wait := call.pause
	call.pause = min(2*call.pause, longestAPICallPause)
	r.calls.keep(gw.UID, call)
	return wait
}

// isCallable is true where the API should be called and may answer.
func isCallable(gw *v1alpha1.FlexGatewayDeployment, st *v1alpha1.FlexGatewayDeploymentStatus) bool {
	if gw.Spec.HealthCheckAPI == nil || !gw.Spec.HealthCheckAPI.Validate || st.Anypoint == nil || st.Anypoint.HealthCheckAPI == nil {
		return false
	}
	api := st.Anypoint.HealthCheckAPI
	return api.Stage == v1alpha1.HealthCheckAPIDeployed && api.InstanceID != 0 && api.URL != "" && st.ReadyReplicas > 0
}

// get calls the API once. Every answer of the gateway will do but two: with 404 it has no
// API under this path, and with 503 nothing that would serve it.
func (r *Reconciler) get(ctx context.Context, address string) (saw string, answers bool) {
	ctx, cancel := context.WithTimeout(ctx, apiCallTimeout)
	defer cancel()
	dial := r.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	client := &http.Client{
		Transport:     &http.Transport{DialContext: dial, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "cannot be made: " + err.Error(), false
	}
	answer, err := client.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return "failed: " + err.Error(), false
	}
	defer func() { _ = answer.Body.Close() }() // nothing of it is read
	saw = fmt.Sprintf("was answered by %d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
	return saw, answer.StatusCode != http.StatusNotFound && answer.StatusCode != http.StatusServiceUnavailable
}
