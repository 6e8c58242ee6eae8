package awssim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

func mustSet(t *testing.T, s *Sim, f Fault) Fault {
	t.Helper()
	kept, err := s.SetFault(f)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func listClusters(t *testing.T, c aws.Config) error {
	t.Helper()
	_, err := ecs.NewFromConfig(c).ListClusters(t.Context(), &ecs.ListClustersInput{})
	return err
}

func TestAFaultAnswersInsteadOfTheHandler(t *testing.T) {
	tests := []struct {
		name   string
		fault  Fault
		code   string
		status int
		says   string
	}{
		{"nothing more is said", Fault{}, "InternalFailure", 500, "unknown error"},
		{"a common code", Fault{Code: "ServiceUnavailable"}, "ServiceUnavailable", 503, "temporary failure"},
		{"a status alone", Fault{Status: 503}, "ServiceUnavailable", 503, "temporary failure"},
		{"a code of the service's model", Fault{Code: "ClusterNotFoundException"}, "ClusterNotFoundException", 400, "The fault x"},
		{"all three", Fault{Code: "AccessDeniedException", Message: "no", Status: 418}, "AccessDeniedException", 418, "no"},
		{"for a pattern", Fault{Service: "ecs", Operation: "List*", Code: "ThrottlingException"}, "ThrottlingException", 400, "Rate exceeded"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, fake := newFake(t, Options{Settings: instant()})
			test.fault.Name = "x"
			mustSet(t, s, test.fault)
			if err := listClusters(t, config(s, "us-east-1", "test")); codeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want %s: %s", err, test.code, test.says)
			}
			if fake.count() != 0 {
				t.Error("the handler ran")
			}
			if got := s.Calls()[0]; got.Status != test.status || got.ErrorCode != test.code || got.Fault != "x" || got.Operation != "ListClusters" {
				t.Errorf("logged %+v", got)
			}
		})
	}
}

func TestAFaultStrikesOnlyWhatItIsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newFake(t, Options{Settings: instant()})
		mustSet(t, s, Fault{Name: "creates", Operation: "Create*", Code: "A"})
		mustSet(t, s, Fault{Name: "sts", Service: "sts", Code: "B"})
		c := config(s, "us-east-1", "test")
		if err := listClusters(t, c); err != nil {
			t.Errorf("ListClusters: %v", err)
		}
		if _, err := awssts.NewFromConfig(c).GetCallerIdentity(t.Context(), &awssts.GetCallerIdentityInput{}); codeOf(err) != "B" {
			t.Errorf("GetCallerIdentity: error = %v, want B", err)
		}
		s.ClearFaults()
		mustSet(t, s, Fault{Name: "twice", Code: "C", Times: 2})
		mustSet(t, s, Fault{Name: "until", Code: "D", Until: time.Now().Add(time.Minute)})
		var got []string
		for range 3 {
			got = append(got, codeOf(listClusters(t, c)))
		}
		time.Sleep(time.Minute)
		got = append(got, codeOf(listClusters(t, c)))
		if diff := cmp.Diff([]string{"C", "C", "D", ""}, got); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		if struck := s.Faults()[0].Struck; struck != 2 {
			t.Errorf("the first says that it struck %d times, want 2", struck)
		}
		if !s.ClearFault("until") || s.ClearFault("until") || len(s.Faults()) != 1 {
			t.Errorf("after clearing one: %v", s.Faults())
		}
	})
}

func TestTheSameSeedGivesTheSameFaultsAndLeavesTheIDsAlone(t *testing.T) {
	const calls = 400
	run := func(seed uint64, faults ...Fault) (struck string, ids []string) {
		s, _ := newFake(t, Options{Settings: instant(), Seed: seed})
		for _, f := range faults {
			mustSet(t, s, f)
		}
		for range calls {
			listClusters(t, config(s, "us-east-1", "test"))
		}
		for _, r := range s.Calls() {
			ids = append(ids, r.RequestID)
			if r.ErrorCode == "" {
				struck += "."
			} else {
				struck += "x"
			}
		}
		return struck, ids
	}
	third := Fault{Name: "third", Rate: 0.3}
	first, ids := run(1, third)
	if n := strings.Count(first, "x"); n < calls/5 || n > calls*2/5 {
		t.Errorf("%d of %d calls struck, want about 30%%", n, calls)
	}
	if again, _ := run(1, third, Fault{Name: "slow", Rate: 0.5, Latency: time.Nanosecond}); again != first {
		t.Error("the same seed gave other faults beside a second one")
	}
	if other, _ := run(2, third); other == first {
		t.Error("another seed gave the same faults")
	}
	if _, undisturbed := run(1); !cmp.Equal(undisturbed, ids) {
		t.Error("faults changed the ids")
	}
}

func TestLatencyIsAddedInTheWorldsTimeAndAddsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		settings := &core.Settings{Latencies: map[core.Latency]core.Spread{core.APICall: {P50: time.Second}}}
		s, fake := newFake(t, Options{Settings: settings})
		mustSet(t, s, Fault{Name: "slow", Latency: 2 * time.Second})
		mustSet(t, s, Fault{Name: "fails", Latency: 4 * time.Second, Code: "A", Times: 1})
		mustSet(t, s, Fault{Name: "slower", Latency: 8 * time.Second})
		c := config(s, "us-east-1", "test")
		if err := listClusters(t, c); codeOf(err) != "A" {
			t.Errorf("error = %v, want A", err)
		}
		if err := listClusters(t, c); err != nil || fake.count() != 1 {
			t.Errorf("error %v after %d handlers, want none after one", err, fake.count())
		}
		for i, want := range []CallRecord{
			{Duration: 15 * time.Second, Fault: "slow,fails,slower"},
			{Duration: 11 * time.Second, Fault: "slow,slower"},
		} {
			if got := s.Calls()[i]; got.Duration != want.Duration || got.Fault != want.Fault {
				t.Errorf("call %d took %v with %q, want %v with %q", i, got.Duration, got.Fault, want.Duration, want.Fault)
			}
		}
		s.Close()
	})
}

// overHTTP is a config for the simulator behind a real server.
func overHTTP(t *testing.T, s *Sim) aws.Config {
	t.Helper()
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	c := config(s, "us-east-1", "test")
	c.HTTPClient, c.BaseEndpoint = server.Client(), aws.String(server.URL)
	return c
}

func TestACutConnectionIsOneForTheSDKToo(t *testing.T) {
	transports := map[string]func(*testing.T, *Sim) aws.Config{
		"in process": func(_ *testing.T, s *Sim) aws.Config { return config(s, "us-east-1", "test") },
		"over HTTP":  overHTTP,
	}
	tests := []struct {
		cut      Cut
		code     string
		handlers int // that ran once the SDK has been cut off, and once it has tried again
	}{{CutBefore, "CutBefore", 0}, {CutAfter, "CutAfter", 1}}
	for name, transport := range transports {
		for _, test := range tests {
			t.Run(name+" "+string(test.cut), func(t *testing.T) {
				s, fake := newFake(t, Options{Settings: instant()})
				c := transport(t, s)
				mustSet(t, s, Fault{Cut: test.cut, Times: 2})
				if err := listClusters(t, c); !errors.Is(err, io.EOF) {
					t.Errorf("error = %v, want EOF", err)
				}
				if fake.count() != test.handlers {
					t.Errorf("the handler ran %d times, want %d", fake.count(), test.handlers)
				}
				c.RetryMaxAttempts = 2
				if err := listClusters(t, c); err != nil {
					t.Errorf("the SDK did not try again: %v", err)
				}
				if want := 2*test.handlers + 1; fake.count() != want {
					t.Errorf("in the end the handler ran %d times, want %d", fake.count(), want)
				}
				calls := s.Calls()
				if got := calls[0]; len(calls) != 3 || got.ErrorCode != test.code || got.Status != 0 || got.Fault != "fault-1" || got.Operation != "ListClusters" {
					t.Errorf("%d calls, the first %+v", len(calls), got)
				}
			})
		}
	}
}

func TestAPanicIsNotTakenForACut(t *testing.T) {
	defer func() {
		if p := recover(); p != "a bug" {
			t.Errorf("recovered %v, want the bug", p)
		}
	}()
	broken := transport{handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") })}
	_, err := broken.RoundTrip(httptest.NewRequest(http.MethodGet, "/", nil))
	t.Errorf("returned %v", err)
}

func TestAFaultThatCannotBeIsRefusedByTheNameOfItsField(t *testing.T) {
	s, _ := newFake(t, Options{})
	tests := []struct{ field, text string }{
		{"name", `{"name": "a b"}`},
		{"service", `{"service": "s3"}`},
		{"operation", `{"operation": "["}`},
		{"operation", `{"service": "ecs", "operation": "DescribeVpcs"}`},
		{"rate", `{"rate": 1.5}`},
		{"rate", `{"rate": -0.5}`},
		{"latency", `{"latency": "-1s"}`},
		{"latency", `{"latency": "soon"}`},
		{"times", `{"times": -1}`},
		{"cut", `{"cut": "during"}`},
		{"cut", `{"cut": "after", "code": "A"}`},
		{"status", `{"status": 200}`},
		{"code", `{"status": 404}`},
		{"until", `{"until": "tomorrow"}`},
		{"rats", `{"rats": 0.3}`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			var f Fault
			err := json.Unmarshal([]byte(test.text), &f)
			if err == nil {
				_, err = s.SetFault(f)
			}
			if err == nil || !strings.Contains(err.Error(), test.field) {
				t.Errorf("error = %v, want one about %s", err, test.field)
			}
		})
	}
	if left := s.Faults(); len(left) != 0 {
		t.Errorf("faults = %v, want none", left)
	}
}

func TestAFaultSurvivesJSON(t *testing.T) {
	want := Fault{
		Name: "n", Service: "ecs", Operation: "List*", Rate: 0.25, Code: "c", Message: "m", Status: 500,
		Latency: 90 * time.Second, Cut: CutAfter, Times: 3, Until: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Struck: 2,
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Fault
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", text, diff)
	}
}
