package packages_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// freeAddress is an address of this machine on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // it has served its purpose
	return listener.Addr().String()
}

// readiness is what /readyz of a manager answers: 0 where it does not.
func readiness(ctx context.Context, address string) (status int, says string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz?verbose", nil)
	if err != nil {
		return 0, err.Error()
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(text)
}

// eventually fails the test unless something holds within a minute.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// So "helm install --wait" and "kubectl rollout status" wait for the CRD.
func TestNoManagerIsReadyWithoutTheCRD(t *testing.T) {
	const namespace = "early" // of its own, for the lease stays behind
	ctx := t.Context()
	install(t, namespace)
	if err := stack.Kube.Delete(ctx, crd()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the CRD is gone", func() bool {
		return apierrors.IsNotFound(stack.Kube.Get(ctx, client.ObjectKey{Name: definition}, crd()))
	})
	w := watched(t)
	address := freeAddress(t)
	early := startManager(t, w, namespace, "--leader-elect=true", "--health-probe-bind-address="+address)
	eventually(t, "the manager ends", func() bool {
		if status, says := readiness(ctx, address); status == http.StatusOK {
			t.Fatalf("it is ready: %s", says)
		}
		select {
		case <-early.Done():
			return true
		default:
			return false
		}
	})
	if said := early.said(t); early.Err() == nil || !strings.Contains(said, "apply config/crd") || !strings.Contains(said, "FlexGatewayDeployment") {
		t.Errorf("it ends with %v and says\n%s\nwant what to do", early.Err(), said)
	}

	if err := stack.Cluster().InstallCRDs(ctx, root+"/config/crd"); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"who leads", "who waits for the lease"} {
		address := freeAddress(t)
		startManager(t, w, namespace, "--leader-elect=true", "--health-probe-bind-address="+address)
		eventually(t, who+" is ready", func() bool {
			status, _ := readiness(ctx, address)
			return status == http.StatusOK
		})
	}
}
