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
		{line: `printf '%s\n' a${NAME}b '$NAME'`, out: "avalueb\n$NAME"},
		{line: `printf '%s' '$NAME' > /f && cat /f`, out: "$NAME", wrote: "$NAME"},
		{line: `cat /none && printf done`, code: 1, out: "cat: can't open '/none': no such file or directory"},
		{line: `cat /none; printf done`, out: "cat: can't open '/none': no such file or directory\ndone"},
		{line: `set -e; cat /none; printf done`, code: 1, out: "cat: can't open '/none': no such file or directory"},
		{line: `set -e; test -s /f && printf yes; printf no`, out: "no"},
		{line: `[ -f /f ] || printf x > /f`, wrote: "x"},
		{line: `printf x > /f; test -s /f && printf full`, out: "full", wrote: "x"},
		{line: "printf x > /a\ncp /a /f; rm -f /a /b; test -f /a", code: 1, wrote: "x"},
		{line: `rm /b`, code: 1, out: "rm: can't remove '/b': no such file or directory"},
		{line: `set -u; printf '%s' "$MISSING"`, code: 1, out: "MISSING: unbound variable"},
		{line: `printf '%s' "$MISSING" > /f; test -s /f`, code: 1},
		{line: `printf a > /f; printf b >> /f; printf c > /dev/null`, wrote: "ab"},
		{line: `mkdir /d && test -d /d && printf x > /d/a && mv /d/a /f; mkdir -p /d; mkdir /d`, code: 1, wrote: "x", out: "mkdir: can't create directory '/d': file exists"},
		{line: `said=$(cat /none 2>&1); printf '%s!' "$said" > /f`, wrote: "cat: can't open '/none': no such file or directory!"},
		{line: "if said=`cat /none 2>&1`; then exit 3; fi\ncase \"$said\" in\n*'no such'*) exit 70 ;;\nesac\nexit 1", code: 70},
		{line: `set -u; umask 077; for n in a b; do printf %s $n; done`, out: "ab"},
		{line: `f() { printf "$1"; return 4; }; f x`, code: 4, out: "x"},
		{line: `cd /etc; pwd`, out: "cd: no such file or directory: \"/etc\"\n/"},
		{line: `printf '%s' /*`, out: "/*"},
		// The interpreter keeps its own named pipes under such names, on the machine's disk.
		{line: `printf x > /tmp/sh-interp-1 && cat /tmp/sh-interp-1`, out: "x"},
		{line: `test -e /etc/passwd || cat /proc/self/environ`, code: 1, out: "cat: can't open '/proc/self/environ': no such file or directory"},

		{line: `curl example.com`, code: 127, out: "sh: curl: not found"},
		{line: `printf x > /f; curl example.com > /f`, code: 127, out: "sh: curl: not found"},
		{line: `run=curl; $run example.com; printf x > /f`, code: 127, out: "sh: curl: not found"},
		{line: `run=source; $run /etc/profile`, code: 127, out: "sh: source: not found"},
		{line: `printf x | cat`, code: 127, out: "sh: |: not found"},
		{line: `cat < /f`, code: 127, out: "sh: <: not found"},
		{line: `cat /f &`, code: 127, out: "sh: &: not found"},
		{line: `command -v sh`, code: 127, out: "sh: command: not found"},
		{line: `printf $$`, code: 127, out: "sh: $$: not found"},
		{line: `test -O /f`, code: 127, out: "sh: test -O: not found"},
		{line: `cat ~root/f`, code: 127, out: "sh: ~root/f: not found"},
		{line: `while true; do x=1; done`, code: 2, out: "sh: the simulator runs no more than 100000 statements of a script"},
		{line: `printf 'x`, code: 2, out: "sh: syntax error: 1:8: reached EOF without closing quote `'`"},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			sh := &shell{env: map[string]string{"NAME": "value"}, files: newFiles(false), commands: fileCommands}
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
