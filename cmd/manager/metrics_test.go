package main

import (
	"context"
	"slices"
	"strings"
	"testing"

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
