package main

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// none is a cache without gateways.
type none struct{ client.Reader }

func (none) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

func TestAllMetricsAreRegisteredAndWellNamed(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	if _, err := registerMetrics(registry, none{}, nil); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	var names []string
	for _, family := range families {
		names = append(names, family.GetName())
		if !strings.HasPrefix(family.GetName(), "flexgw_") {
			t.Errorf("%s is not named as the project's", family.GetName())
		}
	}
	// What Prometheus must see from the beginning: an alert that nothing is there, and the
	// first of something rare.
	for _, name := range []string{"flexgw_build_info", "flexgw_controller_faults_total", "flexgw_rollout_duration_seconds"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not there before something has happened: %q", name, names)
		}
	}
	if _, err := registerMetrics(registry, none{}, nil); err == nil {
		t.Error("the metrics were registered twice")
	}
}

// documented are the rows of docs/operations.md: the labels of each metric.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(flexgw_[a-z_]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		labels := []string{}
		for _, label := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(row[2], -1) {
			labels = append(labels, label[1])
		}
		slices.Sort(labels)
		found[row[1]] = labels
	}
	return found
}

// The text of a description is the only way to what is in it.
var (
	nameOf   = regexp.MustCompile(`fqName: "([^"]*)"`)
	labelsOf = regexp.MustCompile(`(constLabels|variableLabels): \{([^}]*)\}`)
)

func TestEachMetricIsDocumentedWithItsLabels(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	if _, err := registerMetrics(registry, none{}, nil); err != nil {
		t.Fatal(err)
	}
	descs := make(chan *prometheus.Desc)
	go func() {
		defer close(descs)
		registry.Describe(descs)
	}()
	got := map[string][]string{}
	for desc := range descs {
		text := desc.String()
		labels := []string{}
		for _, list := range labelsOf.FindAllStringSubmatch(text, -1) {
			for label := range strings.SplitSeq(list[2], ",") {
				if name, _, _ := strings.Cut(label, "="); name != "" {
					labels = append(labels, name)
				}
			}
		}
		slices.Sort(labels)
		got[nameOf.FindStringSubmatch(text)[1]] = labels
	}
	if diff := cmp.Diff(documented(t), got); diff != "" {
		t.Errorf("metrics (-docs/operations.md +registered):\n%s", diff)
	}
}
