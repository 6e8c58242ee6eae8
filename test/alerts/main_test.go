// Package alerts_test has Prometheus's own promtool judge the alerts, and keeps their pages
// in docs/runbooks complete. The tests of the alerts themselves are in *_test.yaml.
package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"flexgw.io/controller/test/alerts/promql"
)

// root is the project's folder as the tests of this package see it.
const root = "../.."

// tools are Prometheus's programs.
var tools promql.Tools

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "flexgw-alerts-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if tools, err = promql.Build(context.Background(), root, folder); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
