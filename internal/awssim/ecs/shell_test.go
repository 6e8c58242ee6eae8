package ecs

import (
	"strings"
	"testing"
)

func TestTheShell(t *testing.T) {
	tests := []struct {
		line  string
		code  int
		out   string
		wrote string
	}{
		{line: `printf '%s' "$NAME" > /f`, wrote: "value"},
		{line: `printf '%s\n' a${NAME}b '$NAME'`, out: "avalueb"},
		{line: `printf '%s' '$NAME' > /f && cat /f`, out: "$NAME", wrote: "$NAME"},
		{line: `cat /none && printf done`, code: 1, out: "sh: cat: can't open '/none': no such file or directory"},
		{line: `cat /none; printf done`, out: "sh: cat: can't open '/none': no such file or directory\ndone"},
		{line: `set -e; cat /none; printf done`, code: 1, out: "sh: cat: can't open '/none': no such file or directory"},
		{line: `set -e; test -s /f && printf yes; printf no`, out: "no"},
		{line: `[ -f /f ] || printf x > /f`, wrote: "x"},
		{line: `printf x > /f; test -s /f && printf full`, out: "full", wrote: "x"},
		{line: "printf x > /a\ncp /a /f; rm -f /a /b; test -f /a", code: 1, wrote: "x"},
		{line: `rm /b`, code: 1, out: "sh: rm: can't remove '/b': no such file or directory"},
		{line: `set -u; printf '%s' "$MISSING" > /f`, code: 2, out: "sh: MISSING: parameter not set"},
		{line: `printf '%s' "$MISSING" > /f; test -s /f`, code: 1},
		{line: `curl example.com`, code: 127, out: "sh: curl: not found"},
		{line: `curl example.com; printf x > /f`, code: 127, out: "sh: curl: not found"},
		{line: `printf x | cat`, code: 127, out: "sh: |: not found"},
		{line: "printf `cat /f`", code: 127, out: "sh: `: not found"},
		{line: `printf $(cat /f)`, code: 127, out: "sh: (: not found"},
		{line: `printf 'x`, code: 2, out: "sh: syntax error: unterminated quoted string"},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			sh := &shell{env: map[string]string{"NAME": "value"}, files: newFiles(false)}
			if code := sh.run(test.line); code != test.code {
				t.Errorf("exit code = %d, want %d", code, test.code)
			}
			if out := strings.Join(sh.output(), "\n"); out != test.out {
				t.Errorf("output = %q, want %q", out, test.out)
			}
			if data, _ := sh.files.read("/f"); string(data) != test.wrote {
				t.Errorf("/f = %q, want %q", data, test.wrote)
			}
		})
	}
}

func TestWhatIsARegistration(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"alone", testRegistration, true},
		{"among other documents", "kind: Configuration\nspec:\n  probe: {enabled: true}\n---\n" + testRegistration + "---\nkind: Secret\n", true},
		{"with line ends of Windows", strings.ReplaceAll("---\n"+testRegistration, "\n", "\r\n"), true},
		{"of another kind", strings.Replace(testRegistration, "Configuration", "Secret", 1), false},
		{"without an agent", "kind: Configuration\nspec:\n  platformConnection: {}\n", false},
		{"with a broken document", testRegistration + "---\n\tnot: [yaml\n", false},
		{"just text", "registration", false},
		{"nothing", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, ok := registeredAgent([]byte(test.text)); ok != test.want {
				t.Errorf("registration = %v, want %v", ok, test.want)
			}
		})
	}
}

func TestWhichImagesThereAre(t *testing.T) {
	tests := map[string]bool{
		"docker.io/mulesoft/flex-gateway:1.12.3":                         true,
		"mulesoft/flex-gateway":                                          true,
		"mulesoft/flex-gateway:latest":                                   true,
		"mulesoft/flex-gateway:1.6.0":                                    true,
		"mulesoft/flex-gateway:1.14.2":                                   true,
		"mulesoft/flex-gateway:1.15.0":                                   false,
		"mulesoft/flex-gateway:1.5.0":                                    false,
		"mulesoft/flex-gateway:1.12":                                     false,
		"mulesoft/flex-gateway:nightly":                                  false,
		"mulesoft/flex-gateway@sha256:" + strings.Repeat("a", 64):        true,
		"mulesoft/flex-gateway:1.12.3@sha256:" + strings.Repeat("0", 64): true,
		"mulesoft/flex-gateway@sha256:short":                             false,
		"flex-gateway:1.12.3":                                            false,
		"registry.example.com:5000/mulesoft/flex-gateway":                false,
	}
	for name, want := range tests {
		repository, tag, digest := splitImage(name)
		if got := repository == gatewayRepository && hasImage(tag, digest); got != want {
			t.Errorf("%s can be pulled = %v, want %v", name, got, want)
		}
	}
}
