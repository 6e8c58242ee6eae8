package controllers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/clock"
)

// gatewayWithAPI is a gateway whose API is deployed, and that asks to have it called.
func gatewayWithAPI() *v1alpha1.FlexGatewayDeployment {
	gw := &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "gw", UID: "uid"}}
	gw.Spec.HealthCheckAPI = &v1alpha1.HealthCheckAPISpec{Validate: true}
	gw.Status.ReadyReplicas = 1
	gw.Status.Anypoint = &v1alpha1.AnypointStatus{HealthCheckAPI: &v1alpha1.HealthCheckAPIStatus{
		InstanceID: 7, URL: "http://lb.test:80/health", Stage: v1alpha1.HealthCheckAPIDeployed,
	}}
	meta.SetStatusCondition(&gw.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionHealthCheckAPIReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSucceeded,
	})
	return gw
}

// answering is a dialer behind which every request is answered with a status, and counted;
// a status of 0 refuses connections.
func answering(t *testing.T, status, asked *int) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "lb.test:80" && r.Host != "lb.test" || r.URL.Path != "/health" {
			t.Errorf("asked for %s%s", r.Host, r.URL.Path)
		}
		w.Header().Set("Location", "http://elsewhere.test/")
		w.WriteHeader(*status)
	})
	return func(_ context.Context, _, address string) (net.Conn, error) {
		*asked++
		if address != "lb.test:80" {
			t.Errorf("connected to %s", address)
		}
		if *status == 0 {
			return nil, errors.New("connection refused")
		}
		ours, theirs := net.Pipe()
		go http.Serve(&single{conn: theirs}, handler) //nolint:errcheck // it ends with the connection
		return ours, nil
	}
}

// single is a listener with one connection.
type single struct {
	conn net.Conn
	done bool
}

func (s *single) Accept() (net.Conn, error) {
	if s.done {
		return nil, net.ErrClosed
	}
	s.done = true
	return s.conn, nil
}
func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return &net.TCPAddr{} }

func TestTheAPICountsAsAnsweringWhereTheGatewayAnswers(t *testing.T) {
	for status, answers := range map[int]bool{200: true, 302: true, 401: true, 500: true, 502: true, 504: true, 404: false, 503: false, 0: false} {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			recorder := events.NewFakeRecorder(10)
			r := &Reconciler{Clock: clock.Real{}, Recorder: recorder, Dial: answering(t, &status, &asked)}
			gw := gatewayWithAPI()
			st := gw.Status.DeepCopy()
			again := r.callAPI(t.Context(), gw, st)
			if (st.Anypoint.HealthCheckAPI.Stage == v1alpha1.HealthCheckAPIAnswering) != answers || (again == 0) != answers || asked != 1 || len(recorder.Events) == 1 != answers {
				t.Errorf("%d: stage %s, again in %v, asked %d times", status, st.Anypoint.HealthCheckAPI.Stage, again, asked)
			}
			if ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionHealthCheckAPIReady); ready.Status != metav1.ConditionTrue {
				t.Errorf("%d: the condition is %s", status, ready.Status)
			}
		})
	}
}

func TestAnAPIThatDoesNotAnswerIsCalledAtGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, asked := 503, 0
		r := &Reconciler{Clock: clock.Real{}, Recorder: events.NewFakeRecorder(10), Dial: answering(t, &status, &asked)}
		gw := gatewayWithAPI()
		var pauses []string
		for range 8 {
			st := gw.Status.DeepCopy()
			pause := r.callAPI(t.Context(), gw, st)
			pauses = append(pauses, pause.String())
			before := asked
			time.Sleep(pause / 2)
			st = gw.Status.DeepCopy()
			if rest := r.callAPI(t.Context(), gw, st); rest != pause-pause/2 || asked != before {
				t.Errorf("half of %v later: again in %v, asked %d times", pause, rest, asked-before)
			}
			if ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionHealthCheckAPIReady); !strings.HasSuffix(ready.Message, "was answered by 503 Service Unavailable") {
				t.Errorf("meanwhile the condition says %q", ready.Message)
			}
			time.Sleep(pause - pause/2)
		}
		if got, want := strings.Join(pauses, " "), "15s 30s 1m0s 2m0s 4m0s 8m0s 10m0s 10m0s"; got != want {
			t.Errorf("pauses %s, want %s", got, want)
		}
		status = 200
		st := gw.Status.DeepCopy()
		if again := r.callAPI(t.Context(), gw, st); again != 0 || st.Anypoint.HealthCheckAPI.Stage != v1alpha1.HealthCheckAPIAnswering {
			t.Errorf("in the end: again in %v, %s", again, st.Anypoint.HealthCheckAPI.Stage)
		}
	})
}

func TestAnAPIIsCalledOnlyWhereThatIsAskedForAndMaySucceed(t *testing.T) {
	for name, change := range map[string]func(*v1alpha1.FlexGatewayDeployment){
		"not asked for": func(gw *v1alpha1.FlexGatewayDeployment) { gw.Spec.HealthCheckAPI.Validate = false },
		"no API":        func(gw *v1alpha1.FlexGatewayDeployment) { gw.Spec.HealthCheckAPI = nil },
		"not deployed yet": func(gw *v1alpha1.FlexGatewayDeployment) {
			gw.Status.Anypoint.HealthCheckAPI.Stage = v1alpha1.HealthCheckAPIDeploying
		},
		"answering already": func(gw *v1alpha1.FlexGatewayDeployment) {
			gw.Status.Anypoint.HealthCheckAPI.Stage = v1alpha1.HealthCheckAPIAnswering
		},
		"nothing is healthy": func(gw *v1alpha1.FlexGatewayDeployment) { gw.Status.ReadyReplicas = 0 },
		"no load balancer":   func(gw *v1alpha1.FlexGatewayDeployment) { gw.Status.Anypoint.HealthCheckAPI.URL = "" },
	} {
		status, asked := 200, 0
		r := &Reconciler{Clock: clock.Real{}, Recorder: events.NewFakeRecorder(10), Dial: answering(t, &status, &asked)}
		gw := gatewayWithAPI()
		change(gw)
		if again := r.callAPI(t.Context(), gw, gw.Status.DeepCopy()); again != 0 || asked != 0 {
			t.Errorf("%s: asked %d times, again in %v", name, asked, again)
		}
	}
}
