package rolloutcli

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

type gw = *v1alpha1.FlexGatewayDeployment

// healthy is what the controller says at the end of a good rollout.
func healthy(g gw) {
	g.Status.Replicas, g.Status.UpdatedReplicas, g.Status.ReadyReplicas = 2, 2, 2
	ready(g, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, "2 of 2 replicas are serving")
}

// followed runs status, and lets the controller say things while it looks.
func (c *bench) followed(o StatusOptions, says ...func(gw)) error {
	ended := make(chan error, 1)
	go func() { ended <- c.Status(c.t.Context(), "dev", o) }()
	synctest.Wait()
	for _, change := range says {
		c.becomes(change)
		synctest.Wait()
	}
	return <-ended
}

func TestInAPipeThereIsALineForEachChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		err := c.followed(StatusOptions{Watch: true},
			func(g gw) { g.Status.ReadyReplicas = 3 },
			func(g gw) { g.Status.Version = "not in the line" },
			healthy)
		if err != nil {
			t.Error(err)
		}
		want := `RollingOut: 2 wanted, 3 running, 1 updated, 2 healthy; 1 of 2 tasks running
RollingOut: 2 wanted, 3 running, 1 updated, 3 healthy; 1 of 2 tasks running
Succeeded: 2 wanted, 2 running, 2 updated, 2 healthy; 2 of 2 replicas are serving
flex/dev serves what the spec asks for (revision 8, not in the line): 2 of 2 replicas are serving
`
		if diff := cmp.Diff(want, c.out.String()); diff != "" {
			t.Errorf("text (-want +got):\n%s", diff)
		}
	})
}

func TestOnATerminalABlockIsRedrawnInPlaceAndStaysAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		c.Screen = terminal.OfSize(&c.out, 100, 40)
		began := time.Now()
		c.Now = func() time.Time { return moment.Add(time.Since(began)) }
		if err := c.followed(StatusOptions{Watch: true}, func(g gw) { time.Sleep(2500 * time.Millisecond); healthy(g) }); err != nil {
			t.Error(err)
		}
		drawn := strings.Split(c.out.String(), "\x1b[8A\r\x1b[J") // up to the first of eight lines, and erased
		var ages []string
		for _, block := range drawn {
			if !strings.HasPrefix(block, "flex/dev  ") || strings.Contains(block, "\x1b") {
				t.Errorf("not drawn in place:\n%q", block)
			}
			_, row, _ := strings.Cut(block, "172.31.0.4  ")
			ages = append(ages, strings.Fields(row)[0])
		}
		if diff := cmp.Diff([]string{"60s", "61s", "62s", "62s"}, ages); diff != "" {
			t.Errorf("ages, each second and at the change (-want +got):\n%s", diff)
		}
		if end := "\nflex/dev serves what the spec asks for (revision 8, 1.13.0): 2 of 2 replicas are serving\n"; !strings.HasSuffix(c.out.String(), end) {
			t.Errorf("the end is not below the block:\n%s", drawn[len(drawn)-1])
		}
	})
}

func TestTheExitCodeSaysHowARolloutEnds(t *testing.T) {
	tests := []struct {
		name    string
		options StatusOptions
		says    []func(gw)
		code    int
		err     string
	}{
		{"served", StatusOptions{Watch: true}, []func(gw){healthy}, 0, ""},
		{"rolled back", StatusOptions{Watch: true}, []func(gw){func(g gw) { ready(g, "False", "RolledBack", "tasks failed") }}, 2, "the rollout of flex/dev failed: RolledBack: tasks failed"},
		{"failed", StatusOptions{Watch: true}, []func(gw){func(g gw) { ready(g, "False", "RolloutFailed", "tasks failed") }}, 2, "the rollout of flex/dev failed: RolloutFailed: tasks failed"},
		{
			"stalled", StatusOptions{Watch: true}, []func(gw){func(g gw) {
				stalled := g.Status.Conditions[0]
				stalled.Type, stalled.Status, stalled.Reason, stalled.Message = "Stalled", "True", "ProgressDeadlineExceeded", "no progress for 20m"
				g.Status.Conditions = append(g.Status.Conditions, stalled)
			}}, 2, "the rollout of flex/dev is stalled: ProgressDeadlineExceeded: no progress for 20m",
		},
		{
			"timed out", StatusOptions{Watch: true, Timeout: 15 * time.Minute}, nil, 3,
			"what the spec asks for is not served after 15m0s: RollingOut: 1 of 2 tasks running",
		},
		{"served before the timeout", StatusOptions{Watch: true, Timeout: 15 * time.Minute}, []func(gw){healthy}, 0, ""},
		{
			"held back by a pause until the timeout", StatusOptions{Watch: true, Timeout: time.Minute},
			[]func(gw){func(g gw) { ready(g, "False", "Paused", "spec.rollout.paused holds a change back") }}, 3,
			"what the spec asks for is not served after 1m0s: Paused: spec.rollout.paused holds a change back",
		},
		{"in progress, not watched", StatusOptions{}, nil, 3, "what the spec asks for is not served yet"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, gateway())
				err := c.followed(test.options, test.says...)
				if code := ExitCode(err); code != test.code {
					t.Errorf("exit code %d, error %v, want %d", code, err, test.code)
				}
				if test.err != "" && (err == nil || err.Error() != test.err) {
					t.Errorf("error\n%v, want\n%s", err, test.err)
				}
			})
		})
	}
}

func TestWithoutWatchingTheStateIsToldOnce(t *testing.T) {
	g := gateway()
	healthy(g)
	c := newCluster(t, g)
	if err := c.Status(t.Context(), "dev", StatusOptions{}); err != nil {
		t.Error(err)
	}
	if got := strings.Count(c.out.String(), "\n"); got != 2 {
		t.Errorf("%d lines, want the state and the sentence:\n%s", got, c.out.String())
	}
}

func TestAGatewayThatIsNotThereOrGoesAwayIsNoRollout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		if err := c.Status(t.Context(), "dev", StatusOptions{Watch: true}); ExitCode(err) != CodeError {
			t.Errorf("missing: error %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		ended := make(chan error, 1)
		go func() { ended <- c.Status(t.Context(), "dev", StatusOptions{Watch: true}) }()
		synctest.Wait()
		if err := c.Client.Delete(t.Context(), c.stored()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; ExitCode(err) != CodeError || !strings.Contains(err.Error(), "not found") {
			t.Errorf("deleted: error %v", err)
		}
	})
}

func TestAPersonWhoHasSeenEnoughMayInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, gateway())
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if err := c.Status(ctx, "dev", StatusOptions{Watch: true}); ExitCode(err) != CodeError || err.Error() != "interrupted; the rollout goes on" {
			t.Errorf("status: error %v", err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if err := c.Top(ctx, "dev", true); err != nil {
			t.Errorf("top: error %v", err)
		}
	})
}
