package packages_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

func TestTheNetworkPolicyLetsHTTPSGoEverywhereUnlessTheValuesSayWhere(t *testing.T) {
	// Everywhere has no peers: to Cilium, a block of all addresses has no node in it.
	for want, set := range map[string][]string{"": nil, "10.0.0.0/8": {"networkPolicy.httpsTo[0].ipBlock.cidr=10.0.0.0/8"}} {
		p := as[networkingv1.NetworkPolicy](t, template(t, append(set, "networkPolicy.enabled=true")...).find(t, "NetworkPolicy", "flexgw-manager"))
		https := p.Spec.Egress[1]
		got := ""
		for _, peer := range https.To {
			got += peer.IPBlock.CIDR
		}
		if https.Ports[0].Port.String() != "443" || got != want {
			t.Errorf("port %s goes to %q, want 443 to %q", https.Ports[0].Port, got, want)
		}
	}
}

func TestAWatchIsTurnedOffByZeroAndLeftToTheManagerByNothing(t *testing.T) {
	for value, want := range map[string]bool{"0": true, "0s": true, "5m": true, "": false, "null": false} {
		all := template(t, "manager.watchEvery="+value, "manager.anypointEvery="+value)
		args := as[appsv1.Deployment](t, all.find(t, "Deployment", "flexgw-manager")).Spec.Template.Spec.Containers[0].Args
		for _, flag := range []string{"--watch-every=", "--anypoint-every="} {
			if slices.Contains(args, flag+value) != want || !want && strings.Contains(strings.Join(args, " "), flag) {
				t.Errorf("%q: flags %q, want %s%s among them: %v", value, args, flag, value, want)
			}
		}
	}
}

func TestAnotherNameThatKeepsTheDeploymentIsRefusedUntilItIsDeleted(t *testing.T) {
	install(t, system, "fullnameOverride=flexgw")
	upgrade := []string{"upgrade", "flexgw", chart, "--namespace", system, "--set", "fullnameOverride=flexgw,nameOverride=another"}
	_, stderr, err := output(t.Context(), "helm", upgrade...)
	if err == nil || !strings.Contains(stderr, "field is immutable") {
		t.Fatalf("helm upgrade: %v\n%s", err, stderr)
	}
	if err := stack.Kube.Delete(t.Context(), deployment(t, system)); err != nil {
		t.Fatal(err)
	}
	must(t, "helm", upgrade...)
	if d := deployment(t, system); d == nil || d.Spec.Selector.MatchLabels["app.kubernetes.io/name"] != "another" {
		t.Errorf("after the upgrade there is %v", d)
	}
}

func TestTheChartMayBeAPartOfAnother(t *testing.T) {
	whole := t.TempDir()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.CopyFS(filepath.Join(whole, "charts/flexgw"), os.DirFS(chart)))
	must(os.WriteFile(filepath.Join(whole, "Chart.yaml"), []byte("apiVersion: v2\nname: platform\nversion: 0.1.0\n"+
		"dependencies: [{name: flexgw, version: 0.0.0, condition: flexgw.enabled}]\n"), 0o600))
	for enabled, want := range map[string]int{"true": 1, "false": 0} {
		stdout, stderr, err := output(t.Context(), "helm", "template", "platform", whole, "--set", "flexgw.enabled="+enabled, "--set", "global.team=x")
		must(err)
		if got := strings.Count(stdout, "\nkind: Deployment\n"); got != want {
			t.Errorf("with flexgw.enabled=%s there are %d Deployments, want %d\n%s", enabled, got, want, stderr)
		}
	}
}
