package packages_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"flexgw.io/controller/test/alerts/promql"
)

func TestChartAndKustomizationHaveTheAlertsOfTheSources(t *testing.T) {
	want := file(t, promql.Rules).Object["spec"]
	inChart := template(t, "metrics.prometheusRule.enabled=true", "metrics.prometheusRule.labels.release=prometheus").find(t, "PrometheusRule", manager)
	inKustomization := kustomization(t, "overlays/monitoring").find(t, "PrometheusRule", manager)
	for name, rule := range map[string]*unstructured.Unstructured{"chart": inChart, "config/overlays/monitoring": inKustomization} {
		if diff := cmp.Diff(want, rule.Object["spec"]); diff != "" {
			t.Errorf("%s: the alerts (-want +got):\n%s", name, diff)
		}
		if rule.GetLabels()["release"] != "prometheus" || rule.GetNamespace() != system {
			t.Errorf("%s: the rule has the labels %v, in %s", name, rule.GetLabels(), rule.GetNamespace())
		}
	}
}

func TestTheAlertsPagesAreWhereTheChartsValueSays(t *testing.T) {
	const pages = "https://docs.example.com/flexgw/runbooks"
	rule := template(t, "metrics.prometheusRule.enabled=true", "metrics.prometheusRule.runbookURL="+pages+"/").find(t, "PrometheusRule", manager)
	groups, _, err := unstructured.NestedSlice(rule.Object, "spec", "groups")
	if err != nil {
		t.Fatal(err)
	}
	alerts := 0
	for _, group := range groups {
		for _, one := range group.(map[string]any)["rules"].([]any) {
			alert, annotations := one.(map[string]any)["alert"].(string), one.(map[string]any)["annotations"].(map[string]any)
			alerts++
			if got, want := annotations["runbook_url"], pages+"/"+alert+".md"; got != want {
				t.Errorf("the page of %s is %v, want %s", alert, got, want)
			}
			if summary := annotations["summary"].(string); strings.Contains(summary, "<no value>") {
				t.Errorf("the summary of %s is %q: helm has taken the alert's template for its own", alert, summary)
			}
		}
	}
	if alerts < 10 {
		t.Errorf("there are %d alerts", alerts)
	}
}

func TestChartAndKustomizationHaveTheDashboardForGrafanasSidecar(t *testing.T) {
	want := document(t, promql.Dashboard)
	for name, all := range map[string]objects{
		"chart": template(t, "metrics.dashboard.enabled=true", "metrics.dashboard.namespace=grafana"), "config/overlays/monitoring": kustomization(t, "overlays/monitoring"),
	} {
		c := as[corev1.ConfigMap](t, all.find(t, "ConfigMap", "flexgw-dashboard"))
		if c.Labels["grafana_dashboard"] != "1" {
			t.Errorf("%s: the labels are %v", name, c.Labels)
		}
		if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(c.Data["flexgw.json"])); diff != "" {
			t.Errorf("%s: the dashboard (-want +got):\n%s", name, diff)
		}
		if name == "chart" && c.Namespace != "grafana" {
			t.Errorf("the chart's is in %s", c.Namespace)
		}
	}
}

// A metric's own labels namespace, name and service would be renamed by Prometheus
// otherwise, and the alerts would speak of the manager's namespace.
func TestTheServiceMonitorsLeaveTheMetricsLabelsAlone(t *testing.T) {
	for name, all := range map[string]objects{"chart": template(t, "metrics.serviceMonitor.enabled=true"), "config/overlays/monitoring": kustomization(t, "overlays/monitoring")} {
		monitor := all.find(t, "ServiceMonitor", manager)
		endpoints, _, err := unstructured.NestedSlice(monitor.Object, "spec", "endpoints")
		if err != nil || len(endpoints) != 1 {
			t.Fatalf("%s: endpoints are %v: %v", name, endpoints, err)
		}
		if endpoint := endpoints[0].(map[string]any); endpoint["honorLabels"] != true || endpoint["port"] != "metrics" {
			t.Errorf("%s: the endpoint is %v", name, endpoint)
		}
		selector, _, err := unstructured.NestedStringMap(monitor.Object, "spec", "selector", "matchLabels")
		if err != nil {
			t.Fatal(err)
		}
		if service := all.find(t, "Service", "flexgw-manager-metrics"); !within(selector, service.GetLabels()) {
			t.Errorf("%s: it selects %v, and the Service has %v", name, selector, service.GetLabels())
		}
	}
}
