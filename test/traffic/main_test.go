// Package traffic_test measures what clients notice of a change: a gateway serves a
// steady load through its load balancer while it is scaled, given another version, or
// loses replicas, with the real manager, a real Kubernetes API server, and replicas and
// load balancers that really answer (internal/awssim/traffic).
//
// Each test is a row of the table that "make traffic" prints and docs/rollouts.md keeps.
// All the while a witness compares what the object says with what is so in AWS.
package traffic_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

var (
	speed = flag.Float64("speed", 20, "how many times as fast as life AWS's clock runs; the slower, the less the machine's own time shows")
	write = flag.Bool("write", false, "write the table and the pictures into docs")
)

// rowsAtATime is how many gateways are under load together. More of them would be measured
// as two slow processors under the race detector are, not as they are.
const rowsAtATime = "6"

// stack runs for all tests of this package. Each has a gateway of its own, in a region of
// its own, so that nothing that is counted or broken for one is seen by another.
var stack *rig.Rig

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", rowsAtATime); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := rig.MainWith(m, rig.Options{Speed: *speed, Keep: true, Traffic: true}, func(r *rig.Rig) {
		stack = r
		r.AWS().OnConnection(connections.note)
	})
	fmt.Print("\n", results.markdown(), "\n")
	if *write && code == 0 {
		if err := results.write(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
