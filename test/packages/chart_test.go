package packages_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// roleARN is a role for service accounts.
const roleARN = "arn:aws:iam::123456789012:role/flexgw-manager"

// everything turns on what the chart leaves out by default.
var everything = []string{
	"networkPolicy.enabled=true", "aws.region=eu-central-1", "aws.roleARN=" + roleARN, "image.repository=registry.example.com/flexgw-manager",
	"image.digest=sha256:" + digest, "imagePullSecrets[0].name=registry", "priorityClassName=system-cluster-critical",
	"extraArgs[0]=--zap-encoder=console", "extraEnv[0].name=HTTPS_PROXY", "extraEnv[0].value=http://proxy.example.com:3128",
	"extraEnvFrom[0].configMapRef.name=proxy", "extraVolumes[0].name=ca", "extraVolumes[0].configMap.name=ca",
	"extraVolumeMounts[0].name=ca", "extraVolumeMounts[0].mountPath=/etc/ca", "nodeSelector.pool=system",
	"tolerations[0].operator=Exists", "podLabels.team=gateways", "podAnnotations.note=x", "commonLabels.owner=platform",
	"serviceAccount.annotations.note=x", "crds.annotations.note=x", "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.metrics=x",
	"networkPolicy.extraEgress[0].ports[0].port=3128", "podDisruptionBudget.maxUnavailable=50%", "metrics.service.annotations.note=x",
	"metrics.dashboard.enabled=true", "metrics.dashboard.annotations.grafana_folder=Gateways",
}

// digest is the number of an image.
const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// installs are the values of the installations that the documents describe.
var installs = map[string][]string{
	"default":            nil,
	"irsa":               {"aws.region=us-east-1", "aws.roleARN=" + roleARN},
	"static credentials": {"aws.region=us-east-1", "aws.credentialsSecret.name=flexgw-aws"},
	"namespaced":         {"watchNamespace=flex"},
	"without the CRD":    {"crds.install=false"},
	"alone":              {"replicaCount=1", "podDisruptionBudget.enabled=false", "metrics.enabled=false", "topologySpread=false"},
	"brought rights":     {"rbac.create=false", "serviceAccount.create=false", "serviceAccount.name=flexgw"},
	"no people's rights": {"rbac.userRoles=false"},
	"everything":         everything,
}

func TestTheChartPassesHelmsLint(t *testing.T) {
	for name, set := range installs {
		t.Run(name, func(t *testing.T) {
			args := []string{"lint", chart, "--strict", "--namespace", system}
			measured := yes(!slices.Contains(set, "metrics.enabled=false"))
			for _, value := range append(set, "metrics.serviceMonitor.enabled="+measured, "metrics.prometheusRule.enabled="+measured) {
				args = append(args, "--set", value)
			}
			must(t, "helm", args...)
		})
	}
}

func yes(b bool) string { return map[bool]string{true: "true", false: "false"}[b] }

// always are the objects that every installation has.
var always = []string{"Deployment/flexgw-manager"}

func TestTheChartHasTheObjectsThatItsValuesAskFor(t *testing.T) {
	rights := func(scope string) []string {
		return []string{
			scope + "Role/flexgw-manager", scope + "RoleBinding/flexgw-manager",
			"Role/flexgw-manager-leader-election", "RoleBinding/flexgw-manager-leader-election", "ServiceAccount/flexgw-manager",
		}
	}
	people := []string{"ClusterRole/flexgw-viewer", "ClusterRole/flexgw-editor"}
	crd := []string{"CustomResourceDefinition/flexgatewaydeployments.flexgw.io"}
	around := []string{"Service/flexgw-manager-metrics", "PodDisruptionBudget/flexgw-manager"}
	complete := slices.Concat(always, rights("Cluster"), people, crd, around)
	want := map[string][]string{
		"default":            complete,
		"irsa":               complete,
		"static credentials": complete,
		"namespaced":         slices.Concat(always, rights(""), crd, around),
		"without the CRD":    slices.Concat(always, rights("Cluster"), people, around),
		"alone":              slices.Concat(always, rights("Cluster"), people, crd),
		"brought rights":     slices.Concat(always, crd, around),
		"no people's rights": slices.Concat(always, rights("Cluster"), crd, around),
		"everything":         slices.Concat(complete, []string{"NetworkPolicy/flexgw-manager", "ConfigMap/flexgw-dashboard"}),
	}
	for name, set := range installs {
		t.Run(name, func(t *testing.T) {
			got := slices.Sorted(maps.Keys(template(t, set...).kinds()))
			slices.Sort(want[name])
			if diff := cmp.Diff(want[name], got); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheChartsManagersAreTwoHardenedAndElectALeader(t *testing.T) {
	all := template(t)
	d := as[appsv1.Deployment](t, all.find(t, "Deployment", "flexgw-manager"))
	if *d.Spec.Replicas != 2 {
		t.Errorf("there are %d managers, want 2", *d.Spec.Replicas)
	}
	pod := d.Spec.Template.Spec
	if len(pod.TopologySpreadConstraints) != 2 {
		t.Errorf("managers are spread by %v, want zones and nodes", pod.TopologySpreadConstraints)
	}
	if args := pod.Containers[0].Args; !slices.Contains(args, "--leader-elect=true") {
		t.Errorf("the manager's flags are %q, want leader election", args)
	}
	if root := pod.Containers[0].SecurityContext.ReadOnlyRootFilesystem; root == nil || !*root {
		t.Error("the root file system can be written to")
	}
	budget := as[policyv1.PodDisruptionBudget](t, all.find(t, "PodDisruptionBudget", "flexgw-manager"))
	service := as[corev1.Service](t, all.find(t, "Service", "flexgw-manager-metrics"))
	labels := d.Spec.Template.Labels
	for what, selector := range map[string]map[string]string{
		"the Deployment": d.Spec.Selector.MatchLabels, "the PodDisruptionBudget": budget.Spec.Selector.MatchLabels, "the Service": service.Spec.Selector,
	} {
		if !within(selector, labels) {
			t.Errorf("%s selects %v, and the pods have %v", what, selector, labels)
		}
	}
}

// within is whether labels has all of selector, which is not empty.
func within(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}

func TestTheChartGivesTheManagerCredentialsTheWayThatItsValuesSay(t *testing.T) {
	fromSecret := func(name, key string, optional *bool) corev1.EnvVar {
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "flexgw-aws"}, Key: key, Optional: optional,
		}}}
	}
	region, missing := corev1.EnvVar{Name: "AWS_REGION", Value: "us-east-1"}, true
	tests := []struct {
		install string
		more    []string
		env     []corev1.EnvVar
		notes   map[string]string // annotations of the ServiceAccount
	}{
		{install: "default"},
		{install: "irsa", env: []corev1.EnvVar{region}, notes: map[string]string{"eks.amazonaws.com/role-arn": roleARN}},
		{
			install: "static credentials", more: []string{"aws.credentialsSecret.accessKeyIDKey=id"},
			env: []corev1.EnvVar{
				region, fromSecret("AWS_ACCESS_KEY_ID", "id", nil),
				fromSecret("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", nil),
				fromSecret("AWS_SESSION_TOKEN", "AWS_SESSION_TOKEN", &missing),
			},
		},
	}
	for _, test := range tests {
		t.Run(test.install, func(t *testing.T) {
			all := template(t, append(test.more, installs[test.install]...)...)
			d := as[appsv1.Deployment](t, all.find(t, "Deployment", "flexgw-manager"))
			if diff := cmp.Diff(test.env, d.Spec.Template.Spec.Containers[0].Env); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
			account := all.find(t, "ServiceAccount", "flexgw-manager")
			if diff := cmp.Diff(test.notes, account.GetAnnotations()); diff != "" {
				t.Errorf("annotations of the ServiceAccount (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheNetworkPolicyLetsTheMetricsInAndHTTPSOut(t *testing.T) {
	p := as[networkingv1.NetworkPolicy](t, template(t, "networkPolicy.enabled=true").find(t, "NetworkPolicy", "flexgw-manager"))
	if len(p.Spec.Ingress) != 1 || p.Spec.Ingress[0].Ports[0].Port.String() != "metrics" {
		t.Errorf("ingress is %v, want the port metrics", p.Spec.Ingress)
	}
	out := map[string]bool{}
	for _, rule := range p.Spec.Egress {
		for _, port := range rule.Ports {
			out[string(*port.Protocol)+" "+port.Port.String()] = true
		}
	}
	want := []string{"TCP 443", "TCP 53", "TCP 6443", "TCP 80", "UDP 53"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(out))); diff != "" {
		t.Errorf("ports of egress (-want +got):\n%s", diff)
	}
}

func TestTheServiceMonitorReadsThePortOfTheService(t *testing.T) {
	all := template(t, "metrics.serviceMonitor.enabled=true", "metrics.serviceMonitor.labels.release=prometheus", "metrics.port=9090")
	service := as[corev1.Service](t, all.find(t, "Service", "flexgw-manager-metrics"))
	monitor := all.find(t, "ServiceMonitor", "flexgw-manager")
	selector, _, err := unstructured.NestedStringMap(monitor.Object, "spec", "selector", "matchLabels")
	if err != nil {
		t.Fatal(err)
	}
	if !within(selector, service.Labels) {
		t.Errorf("it selects %v, and the Service has %v", selector, service.Labels)
	}
	endpoints, _, err := unstructured.NestedSlice(monitor.Object, "spec", "endpoints")
	if err != nil || len(endpoints) != 1 {
		t.Fatalf("endpoints are %v: %v", endpoints, err)
	}
	if port := endpoints[0].(map[string]any)["port"]; port != service.Spec.Ports[0].Name {
		t.Errorf("it reads the port %v, and the Service has %s", port, service.Spec.Ports[0].Name)
	}
	if monitor.GetLabels()["release"] != "prometheus" || service.Spec.Ports[0].Port != 9090 {
		t.Errorf("its labels are %v, the Service's port is %d", monitor.GetLabels(), service.Spec.Ports[0].Port)
	}
}
