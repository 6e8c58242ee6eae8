// Package clustertest gives tests a real Kubernetes API.
package clustertest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"flexgw.io/controller/internal/localcluster"
)

// Start starts a control plane for one test and stops it at the end. Where several
// tests can share one, Main is cheaper: a start takes seconds.
func Start(t testing.TB, o localcluster.Options) *localcluster.Cluster {
	t.Helper()
	c, err := localcluster.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("start a local cluster: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stop the local cluster: %v", err)
		}
	})
	return c
}

// Main runs a package's tests with one control plane for all of them, and returns
// the exit code for os.Exit. use is called before the tests:
//
//	var cluster *localcluster.Cluster
//
//	func TestMain(m *testing.M) {
//		os.Exit(clustertest.Main(m, localcluster.Options{}, func(c *localcluster.Cluster) { cluster = c }))
//	}
func Main(m *testing.M, o localcluster.Options, use func(*localcluster.Cluster)) (code int) {
	c, err := localcluster.Start(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "start a local cluster:", err)
		return 1
	}
	defer func() {
		if err := c.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the local cluster:", err)
			code = max(code, 1)
		}
	}()
	use(c)
	return m.Run()
}
