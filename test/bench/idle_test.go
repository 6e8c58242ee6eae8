package bench_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/test/e2e/rig"
)

const (
	idleSpeed = 60
	// idleWindow is how long ready gateways are watched, in the simulated time: some six
	// looks at each.
	idleWindow = time.Hour
	// plenty is more load balancers than AWS allows in a region unless it is asked to.
	plenty = 1000
)

// BenchmarkIdle measures what gateways cost that are ready and only looked at.
func BenchmarkIdle(b *testing.B) {
	r := start(b, idleSpeed)
	r.AWS().World().Do(func() { r.AWS().World().Settings.Quotas[core.LoadBalancers] = plenty })
	var gateways []*rig.Gateway
	for _, count := range []int{1, 20, 100} {
		for i := len(gateways); i < count; i++ {
			gateways = append(gateways, r.Apply(b, "bench", fmt.Sprintf("gateway-%03d", i), rig.Spec()))
		}
		for _, g := range gateways {
			g.AwaitReady(b)
		}
		measureIdle(b, r, count)
	}
}

func measureIdle(b *testing.B, r *rig.Rig, count int) {
	b.Helper()
	calls, looks, cpu := callCounter(r), reconciles(b, r), cpuTime(b, r.ManagerPID())
	began := r.Clock().Now()
	<-time.After(r.Clock().Real(idleWindow))
	hours := r.Clock().Now().Sub(began).Hours()

	// A window has a look more or less by chance: what counts is the calls of one look, and
	// how many looks the interval makes in an hour.
	looks = reconciles(b, r) - looks
	watched := hours * float64(time.Hour/watchEvery) * math.Ceil(float64(count)/watchedAtOnce)
	perHour := (calls() - watched) / looks * float64(time.Hour/lookEvery)
	used := (cpuTime(b, r.ManagerPID()) - cpu).Seconds() / hours
	memory := residentMiB(b, r.ManagerPID())

	name := fmt.Sprintf("%d ready gateways", count)
	if count == 1 {
		name = "1 ready gateway"
	}
	goals := map[int][2]string{1: {"at most 150", ""}, 100: {"", "at most 100 MiB"}}[count]
	note(b, "calls in an hour for each gateway, without the watch, with "+name, goals[0], perHour, fmt.Sprintf("calls/h/gateway-%d", count), "%.0f")
	note(b, "memory (RSS) with "+name, goals[1], memory, fmt.Sprintf("MiB-%d", count), "%.0f MiB")
	note(b, "CPU in an hour with "+name, "", used, fmt.Sprintf("cpu-s/h-%d", count), "%.2f s")
	b.Logf("%s: %.0f calls and %.0f looks in %.2f hours", name, calls(), looks, hours)
}
