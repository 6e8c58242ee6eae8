// Package conformance_test has the simulator judged by programs that this project did not
// write: the AWS CLI, boto3 with botocore's parsers, waiters and paginators, and moto's
// server, which answers the same questions.
//
// They are Python programs. setup.sh installs them and prints where; the tests are skipped
// unless FLEXGW_CONFORMANCE names that folder. See "make conformance".
package conformance_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// venvVariable names the folder that setup.sh prints.
const venvVariable = "FLEXGW_CONFORMANCE"

// python is a Python environment with the packages of requirements.txt.
type python struct{ venv string }

// requirePython skips the test where there is no environment.
func requirePython(t *testing.T) python {
	t.Helper()
	venv := os.Getenv(venvVariable)
	if venv == "" {
		t.Skipf("%s is not set: needs Python; run make conformance", venvVariable)
	}
	if _, err := os.Stat(filepath.Join(venv, "bin", "python")); err != nil {
		t.Fatalf("%s=%s is not what setup.sh prints: %v", venvVariable, venv, err)
	}
	return python{venv: venv}
}

// startAWS serves a new simulated AWS whose time runs speed times as fast as life, and
// returns its URL.
func startAWS(t *testing.T, speed float64) string {
	t.Helper()
	sim, err := awssim.New(awssim.Options{Clock: clock.Scaled{Anchor: time.Now(), Speed: speed}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(func() {
		server.Close()
		sim.Close()
	})
	return server.URL
}

// environment leads AWS's clients to the endpoint and to nothing that belongs to the
// person who runs the test. home is an empty folder.
func (p python) environment(endpoint, home string, speed float64) []string {
	env := []string{
		"AWS_ENDPOINT_URL=" + endpoint,
		"AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=AKIA123456789012SIMU",
		"AWS_SECRET_ACCESS_KEY=not-a-secret",
		"AWS_EC2_METADATA_DISABLED=true",
		// A request that is refused is refused: no test wants it sent again.
		"AWS_MAX_ATTEMPTS=1",
		"FLEXGW_SPEED=" + strconv.FormatFloat(speed, 'g', -1, 64),
		"HOME=" + home,
		"PYTHONDONTWRITEBYTECODE=1",
		"PYTHONUNBUFFERED=1",
		"PATH=" + filepath.Join(p.venv, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
	for _, variable := range os.Environ() {
		// The locale and such; nothing of what is set above, and no proxy between two
		// programs of one machine.
		if strings.HasPrefix(variable, "LC_") || strings.HasPrefix(variable, "LANG=") || strings.HasPrefix(variable, "TMPDIR=") {
			env = append(env, variable)
		}
	}
	return env
}
