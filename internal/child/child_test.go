//go:build linux

package child_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"flexgw.io/controller/internal/child"
)

// parentRole makes this test binary play a program that starts a child and hangs.
const parentRole = "CHILD_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentRole) != "" {
		os.Exit(parent())
	}
	os.Exit(m.Run())
}

func parent() int {
	p, err := child.Start(child.Command{Path: "/bin/sh", Args: []string{"-c", "while :; do sleep 1; done"}})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(p.PID())
	<-p.Done()
	return 0
}

func TestAChildDiesWithItsParentEvenWhenThatIsKilled(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parentRole+"=yes")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the parent said %q", line)
	}
	if !alive(pid) {
		t.Fatalf("the child %d does not run", pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	waitGone(t, pid)
}

func TestStopLetsTheChildEndByItself(t *testing.T) {
	var out bytes.Buffer
	p := start(t, child.Command{Output: &out}, `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done`)
	waitOutput(t, p)
	if err := p.Stop(); err != nil {
		t.Errorf("Stop() = %v", err)
	}
	if got := out.String(); !strings.HasSuffix(got, "bye\n") {
		t.Errorf("the child wrote %q, want its goodbye at the end", got)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("Stop() of a child that has ended = %v", err)
	}
}

func TestStopKillsAChildThatDoesNotListenAndSaysSo(t *testing.T) {
	p := start(t, child.Command{Grace: 100 * time.Millisecond}, `trap '' TERM; while :; do sleep 0.05; done`)
	waitOutput(t, p)
	if err := p.Stop(); err == nil {
		t.Error("Stop() = nil, want an error that says that the child was killed")
	}
	waitGone(t, p.PID())
}

func TestErrSaysHowTheChildEnded(t *testing.T) {
	p := start(t, child.Command{}, "exit 3")
	<-p.Done()
	var exit *exec.ExitError
	if !errors.As(p.Err(), &exit) || exit.ExitCode() != 3 {
		t.Errorf("Err() = %v, want exit code 3", p.Err())
	}
}

func TestStartSaysWhichProgramIsMissing(t *testing.T) {
	_, err := child.Start(child.Command{Path: "/does/not/exist"})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Start() = %v, want %v", err, os.ErrNotExist)
	}
}

func TestRunStopsTheChildWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := child.Run(ctx, child.Command{Path: "/bin/sh", Args: []string{"-c", "while :; do sleep 1; done"}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run() = %v, want %v", err, context.DeadlineExceeded)
	}
}

// start runs a shell script and kills it at the end of the test.
func start(t *testing.T, c child.Command, script string) *child.Process {
	t.Helper()
	c.Path, c.Args = "/bin/sh", []string{"-c", script}
	p, err := child.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Kill() })
	return p
}

// waitOutput gives the shell the time to set its trap: it has when it sleeps.
func waitOutput(t *testing.T, p *child.Process) {
	t.Helper()
	poll(t, "the shell does not get to its loop", func() bool {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", p.PID(), p.PID()))
		return err == nil && len(children) > 0
	})
}

func waitGone(t *testing.T, pid int) {
	t.Helper()
	poll(t, fmt.Sprintf("process %d is still there", pid), func() bool { return !alive(pid) })
}

// alive is whether the process runs; one that only waits to be reaped does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func poll(t *testing.T, failure string, ok func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal(failure)
		case <-tick.C:
		}
	}
}
