package lifecycle

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// errCrashed is what a controller that has been killed would see, if it saw anything.
var errCrashed = errors.New("the controller was killed")

// wire is the way to AWS. It can kill the controller before or after one call: from then
// on nothing reaches AWS or Kubernetes until the controller is started anew.
type wire struct {
	next    http.RoundTripper
	onCrash context.CancelFunc

	mu     sync.Mutex
	calls  int
	killAt int // the call at which to kill, counted from 1; 0 never
	after  bool
	dead   bool
}

// killAtCall arms the wire: the nth call from now is the controller's last.
func (w *wire) killAtCall(n int, afterEffect bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls, w.killAt, w.after = 0, n, afterEffect
}

func (w *wire) crashed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dead
}

func (w *wire) revive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead, w.killAt = false, 0
}

// fate says what becomes of the next call: whether it is sent, and whether it is the
// controller's last.
func (w *wire) fate() (send, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return false, false
	}
	w.calls++
	last = w.killAt != 0 && w.calls == w.killAt
	return !last || w.after, last
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	send, last := w.fate()
	if !send {
		w.kill(last)
		return nil, errCrashed
	}
	response, err := w.next.RoundTrip(request)
	if last {
		w.kill(true)
		return nil, errCrashed
	}
	return response, err
}

func (w *wire) kill(now bool) {
	if !now {
		return
	}
	w.mu.Lock()
	w.dead = true
	w.mu.Unlock()
	w.onCrash()
}

func (w *wire) client() *http.Client { return &http.Client{Transport: w} }

// interceptor keeps a killed controller from writing to Kubernetes.
func (w *wire) interceptor() interceptor.Funcs {
	return interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, options ...client.PatchOption) error {
			if w.crashed() {
				return errCrashed
			}
			return c.Patch(ctx, o, p, options...)
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, sub string, o client.Object, p client.Patch, options ...client.SubResourcePatchOption) error {
			if w.crashed() {
				return errCrashed
			}
			return c.SubResource(sub).Patch(ctx, o, p, options...)
		},
	}
}
