// Package anypoint_test follows the sample through its life with everything real but the
// two clouds: the Kubernetes API server, kubectl, the manager's program, and HTTP between
// it, the simulated AWS and the simulated Anypoint Platform. test/lifecycle goes through
// many more cases in fake time.
package anypoint_test

import (
	"os"
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

// stack runs for all tests of this package.
var stack *rig.Rig

func TestMain(m *testing.M) {
	// 100 simulated seconds in a real one. The manager is elected, as in a cluster: it then
	// tells so in its metrics.
	os.Exit(rig.MainWith(m, rig.Options{
		Speed: 100, Anypoint: true, Traffic: true, ManagerArgs: []string{"--leader-elect=true", "--leader-election-namespace=default"},
	}, func(r *rig.Rig) { stack = r }))
}
