package bench_test

import (
	"testing"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/demo"
	"flexgw.io/controller/test/e2e/rig"
)

const (
	lifecycleSpeed = 40
	// readySpeed is so low that the machine's own time is hardly seen in AWS's.
	readySpeed = 5
)

// BenchmarkTimeToReady holds the time to Ready against the longest chain of AWS's own
// delays.
func BenchmarkTimeToReady(b *testing.B) {
	r := start(b, readySpeed)
	began := r.Clock().Now()
	gw := r.Apply(b, "bench", "flex-gw-demo-dev-01", rig.Spec()).AwaitReady(b)
	took := r.Clock().Now().Sub(began)
	critical := demo.CriticalTime(&gw.Spec, latencies(r))
	note(b, "time to Ready, in AWS's time", "", took.Seconds(), "s/create", "%.0f s")
	note(b, "time to Ready, of the longest chain of AWS's delays ("+critical.Round(time.Second).String()+")", "at most 110%",
		100*took.Seconds()/critical.Seconds(), "%critical", "%.1f%%")
}

// BenchmarkLifecycle counts the AWS calls of each step in the life of a gateway.
func BenchmarkLifecycle(b *testing.B) {
	r := start(b, lifecycleSpeed)
	calls := callCounter(r)
	g := r.Apply(b, "bench", "flex-gw-demo-dev-01", rig.Spec())
	gw := g.AwaitReady(b)
	note(b, "calls to make one gateway from nothing to Ready: default VPC, five zones, two ports", "at most 40", calls(), "calls/create", "%.0f")

	calls = callCounter(r)
	g.Scale(b, 4)
	g.AwaitReady(b)
	note(b, "calls for a change from 1 to 4 replicas, to Ready", "", calls(), "calls/scale", "%.0f")

	calls = callCounter(r)
	g.Change(b, func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Image = "docker.io/mulesoft/flex-gateway:1.13.0" })
	g.AwaitReady(b)
	note(b, "calls for a new image, to Ready", "", calls(), "calls/image", "%.0f")

	calls = callCounter(r)
	g.Delete(b)
	g.AwaitGone(b)
	note(b, "calls to delete one gateway", "", calls(), "calls/delete", "%.0f")

	calls = callCounter(r)
	r.Apply(b, "bench", "four-subnets", rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Network.VPCID, spec.Network.SubnetIDs = gw.Status.Network.VPCID, gw.Status.Network.SubnetIDs[:4]
	})).AwaitReady(b)
	note(b, "calls to make one gateway from nothing to Ready: four subnets, as the guide", "at most 40", calls(), "calls/create-4-subnets", "%.0f")
}

// callCounter returns a function that counts the AWS calls from now on.
func callCounter(r *rig.Rig) func() float64 {
	before := r.AllCalls()
	return func() float64 { return float64(r.AllCalls() - before) }
}

func latencies(r *rig.Rig) (all map[core.Latency]core.Spread) {
	r.AWS().World().Do(func() { all = r.AWS().World().Settings.Latencies })
	return all
}
