package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/test/e2e/rig"
)

const (
	reactionSpeed    = 10
	reactionGateways = 20
	reactionRounds   = 3
	// apiLatency is how long an AWS call takes in real time: the simulator's own median.
	apiLatency = 150 * time.Millisecond
)

// BenchmarkReplicaChange measures, in real time, how long it takes from the moment at
// which a user sends a change of replicas until UpdateService reaches AWS. AWS calls take
// as long as on the real clock, and regular looks come as rarely.
func BenchmarkReplicaChange(b *testing.B) {
	r := start(b, reactionSpeed, "--look-every="+(lookEvery*reactionSpeed).String())
	fleet := &fleet{rig: r, replicas: map[*rig.Gateway]int32{}}
	for i := range reactionGateways {
		fleet.gateways = append(fleet.gateways, r.Apply(b, "bench", fmt.Sprintf("gateway-%02d", i), rig.Spec()))
	}
	fleet.awaitReady(b)
	r.AWS().World().Do(func() {
		stretched := apiLatency * reactionSpeed
		r.AWS().World().Settings.Latencies[core.APICall] = core.Spread{P50: stretched, P95: stretched}
	})

	var atRest, busy []time.Duration
	for range reactionRounds {
		for _, g := range fleet.gateways {
			atRest = append(atRest, fleet.change(b, g))
			busy = append(busy, fleet.change(b, g))
		}
		fleet.awaitReady(b)
	}
	noteReactions(b, "a gateway at rest", "at-rest", atRest)
	noteReactions(b, "a gateway that is still being scaled", "busy", busy)
}

// fleet are gateways whose replicas are changed.
type fleet struct {
	rig      *rig.Rig
	gateways []*rig.Gateway
	replicas map[*rig.Gateway]int32
}

func (f *fleet) awaitReady(b *testing.B) {
	b.Helper()
	for _, g := range f.gateways {
		g.AwaitReady(b)
	}
}

// change gives the gateway another number of replicas, of 1 to 3, and returns how long
// it took until UpdateService arrived.
func (f *fleet) change(b *testing.B, g *rig.Gateway) time.Duration {
	b.Helper()
	f.replicas[g] = max(f.replicas[g], 1)%3 + 1
	updates := f.rig.Calls("UpdateService")
	sent := time.Now()
	g.Scale(b, f.replicas[g])
	if err := rig.PollFast(b.Context(), func() bool { return f.rig.Calls("UpdateService") > updates }); err != nil {
		b.Fatal(err)
	}
	return f.arrival(b).Sub(sent)
}

// arrival is when the latest UpdateService arrived, in real time.
func (f *fleet) arrival(b *testing.B) time.Time {
	b.Helper()
	for _, call := range slices.Backward(f.rig.AWS().Calls()) {
		if call.Operation == "UpdateService" {
			anchor := f.rig.Clock().Anchor
			return anchor.Add(f.rig.Clock().Real(call.Time.Sub(anchor)))
		}
	}
	b.Fatal("the simulator has forgotten the call")
	return time.Time{}
}

func noteReactions(b *testing.B, of, unit string, all []time.Duration) {
	b.Helper()
	slices.Sort(all)
	what := fmt.Sprintf("from a change of replicas to UpdateService, %s, %d changes", of, len(all))
	note(b, what+": median", "", percentile(all, 50).Seconds(), unit+"-p50-s", "%.2f s")
	note(b, what+": 99th percentile", "under 1 s", percentile(all, 99).Seconds(), unit+"-p99-s", "%.2f s")
}

// percentile is the smallest of the sorted values that p percent of them do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[(len(sorted)*p+99)/100-1]
}
