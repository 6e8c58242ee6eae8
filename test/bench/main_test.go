// Package bench_test measures what the controller costs: AWS calls, time, memory and
// CPU, with the real manager against the simulated AWS. Run it with
//
//	go test -run '^$' -bench . -benchtime 1x ./test/bench/...
//
// Each benchmark measures once, whatever b.N, and fills rows of the table that is printed
// at the end. docs/performance.md keeps that table.
package bench_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/test/e2e/rig"
)

// watchEvery is the manager's default of --watch-every, and watchedAtOnce how many
// services of a cluster it asks for in a call.
const (
	watchEvery    = 30 * time.Second
	watchedAtOnce = 10
)

// lookEvery is the manager's default of --look-every.
const lookEvery = 10 * time.Minute

func TestMain(m *testing.M) {
	code := m.Run()
	if len(rows) > 0 {
		fmt.Printf("\n%s, %d cores, %s, commit %s\n\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.Version(), commit())
		printTable(os.Stdout)
	}
	os.Exit(code)
}

// commit is what the working directory has checked out.
func commit() string {
	out, err := exec.CommandContext(context.Background(), "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// start starts a Rig for one benchmark.
func start(b *testing.B, speed float64, managerArgs ...string) *rig.Rig {
	b.Helper()
	r, err := rig.Start(b.Context(), rig.Options{Dir: b.TempDir(), Speed: speed, Keep: true, ManagerArgs: managerArgs})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := r.Stop(); err != nil {
			b.Error(err)
		}
	})
	return r
}
