// Package e2e_test follows gateways through their lives with everything real but AWS:
// the Kubernetes API server, the manager's program, and HTTP between it and the
// simulated AWS. test/lifecycle goes through many more cases in fake time.
package e2e_test

import (
	"os"
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

// speed is the number of simulated seconds in a real one.
const speed = 100

// stack runs for all tests of this package, which go one after the other: each leaves AWS
// as it found it.
var stack *rig.Rig

func TestMain(m *testing.M) {
	os.Exit(rig.Main(m, speed, func(r *rig.Rig) { stack = r }))
}
