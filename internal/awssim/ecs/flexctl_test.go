package ecs

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFlexctl(t *testing.T) {
	const by = "--client-id=me --client-secret=secret "
	tests := []struct {
		name, line string
		away       bool
		refuses    error
		code       int
		says       string
		files      []string
	}{
		{name: "creates", line: "flexctl registration create " + by + "--organization o --environment e gw", files: []string{"registration.yaml"}},
		{name: "creates with a token", line: "flexctl registration create --token=t gw --output-directory /", files: []string{"registration.yaml"}},
		{name: "creates under its old name", line: "flexctl register --token=t gw", files: []string{"registration.yaml"}},
		{
			name: "creates two files", line: "mkdir /d; flexctl registration create --token=t --split=true --output-directory=/d gw && flexctl registration inspect --file=/d/registration.yaml",
			says: `{"expiration_date": "2001-01-01 00:00:00 +0000 UTC"}`, files: []string{"d/certificate.yaml", "d/registration.yaml"},
		},
		{name: "overwrites nothing", line: "printf x > registration.yaml; flexctl registration create --token=t gw", code: 1, says: "Error: file already exists", files: []string{"registration.yaml"}},
		{name: "wants an organization", line: "flexctl registration create " + by + "gw", code: 1, says: `Error: required flag(s) "organization", "environment" not set`},
		{name: "wants a name", line: "flexctl registration create --token=t", code: 1, says: "Error: accepts 1 arg(s), received 0"},
		{name: "wants credentials", line: "flexctl registration create --organization o --environment e gw", code: 1, says: "Error: either --token, or --client-id and --client-secret must be given"},
		{name: "says what the platform says", line: "flexctl registration create --token=t gw", refuses: errors.New("invalid_client"), code: 1, says: "Error: invalid_client"},
		{name: "needs a platform", line: "flexctl registration create --token=t gw", away: true, code: 1, says: "Error: cannot reach the control plane"},

		{
			name: "renews", line: "cp /given /registration.yaml; flexctl registration renew " + by + "--output-directory=/new /registration.yaml",
			says: "Registration renewal completed", files: []string{"new/registration.yaml", "registration.yaml"},
		},
		{
			name: "renews two files", line: "flexctl registration create --token=t --split gw; flexctl registration renew " + by + "--output-directory=/new /registration.yaml",
			says: "Registration renewal completed", files: []string{"certificate.yaml", "new/registration.yaml", "registration.yaml"},
		},
		{name: "renews into another directory", line: "flexctl registration renew --token=t /registration.yaml", code: 1, says: "Error: open /registration.yaml: no such file or directory"},
		{name: "renews no file over itself", line: "cp /given /registration.yaml; flexctl registration renew --token=t /registration.yaml", code: 1, says: "Error: file already exists", files: []string{"registration.yaml"}},

		{name: "inspects", line: "flexctl registration inspect --file /given", says: `{"expiration_date": "2001-01-01 00:00:00 +0000 UTC"}`},
		{name: "inspects what has a certificate", line: "printf 'kind: X' > /f; flexctl registration inspect --file /f", code: 1, says: "Error: the registration has no certificate", files: []string{"f"}},
		{name: "deletes", line: "flexctl registration delete --token=t --file=/given", says: "Registration deleted"},
		{name: "checks connections", line: "flexctl check connections --file=/given", says: "All connections are successful"},
		{name: "finds no connections", line: "flexctl check connections --file=/given", away: true, code: 1, says: "Error: cannot reach the control plane"},
		{name: "probes a gateway, and here is none", line: "flexctl probe --check=liveness", code: 1, says: "Error: the Flex Gateway agent is not running"},
		{name: "probes what there is", line: "flexctl probe --check=beauty", code: 1, says: `Error: invalid argument "beauty" for --check`},
		{name: "knows no other verbs", line: "flexctl run", code: 1, says: `Error: unknown command "run" for "flexctl"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				f := newFakeAnypoint(t, b.world.Now().AddDate(1, 0, 0))
				f.refuses = test.refuses
				if !test.away {
					b.deps.Anypoint = f
				}
				fs := newFiles(false)
				fs.mounts[0].dir = scratch{"given": []byte(f.file)}
				sh := &shell{files: fs, commands: withFileCommands("flexctl", runFlexctl), service: b.Service}
				if code := sh.run(test.line); code != test.code {
					t.Errorf("exit code = %d, want %d", code, test.code)
				}
				if out := strings.Join(sh.output(), "\n"); !strings.Contains(out, test.says) {
					t.Errorf("it printed %q, want %q", out, test.says)
				}
				if diff := cmp.Diff(append([]string{}, test.files...), append([]string{}, without(fs.mounts[0].dir.List(), "given")...)); diff != "" {
					t.Errorf("files (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func without(names []string, name string) []string {
	var rest []string
	for _, n := range names {
		if n != name {
			rest = append(rest, n)
		}
	}
	return rest
}
