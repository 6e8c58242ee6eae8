package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// aGateway is a file with a gateway of this name.
func aGateway(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".yaml")
	text := "apiVersion: flexgw.io/v1alpha1\nkind: FlexGatewayDeployment\nmetadata: {name: " + name + "}\n" +
		"spec: {region: us-east-1, registration: {secretRef: {name: registration}}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// planning runs the program with arguments, on an AWS that does not answer.
func planning(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	for key, value := range map[string]string{
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1", "AWS_REGION": "us-east-1", "AWS_CA_BUNDLE": "",
		"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_PROFILE": "",
	} {
		t.Setenv(key, value)
	}
	var stdout, stderr bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	code = execute(t.Context(), root)
	return code, stdout.String(), stderr.String()
}

func TestEveryFileIsPlannedFor(t *testing.T) {
	first, second := aGateway(t, "first"), aGateway(t, "second")
	code, out, errs := planning(t, "plan", "--offline", "-f", first, "-f", second)
	if code != 1 || !strings.Contains(out, "default/first: ") || !strings.Contains(out, "default/second: ") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if code, out, errs = planning(t, "plan", "--offline", "-f", first, "-f", first); code != 1 || out != "" || !strings.Contains(errs, "default/first stands in the file twice") {
		t.Errorf("the same file twice: exit code %d\n%s%s", code, out, errs)
	}
	if code, _, errs = planning(t, "plan", "--offline", "-f", first, "-f", filepath.Join(t.TempDir(), "none")); code != 1 || !strings.Contains(errs, "no such file") {
		t.Errorf("a file that is not there: exit code %d\n%s", code, errs)
	}
}

func TestAFaultOfTheProgramIsNoPlanWithChanges(t *testing.T) {
	var stderr bytes.Buffer
	root := &cobra.Command{Use: "flexgw", Run: func(*cobra.Command, []string) { panic("out of range") }}
	root.SetArgs(nil)
	root.SetErr(&stderr)
	if code := execute(t.Context(), root); code != 1 || !strings.Contains(stderr.String(), "flexgw: a fault of this program: out of range") {
		t.Errorf("exit code %d, stderr\n%s", code, stderr.String())
	}
}
