package bench_test

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/test/e2e/rig"
)

// clockTick is the kernel's unit of CPU time in /proc: sysconf(_SC_CLK_TCK) is 100 on
// every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// cpuTime is what a process has used so far, in user and kernel mode (proc_pid_stat(5)).
func cpuTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	// The name in parentheses may contain blanks; field 3 follows it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const user, system = 14 - 3, 15 - 3
	return time.Duration(number(b, fields[user])+number(b, fields[system])) * clockTick
}

// residentMiB is how much memory a process has in RAM (proc_pid_status(5)).
func residentMiB(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if size, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return number(b, strings.Fields(size)[0]) / 1024
		}
	}
	b.Fatal("the kernel does not tell VmRSS")
	return 0
}

// reconciles is how many times the manager has looked at a gateway.
func reconciles(b *testing.B, r *rig.Rig) float64 {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, r.MetricsURL(), nil)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	total := 0.0
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if name, value, _ := strings.Cut(lines.Text(), "} "); strings.HasPrefix(name, "controller_runtime_reconcile_total{") {
			total += number(b, value)
		}
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return total
}

func number(b *testing.B, text string) float64 {
	b.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}
