package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// errCrashed is what a controller that has been killed would see, if it saw anything.
var errCrashed = errors.New("the controller was killed")

// wire is the controller's way to AWS and to Kubernetes. It can kill the controller
// before or after one call to AWS or one write to Kubernetes: from then on nothing gets
// through until the controller is started anew.
type wire struct {
	next    http.RoundTripper
	onCrash context.CancelFunc

	mu sync.Mutex
	// moments are the calls and writes since the wire was armed, by name.
	moments []string
	killAt  int // the moment at which to kill, counted from 1; 0 never
	after   bool
	dead    bool
	struck  bool
	// faulty is a call over which the controller panics.
	faulty string
	// away keeps the controller from Kubernetes, as where no API server runs.
	away bool
}

// cutKubernetes takes the API server away, or gives it back.
func (w *wire) cutKubernetes(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = away
}

// kubernetes is the error of a request to an API server that is away.
func (w *wire) kubernetes() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away {
		return apierrors.NewServiceUnavailable("the API server is away")
	}
	return nil
}

// arm counts from now on; the nth call or write is the controller's last. With 0 it only
// counts.
func (w *wire) arm(n int, afterEffect bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moments, w.killAt, w.after, w.struck = nil, n, afterEffect, false
}

// seen are the calls and writes since the wire was armed.
func (w *wire) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.moments)
}

// hasStruck is true where the controller has been killed since the wire was armed.
func (w *wire) hasStruck() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.struck
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

// fate says what becomes of the next call or write: whether it is sent, and whether it is
// the controller's last.
func (w *wire) fate(name string) (send, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return false, false
	}
	w.moments = append(w.moments, name)
	last = w.killAt != 0 && len(w.moments) == w.killAt
	return !last || w.after, last
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(request *http.Request) (response *http.Response, err error) {
	name, err := operationOf(request)
	if err != nil {
		return nil, err
	}
	if w.isFaulty(name) {
		panic("an index out of range, or " + secretMarker)
	}
	died := w.pass(name, func() { response, err = w.next.RoundTrip(request) })
	if died != nil {
		return nil, died
	}
	return response, err
}

// pass lets one call or write through, or not.
func (w *wire) pass(name string, send func()) error {
	through, last := w.fate(name)
	if through {
		send()
	}
	if last {
		w.kill()
	}
	if last || !through {
		return errCrashed
	}
	return nil
}

// panicOver makes the controller panic over every call of a name; the empty one is none.
func (w *wire) panicOver(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faulty = name
}

func (w *wire) isFaulty(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faulty == name
}

func (w *wire) kill() {
	w.mu.Lock()
	w.dead, w.struck = true, true
	w.mu.Unlock()
	w.onCrash()
}

func (w *wire) client() *http.Client { return &http.Client{Transport: w} }

// operationOf is the operation's name, or the method and the kind of thing where the
// protocol has no name (REST).
func operationOf(request *http.Request) (string, error) {
	if target := request.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndex(target, ".")+1:], nil
	}
	if request.Body == nil || request.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
		return request.Method + " " + strings.Join(parts[1:min(2, len(parts))], "/"), nil
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return "", err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	form, err := url.ParseQuery(string(body))
	return form.Get("Action"), err
}

// interceptor is the way to Kubernetes. The controller writes with patches only; the
// tests themselves, which play the user, do not.
func (w *wire) interceptor() interceptor.Funcs {
	return interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, options ...client.GetOption) error {
			if err := w.kubernetes(); err != nil {
				return err
			}
			return c.Get(ctx, key, o, options...)
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, options ...client.PatchOption) (err error) {
			if err := w.kubernetes(); err != nil {
				return err
			}
			if died := w.pass("Kubernetes patch", func() { err = c.Patch(ctx, o, p, options...) }); died != nil {
				return died
			}
			return err
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, sub string, o client.Object, p client.Patch, options ...client.SubResourcePatchOption) (err error) {
			if err := w.kubernetes(); err != nil {
				return err
			}
			if died := w.pass("Kubernetes patch of "+sub, func() { err = c.SubResource(sub).Patch(ctx, o, p, options...) }); died != nil {
				return died
			}
			return err
		},
	}
}
