package conformance_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const (
	// scriptSpeed is the number of simulated seconds in a real one.
	scriptSpeed = 100
	// scriptTimeout is how long a script may run, in real time.
	scriptTimeout = 8 * time.Minute
	// operationsFile lists the operations that the simulator has.
	operationsFile = "../../hack/awsmodels/operations.txt"
)

func TestBotocoresWaitersAndPaginatorsFollowAStackToItsEnd(t *testing.T) {
	p := requirePython(t)
	p.script(t, p.environment(startAWS(t, scriptSpeed), t.TempDir(), scriptSpeed), "waiters.py", operationsFile)
}

// script runs a script of this folder; a status other than 0 fails the test.
func (p python) script(t *testing.T, env []string, arguments ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), scriptTimeout)
	defer cancel()
	script := exec.CommandContext(ctx, filepath.Join(p.venv, "bin", "python"), arguments...)
	script.Env = env
	out, err := script.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("%s: %v", arguments[0], err)
	}
}
