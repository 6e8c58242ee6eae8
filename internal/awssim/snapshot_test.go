package awssim

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go/document"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flexgw.io/controller/internal/awssim/core"
)

// same fails the test where two looks differ.
func same(t *testing.T, when string, want, got look) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(document.NoSerde{})); diff != "" {
		t.Fatalf("%s (-saved +loaded):\n%s", when, diff)
	}
}

// saved is what Save returns.
func saved(t *testing.T, s *Sim) []byte {
	t.Helper()
	data, err := s.Save()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// loaded is the Sim that Load makes.
func loaded(t *testing.T, data []byte) *Sim {
	t.Helper()
	s, err := Load(Options{}, data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func makeCluster(t *testing.T, s *Sim, name string) {
	t.Helper()
	done[*ecs.CreateClusterOutput](t)(ecs.NewFromConfig(config(s, "us-east-1", "test")).CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String(name)}))
}

func TestASnapshotHasTheSettingsTheFaultsAndThePolicies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSim(t)
		makeCluster(t, s, "before")
		s.World().Do(func() {
			s.World().Settings.Latencies = map[core.Latency]core.Spread{core.FileSystemCreate: {P50: time.Hour}}
			s.World().ReadLag = core.AWSReadLag()
		})
		if status, answer := ask(s, "PATCH", "/_awssim/settings", `{"throttleScale": 0.5}`); status != 200 {
			t.Fatal(answer)
		}
		mustSet(t, s, Fault{Operation: "List*", Rate: 0.5, Code: "Unavailable"})
		for range 10 {
			_, _ = ecs.NewFromConfig(config(s, "us-east-1", "test")).ListClusters(t.Context(), &ecs.ListClustersInput{}) // half of them fail
		}
		if err := s.Enforce(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:List*","Resource":"*"}]}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		again := loaded(t, saved(t, s))
		if diff := cmp.Diff(s.settings(), again.settings()); diff != "" || again.World().ReadLag != core.AWSReadLag() {
			t.Errorf("settings (-saved +loaded):\n%s; read lag %v", diff, again.World().ReadLag)
		}
		if diff := cmp.Diff(s.Faults(), again.Faults()); diff != "" || s.Faults()[0].Struck == 0 {
			t.Errorf("faults (-saved +loaded):\n%s", diff)
		}
		for range 20 { // the chance of the fault goes on as it would have
			_, want := ecs.NewFromConfig(config(s, "us-east-1", "test")).ListClusters(t.Context(), &ecs.ListClustersInput{})
			_, got := ecs.NewFromConfig(config(again, "us-east-1", "test")).ListClusters(t.Context(), &ecs.ListClustersInput{})
			if codeOf(want) != codeOf(got) {
				t.Errorf("loaded: %v, saved: %v", got, want)
			}
		}
		if diff := cmp.Diff(lastRequests(s), lastRequests(again)); diff != "" {
			t.Errorf("request ids (-saved +loaded):\n%s", diff)
		}
		_, err := ecs.NewFromConfig(config(again, "us-east-1", "test")).CreateCluster(t.Context(), &ecs.CreateClusterInput{})
		if codeOf(err) != "AccessDeniedException" {
			t.Errorf("error %v, want AccessDeniedException", err)
		}
	})
}

// lastRequests are the ids of the latest 20 calls.
func lastRequests(s *Sim) (ids []string) {
	for _, call := range s.Calls()[max(len(s.Calls())-20, 0):] {
		ids = append(ids, call.RequestID)
	}
	return ids
}

func TestASnapshotOfASnapshotIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSim(t)
		makeCluster(t, s, "one")
		done[*efs.CreateFileSystemOutput](t)(efs.NewFromConfig(config(s, "us-east-1", "test")).CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{CreationToken: aws.String("t")}))
		first := saved(t, s)
		if diff := cmp.Diff(string(first), string(saved(t, loaded(t, first)))); diff != "" {
			t.Errorf("snapshots (-first +second):\n%s", diff)
		}
	})
}

func TestReadsAreNotKeptAndRefusedCallsAreNotRepeated(t *testing.T) {
	s := newTestSim(t)
	makeCluster(t, s, "one")
	client := ecs.NewFromConfig(config(s, "us-east-1", "test"))
	for range 100 {
		done[*ecs.ListClustersOutput](t)(client.ListClusters(t.Context(), &ecs.ListClustersInput{}))
	}
	mustSet(t, s, Fault{Operation: "CreateCluster"})
	if _, err := client.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("two")}); err == nil {
		t.Error("the fault did not strike")
	}
	if n := len(s.journal.entries); n != 1 {
		t.Errorf("%d entries, want the one call that had an effect", n)
	}
}

func TestAWorldThatWasChangedBesideItsJournalIsNotSaved(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Sim)
	}{
		{"a trouble", func(s *Sim) { s.ECS.ZoneOut("us-east-1a") }},
		{"chance", func(s *Sim) { s.World().Hex(1) }},
		{"the timeline", func(s *Sim) { s.World().After(time.Hour, func() {}) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTestSim(t)
			s.World().Do(func() { test.change(s) })
			if _, err := s.Save(); !errors.Is(err, ErrNotRepeatable) {
				t.Errorf("error %v, want ErrNotRepeatable", err)
			}
		})
	}
}

func TestAJournalThatIsFullIsNotSaved(t *testing.T) {
	s := newTestSim(t)
	s.World().Do(func() { s.journal.bytes = maxJournalBytes })
	makeCluster(t, s, "one")
	if _, err := s.Save(); !errors.Is(err, ErrJournalFull) || len(s.journal.entries) != 0 {
		t.Errorf("error %v with %d entries, want ErrJournalFull and none", err, len(s.journal.entries))
	}
}

func TestASnapshotThatIsNotOursIsRefusedWithASentence(t *testing.T) {
	s := newTestSim(t)
	makeCluster(t, s, "one")
	good := string(saved(t, s))
	tests := []struct{ name, data, says string }{
		{"nothing", "", "not a whole snapshot"},
		{"half of it", good[:len(good)/2], "not a whole snapshot"},
		{"something else", `{"kind": "List"}`, "not a snapshot of a simulated AWS"},
		{"another version", strings.Replace(good, `"version":1`, `"version":2`, 1), "version 2 of the format, and this program reads version 1"},
		{"an unknown field", strings.Replace(good, `"seed":`, `"sed":`, 1), "sed"},
		{"an unknown operation", strings.Replace(good, `"operation":"CreateCluster"`, `"operation":"CreateCloud"`, 1), "ecs.CreateCloud is not simulated here"},
		{"an unknown service", strings.Replace(good, `"service":"ecs"`, `"service":"s3"`, 1), "the service s3 is not simulated here"},
		{"another seed", strings.Replace(good, `"seed":1`, `"seed":2`, 1), "another world here than the one that was saved"},
		{"another account", strings.Replace(good, core.DefaultAccount, "999999999999", 1), "another world here than the one that was saved"},
		{"a request that is none", strings.Replace(good, `"body":"`, `"body":"AAAA`, 1), "does not understand its request"},
		{"a time after the end", strings.Replace(good, `"at":"2`, `"at":"3`, 1), "entry 1 of the journal is not of the snapshot's time"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.data == good {
				t.Fatal("the test changes nothing")
			}
			if s, err := Load(Options{}, []byte(test.data)); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("loaded %v, error %v, want %q", s != nil, err, test.says)
			}
		})
	}
}

func TestASnapshotHasNoSignatures(t *testing.T) {
	s := newTestSim(t)
	client := secretsmanager.NewFromConfig(config(s, "us-east-1", "AKIA222222222222SIMU"))
	done[*secretsmanager.CreateSecretOutput](t)(client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("n"), SecretString: aws.String("v")}))
	var kept snapshot
	data := saved(t, s)
	if err := json.Unmarshal(data, &kept); err != nil || len(kept.Journal) != 1 {
		t.Fatalf("error %v, journal %v", err, kept.Journal)
	}
	for _, name := range []string{"Authorization", "AKIA222222222222SIMU", "X-Amz-Date"} {
		if bytes.Contains(data, []byte(name)) {
			t.Errorf("the snapshot has %s", name)
		}
	}
}
