package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/rolloutcli"
)

func TestRolloutCommandsWriteWhatTheySay(t *testing.T) {
	for _, test := range []struct {
		args  []string
		says  string
		patch string
	}{
		{[]string{"undo", "dev"}, `flex/dev goes back to revision 7:`, `{"metadata":{"resourceVersion":"42"},"spec":{"image":"flex-gateway:1\.12\.3"}}`},
		{[]string{"undo", "dev", "--to-revision", "7"}, `flex/dev goes back to revision 7:`, `{"metadata":{"resourceVersion":"42"},"spec":{"image":"flex-gateway:1\.12\.3"}}`},
		{[]string{"restart", "dev"}, `flex/dev restarts: .*`, `{"spec":{"rollout":{"restartedAt":"20..-..-..T..:..:..Z"}}}`},
		{[]string{"pause", "dev"}, `The rollouts of flex/dev are paused: .*`, `{"spec":{"rollout":{"paused":true}}}`},
		{[]string{"abort", "dev"}, `ECS is asked to give revision 8 of flex/dev up .*`, `{"metadata":{"annotations":{"flexgw\.io/abort":"ecs-svc/8"}}}`},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			a := newClusterAPI(t, inFlight())
			out, err := flexgw(t, append([]string{"rollout", "-n", "flex"}, test.args...)...)
			says(t, out, err, test.says)
			if len(a.patches) != 1 || !regexp.MustCompile("^"+test.patch+"$").MatchString(a.patches[0]) {
				t.Fatalf("patches %v, want one of the form %s", a.patches, test.patch)
			}
			if got := a.queries[0].Get("fieldManager"); got != "kubectl-flexgw" {
				t.Errorf("field manager %q", got)
			}
		})
	}
}

func TestRolloutCommandsThatOnlyLookOrDoNothingWriteNothing(t *testing.T) {
	for args, line := range map[string]string{
		"rollout history dev":         `7 +Serving +flex-gateway:1\.12\.3 .*`,
		"rollout history dev -o yaml": `- image: flex-gateway:1\.13\.0`,
		"rollout undo dev --dry-run":  `{"metadata":{"resourceVersion":"42"},"spec":{"image":"flex-gateway:1\.12\.3"}}`,
		"rollout resume dev":          `The rollouts of flex/dev are not paused\.`,
		"top dev":                     `11111111 +us-east-1a +- +- +healthy +RUNNING +7`,
	} {
		t.Run(args, func(t *testing.T) {
			a := newClusterAPI(t, inFlight())
			out, err := flexgw(t, append(strings.Fields(args), "--namespace=flex")...)
			says(t, out, err, line)
			if len(a.patches) != 0 {
				t.Errorf("patches %v", a.patches)
			}
		})
	}
}

func TestTheNamespaceIsTheContextsUnlessOneIsGiven(t *testing.T) {
	newClusterAPI(t, inFlight())
	for args, found := range map[string]bool{
		"top dev": false, "top dev -n flex": true, "top dev --context flex": true, "top dev --context flex -n default": false,
	} {
		out, err := flexgw(t, strings.Fields(args)...)
		switch {
		case found:
			says(t, out, err, `flex/dev .*`)
		case err == nil || !strings.HasSuffix(err.Error(), "in the namespace default"):
			t.Errorf("%s: error %v, want that it is not in the namespace default", args, err)
		}
	}
}

func TestRolloutExitCodesAreThoseThatAreDocumented(t *testing.T) {
	for args, want := range map[string]int{
		"rollout status dev -n flex --watch=false":     rolloutcli.CodeUnfinished,
		"rollout status dev -n flex --timeout 100ms":   rolloutcli.CodeUnfinished,
		"rollout status missing -n flex":               rolloutcli.CodeError,
		"rollout status dev extra":                     rolloutcli.CodeError,
		"rollout status dev --context none":            rolloutcli.CodeError,
		"rollout status":                               rolloutcli.CodeError,
		"rollout history dev -n flex -o xml":           rolloutcli.CodeError,
		"rollout undo dev -n flex --to-revision 0":     rolloutcli.CodeError,
		"rollout undo dev -n flex --to-revision 3":     rolloutcli.CodeError,
		"rollout undo dev -n flex --to-revision 8":     rolloutcli.CodeError,
		"top dev -n flex --kubeconfig /nowhere/at/all": rolloutcli.CodeError,
		"rollout history dev -n flex":                  rolloutcli.CodeServed,
	} {
		t.Run(args, func(t *testing.T) {
			a := newClusterAPI(t, inFlight())
			if _, err := flexgw(t, strings.Fields(args)...); rolloutcli.ExitCode(err) != want {
				t.Errorf("exit code %d, error %v, want %d", rolloutcli.ExitCode(err), err, want)
			}
			if len(a.patches) != 0 {
				t.Errorf("patches %v", a.patches)
			}
		})
	}
}

func TestShellsCompleteGatewaysAndRevisions(t *testing.T) {
	newClusterAPI(t, inFlight())
	for args, want := range map[string]string{
		"rollout status -n flex":                 "dev\n:4\n",
		"top -n flex":                            "dev\n:4\n",
		"rollout undo dev -n flex --to-revision": "8\tflex-gateway:1.13.0, InProgress\n7\tflex-gateway:1.12.3, Serving\n:4\n",
		"rollout status -n empty":                ":4\n",
		"rollout status --kubeconfig /nowhere":   ":1\n",
	} {
		out, err := flexgw(t, append(append([]string{"__complete"}, strings.Fields(args)...), "")...)
		if err != nil {
			t.Errorf("%s: %v", args, err)
		}
		words, _, _ := strings.Cut(out, "Completion ended")
		if diff := cmp.Diff(want, words); diff != "" {
			t.Errorf("%s (-want +got):\n%s", args, diff)
		}
	}
}

func TestAsAPluginTheUsageSaysWhatKubectlsUserTypes(t *testing.T) {
	for program, want := range map[string]string{
		"/usr/local/bin/kubectl-flexgw": "kubectl flexgw", "kubectl-flexgw.exe": "kubectl flexgw",
		"bin/flexgw": "flexgw", "/usr/local/bin/kubectl-flexgw/flexgw": "flexgw",
	} {
		for _, command := range []string{"rollout status", "top", "sim clock", "status", "tree", "logs", "diagram"} {
			var out strings.Builder
			c := calledAs(newRootCommand(), program)
			c.SetArgs(append(strings.Fields(command), "--help"))
			c.SetOut(&out)
			if err := c.ExecuteContext(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(out.String(), "\n") {
				if typed := strings.TrimSpace(line); strings.HasPrefix(typed, "flexgw ") || strings.HasPrefix(typed, "kubectl ") {
					if !strings.HasPrefix(typed, want+" "+command) {
						t.Errorf("as %s, %s --help has the line %q", program, command, line)
					}
				}
			}
			if usage := "Usage:\n  " + want + " " + command + " "; !strings.Contains(out.String(), usage) {
				t.Errorf("as %s, the usage is not %q:\n%s", program, usage, out.String())
			}
		}
	}
}
