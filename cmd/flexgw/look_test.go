package main

import (
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// made is the gateway in flight, with resources.
func made() *v1alpha1.FlexGatewayDeployment {
	gw := inFlight()
	gw.UID = "uid-dev"
	gw.Status.Account, gw.Status.Region = "123456789012", "us-east-1"
	gw.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: "False", Reason: "RollingOut", Message: "1 of 2 tasks running", ObservedGeneration: 3}}
	gw.Status.Resources = []v1alpha1.ResourceStatus{
		{Kind: "Cluster", Name: "cluster", ID: "arn:aws:ecs:us-east-1:123456789012:cluster/blue", State: "Ready"},
		{Kind: "Service", Name: "gateway", ID: "arn:aws:ecs:us-east-1:123456789012:service/blue/dev", State: "Waiting", Reason: "1 of 2 tasks running"},
	}
	return gw
}

func TestAWordThatIsNoCommandIsAnErrorAndNoHelp(t *testing.T) {
	for _, args := range []string{"nonsense", "rollout statsu dev", "sim nonsense", "sim fault nonsense", "sim anypoint nonsense", "sim anypoint fault nonsense"} {
		out, err := flexgw(t, strings.Fields(args)...)
		if exitCode(err) != 1 || err == nil || !strings.Contains(err.Error(), "unknown command") || out != "" {
			t.Errorf("%s: exit code %d, error %v, output\n%s", args, exitCode(err), err, out)
		}
	}
	if out, err := flexgw(t, "rollout"); err != nil || !strings.Contains(out, "flexgw rollout [command]") {
		t.Errorf("without a word: error %v, output\n%s", err, out)
	}
}

func TestCommandsThatLookSayWhatTheObjectHasAndWriteNothing(t *testing.T) {
	for _, test := range []struct {
		args string
		line string
		code int
	}{
		{"status dev", `flex/dev  not ready  RollingOut`, 2},
		{"status dev -o json", `  "reason": "RollingOut",`, 2},
		{"status", `dev +no +RollingOut .*`, 2},
		{"status -A", `flex +dev +no +RollingOut .*`, 2},
		{"tree dev", `└── Cluster/cluster .*`, 0},
		{"tree fgd/dev --links", ` +└── Service/gateway .* https://console\.aws\.amazon\.com/ecs/v2/clusters/blue/services/dev/health\?region=us-east-1 .*`, 0},
		{"tree dev -o yaml", `kind: FlexGatewayDeployment`, 0},
		{"resources dev", `Service +gateway +Waiting .* 1 of 2 tasks running`, 0},
		{"resources dev -o arn", `arn:aws:ecs:us-east-1:123456789012:service/blue/dev`, 0},
		{"events dev", `.* +3 +Normal +Created +Cluster/cluster: blue`, 0},
		{"diagram dev", `<svg .*`, 0},
	} {
		t.Run(test.args, func(t *testing.T) {
			a := newClusterAPI(t, made())
			a.events = []corev1.Event{{Type: "Normal", Reason: "Created", Message: "Cluster/cluster: blue", Count: 3}}
			out, err := flexgw(t, append(strings.Fields(test.args), "--namespace=flex")...)
			if exitCode(err) != test.code || err != nil && err.Error() != "" {
				t.Errorf("exit code %d, error %v, want %d", exitCode(err), err, test.code)
			}
			says(t, out, nil, test.line)
			if len(a.patches) != 0 {
				t.Errorf("patches %v", a.patches)
			}
			for _, selector := range a.selectors {
				if selector != "involvedObject.uid=uid-dev" {
					t.Errorf("asked for the events of %q", selector)
				}
			}
		})
	}
}

func TestWrongUsageOfTheCommandsThatLookIsAnError(t *testing.T) {
	newClusterAPI(t, made())
	for _, args := range []string{
		"status dev -A", "status --watch", "status dev --watch -o json", "status dev -o wide", "tree", "tree dev -o arn", "events dev -f -o json",
		"resources dev -o xml", "diagram dev -o dev.gif", "logs dev --tail -2", "logs dev --previous -f", "logs dev --since -1m", "logs dev --container nope", "logs dev --container keeper --previous", "tree missing",
	} {
		if _, err := flexgw(t, append(strings.Fields(args), "--namespace=flex")...); exitCode(err) != 1 {
			t.Errorf("%s: exit code %d, error %v, want 1", args, exitCode(err), err)
		}
	}
}

func TestADiagramsFileIsWhereItWasAskedFor(t *testing.T) {
	newClusterAPI(t, made())
	file := filepath.Join(t.TempDir(), "dev.svg")
	if _, err := flexgw(t, "diagram", "dev", "-n", "flex", "-o", file); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(read(t, file), "<svg ") {
		t.Error("no SVG is in the file")
	}
}

func TestShellsCompleteTheCommandsThatLook(t *testing.T) {
	newClusterAPI(t, made())
	for args, want := range map[string]string{
		"status -n flex": "dev\n:4\n", "tree -n flex": "dev\n:4\n", "resources -n flex": "dev\n:4\n", "events -n flex": "dev\n:4\n",
		"logs -n flex": "dev\n:4\n", "diagram -n flex": "dev\n:4\n",
		"logs dev -n flex --task":      "1111111111111111\tus-east-1a,\n:4\n",
		"resources dev -n flex -o":     "text\nwide\njson\nyaml\narn\n:4\n",
		"logs dev -n flex --container": "flex-gateway\nflexctl\nkeeper\nregistration-writer\n:4\n",
	} {
		out, err := flexgw(t, append(append([]string{"__complete"}, strings.Fields(args)...), "")...)
		if words, _, _ := strings.Cut(out, "Completion ended"); err != nil || words != want {
			t.Errorf("%s: %q, error %v, want %q", args, words, err, want)
		}
	}
}
