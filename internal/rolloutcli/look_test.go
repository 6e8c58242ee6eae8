package rolloutcli

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/terminal"
)

// resource is the kind of gateways in errors of the API server.
var resource = v1alpha1.GroupVersion.WithResource("flexgatewaydeployments").GroupResource()

// stumbling makes reads and watches of a cluster fail, one after the other, with these
// errors; nil lets one pass, as does the end of the list.
func stumbling(c *bench, gets, watches []error) {
	var mu sync.Mutex
	next := func(list *[]error) error {
		mu.Lock()
		defer mu.Unlock()
		if len(*list) == 0 {
			return nil
		}
		err := (*list)[0]
		*list = (*list)[1:]
		return err
	}
	c.Client = interceptor.NewClient(c.Client, interceptor.Funcs{
		Get: func(ctx context.Context, api client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			if err := next(&gets); err != nil {
				return err
			}
			return api.Get(ctx, key, o, opts...)
		},
		Watch: func(ctx context.Context, api client.WithWatch, list client.ObjectList, opts ...client.ListOption) (watch.Interface, error) {
			if err := next(&watches); err != nil {
				return nil, err
			}
			return api.Watch(ctx, list, opts...)
		},
	})
}

func TestAnAPIServerThatIsAwayForAWhileIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		away := errors.New("connection refused")
		stumbling(c, []error{nil, away, apierrors.NewServiceUnavailable("starting")}, []error{away})
		ended := make(chan error, 1)
		go func() { ended <- c.Status(t.Context(), "dev", StatusOptions{Watch: true}) }()
		time.Sleep(10 * time.Second)
		c.becomes(healthy)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestWhatDoesNotPassByItselfIsToldAtOnce(t *testing.T) {
	forbidden := apierrors.NewForbidden(resource, "dev", errors.New("no"))
	for name, gets := range map[string][]error{
		"no API server to begin with": {errors.New("connection refused")},
		"no right to read":            {forbidden},
		"a right that is taken away":  {nil, forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, gateway())
				stumbling(c, gets, []error{errors.New("connection refused")})
				began := time.Now()
				if err := c.Status(t.Context(), "dev", StatusOptions{Watch: true}); ExitCode(err) != CodeError {
					t.Errorf("error %v", err)
				}
				if took := time.Since(began); took > 2*cluster.RewatchPause {
					t.Errorf("told after %v", took)
				}
			})
		})
	}
}

func TestTopInAPipeIsATableAfterEachChangeOfTheReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Top(ctx, "dev", true) }()
		synctest.Wait()
		c.becomes(func(g gw) { g.Status.Endpoint = "not in the table" })
		synctest.Wait()
		c.becomes(func(g gw) { g.Status.Tasks[0].Healthy = false })
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		want := `flex/dev  RollingOut: 2 wanted, 3 running, 1 updated, 2 healthy
REPLICA   ZONE        ADDRESS     AGE  HEALTH   STATUS   REVISION
11111111  us-east-1a  172.31.0.4  60s  healthy  RUNNING  8

flex/dev  RollingOut: 2 wanted, 3 running, 1 updated, 2 healthy
REPLICA   ZONE        ADDRESS     AGE  HEALTH       STATUS   REVISION
11111111  us-east-1a  172.31.0.4  60s  not healthy  RUNNING  8
`
		if diff := cmp.Diff(want, c.out.String()); diff != "" {
			t.Errorf("text (-want +got):\n%s", diff)
		}
	})
}

func TestTopOnATerminalIsRedrawnEachSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		c.Screen = terminal.OfSize(&c.out, 100, 40)
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		if err := c.Top(ctx, "dev", true); err != nil {
			t.Error(err)
		}
		if redrawn := strings.Count(c.out.String(), "\x1b[3A\r\x1b[J"); redrawn != 3 {
			t.Errorf("redrawn %d times in 3.5 s, want 3:\n%q", redrawn, c.out.String())
		}
	})
}

func TestTheHistoryIsWrittenAsItIsForPrograms(t *testing.T) {
	c := newCluster(t, gateway())
	for format, read := range map[string]func([]byte, any) error{
		FormatJSON: json.Unmarshal,
		FormatYAML: func(text []byte, v any) error { return yaml.Unmarshal(text, v) },
	} {
		c.out.Reset()
		if err := c.History(t.Context(), "dev", format); err != nil {
			t.Fatal(err)
		}
		var got []v1alpha1.RevisionStatus
		if err := read(c.out.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in\n%s", format, err, c.out.String())
		}
		if diff := cmp.Diff(gateway().Status.History, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
	c.becomes(func(g gw) { g.Status.History = nil })
	for format, want := range map[string]string{FormatJSON: "[]\n", FormatYAML: "[]\n", FormatTable: "flex/dev has no history yet.\n"} {
		c.out.Reset()
		if err := c.History(t.Context(), "dev", format); err != nil || c.out.String() != want {
			t.Errorf("no history as %s: %q, error %v, want %q", format, c.out.String(), err, want)
		}
	}
}
