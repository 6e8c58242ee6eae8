package local_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/local"
)

// managerRole makes this test binary play a manager.
const managerRole = "LOCAL_TEST_MANAGER"

func TestMain(m *testing.M) {
	if os.Getenv(managerRole) != "" {
		os.Exit(fakeManager(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// fakeManager is ready when its environment has what a manager needs.
func fakeManager(args []string) int {
	var health string
	for _, a := range args {
		if v, ok := strings.CutPrefix(a, "--health-probe-bind-address="); ok {
			health = v
		}
	}
	http.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"KUBECONFIG", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "FLEXGW_CLOCK"} {
			if os.Getenv(name) == "" {
				http.Error(w, name+" is not set", http.StatusServiceUnavailable)
			}
		}
	})
	if err := http.ListenAndServe(health, nil); err != nil {
		return 1
	}
	return 0
}

func options(t *testing.T) local.Options {
	t.Helper()
	t.Setenv(managerRole, "yes")
	return local.Options{
		Dir:     filepath.Join(t.TempDir(), "stack"),
		Manager: os.Args[0],
		CRDs:    []string{"testdata/crd.yaml"},
	}
}

func TestAStackRunsAndLeavesOnlyItsLogs(t *testing.T) {
	o := options(t)
	s, err := local.Up(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	t.Cleanup(func() {
		if !stopped {
			_ = s.Stop()
		}
	})

	t.Run("its folder says how to reach it", func(t *testing.T) {
		want := []string{"awssim.log", "controlplane", "controlplane.log", "env", "flexgw.pid", "kubeconfig", "manager.log", "manager.pid", "ready"}
		if diff := cmp.Diff(want, names(t, o.Dir)); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
		if got, want := read(t, o.Dir, "manager.pid"), strconv.Itoa(s.ManagerPID())+"\n"; got != want {
			t.Errorf("manager.pid is %q, want %q", got, want)
		}
	})
	t.Run("a shell that reads env finds Kubernetes", func(t *testing.T) {
		out, err := shell(t, o.Dir, `kubectl get --raw /readyz && kubectl get widgets.test.flexgw.io`)
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("a shell that reads env finds the simulated AWS", func(t *testing.T) {
		out, err := shell(t, o.Dir, `echo "$AWS_ENDPOINT_URL $AWS_REGION $FLEXGW_CLOCK"`)
		want := s.AWSEndpoint() + " us-east-1 " + s.Clock().String() + "\n"
		if err != nil || out != want {
			t.Errorf("got %q (error %v), want %q", out, err, want)
		}
		answer, err := http.Get(s.AWSEndpoint() + "/_awssim/inventory")
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("the simulator answers %s (error %v)", answer.Status, err)
		}
	})
	t.Run("its folder is refused to another", func(t *testing.T) {
		_, err := local.Up(t.Context(), o)
		var used *local.InUseError
		if !errors.As(err, &used) || used.PID != os.Getpid() {
			t.Errorf("Up() = %v, want an InUseError of process %d", err, os.Getpid())
		}
	})
	t.Run("its manager can be killed and started again", func(t *testing.T) {
		before := s.ManagerPID()
		if err := s.KillManager(); err != nil {
			t.Fatal(err)
		}
		if err := s.StartManager(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := s.ManagerPID(); after == 0 || after == before {
			t.Errorf("the manager's process is %d, and was %d", after, before)
		}
		if err := s.StartManager(t.Context()); !errors.Is(err, local.ErrManagerRuns) {
			t.Errorf("a second manager: %v, want %v", err, local.ErrManagerRuns)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := s.Wait(ctx); err != nil {
			t.Errorf("Wait() = %v after a wanted kill", err)
		}
	})
	t.Run("it says so when its manager dies", func(t *testing.T) {
		if err := syscall.Kill(s.ManagerPID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := s.Wait(ctx); err == nil {
			t.Error("Wait() = nil, want the manager's end")
		}
	})

	hosts := []string{s.Config().Host, s.AWSEndpoint()}
	stopped = true
	if err := s.Stop(); err != nil {
		t.Errorf("Stop() = %v", err)
	}
	if diff := cmp.Diff([]string{"awssim.log", "controlplane.log", "manager.log"}, names(t, o.Dir)); diff != "" {
		t.Errorf("files left (-want +got):\n%s", diff)
	}
	for _, h := range hosts {
		refuses(t, h)
	}
}

func TestUpStopsEverythingWhenTheManagerDoesNotBecomeReady(t *testing.T) {
	o := options(t)
	o.Manager = "/bin/false"
	_, err := local.Up(t.Context(), o)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !strings.Contains(err.Error(), "manager.log") {
		t.Errorf("Up() = %v, want the manager's exit and where its log is", err)
	}
	if diff := cmp.Diff([]string{"awssim.log", "controlplane.log", "manager.log"}, names(t, o.Dir)); diff != "" {
		t.Errorf("files left (-want +got):\n%s", diff)
	}
}

func TestBadOptionsAreRefusedBeforeAnythingStarts(t *testing.T) {
	tests := []struct {
		name   string
		change func(*local.Options)
		want   string
	}{
		{"no folder", func(o *local.Options) { o.Dir = "" }, "no folder"},
		{"a clock that is slower than life", func(o *local.Options) { o.Speed = 0.5 }, "at least 1"},
		{"a manager that is not there", func(o *local.Options) { o.Manager = "/does/not/exist" }, "/does/not/exist"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := options(t)
			test.change(&o)
			_, err := local.Up(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Up() = %v, want an error about %q", err, test.want)
			}
			if _, err := os.Stat(o.Dir); o.Dir != "" && !os.IsNotExist(err) {
				t.Errorf("the folder was made (error %v)", err)
			}
		})
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func shell(t *testing.T, dir, script string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", ". "+filepath.Join(dir, "env")+"; "+script).CombinedOutput()
	return string(out), err
}

func refuses(t *testing.T, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", u.Host); err == nil {
		_ = conn.Close()
		t.Errorf("something still listens on %s", u.Host)
	}
}
