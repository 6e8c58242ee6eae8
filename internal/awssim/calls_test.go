package awssim

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

func TestCallsAreRememberedCountedAndTakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []CallRecord
		settings := &core.Settings{Latencies: map[core.Latency]core.Spread{core.APICall: {P50: 2 * time.Second}}}
		s, _ := newFake(t, Options{Settings: settings, OnCall: func(r CallRecord) { seen = append(seen, r) }})
		client := ecs.NewFromConfig(config(s, "us-east-1", "test"))
		start := time.Now()
		if _, err := client.ListClusters(t.Context(), &ecs.ListClustersInput{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("the call took %v, want 2s", took)
		}
		if _, err := client.CreateCluster(t.Context(), &ecs.CreateClusterInput{}); err == nil {
			t.Fatal("CreateCluster succeeded")
		}
		got := s.Calls()
		if diff := cmp.Diff(seen, got); diff != "" {
			t.Errorf("calls (-hook +log):\n%s", diff)
		}
		want := []CallRecord{
			{Time: start, Duration: 2 * time.Second, Service: "ecs", Operation: "ListClusters", Account: core.DefaultAccount, Region: "us-east-1", Status: 200},
			{Time: start.Add(2 * time.Second), Duration: 2 * time.Second, Service: "ecs", Operation: "CreateCluster", Account: core.DefaultAccount, Region: "us-east-1", Status: 400, ErrorCode: "ClusterNotFoundException"},
		}
		for i := range got {
			if !strings.Contains(got[i].UserAgent, "aws-sdk-go-v2") || got[i].RequestID == "" {
				t.Errorf("call %d: user agent %q, request id %q", i, got[i].UserAgent, got[i].RequestID)
			}
			got[i].UserAgent, got[i].RequestID, got[i].Principal = "", "", ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		counts := map[CallKey]int{{"ecs", "ListClusters", ""}: 1, {"ecs", "CreateCluster", "ClusterNotFoundException"}: 1}
		if diff := cmp.Diff(counts, s.CallCounts()); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		s.Close()
	})
}

func TestAClientThatGivesUpHasBeenServedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		settings := &core.Settings{Latencies: map[core.Latency]core.Spread{core.APICall: {P50: time.Hour}}}
		s, fake := newFake(t, Options{Settings: settings})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := ecs.NewFromConfig(config(s, "us-east-1", "test")).ListClusters(ctx, &ecs.ListClustersInput{})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error = %v, want a deadline", err)
		}
		if fake.count() != 1 {
			t.Errorf("the handler ran %d times, want once", fake.count())
		}
		s.Close()
	})
}

func TestTheCallLogKeepsTheLatestCallsAndCountsAll(t *testing.T) {
	var s Sim
	for i := range keptCalls + 3 {
		s.log.add(CallRecord{Status: i})
	}
	calls := s.Calls()
	if len(calls) != keptCalls || calls[0].Status != 3 || calls[len(calls)-1].Status != keptCalls+2 {
		t.Errorf("%d calls from %d to %d", len(calls), calls[0].Status, calls[len(calls)-1].Status)
	}
	if got := s.CallCounts()[CallKey{}]; got != keptCalls+3 {
		t.Errorf("counted %d, want %d", got, keptCalls+3)
	}
}
