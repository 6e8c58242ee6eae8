package controllers

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// gauges are the values of all gauges, by name and gateway.
func gauges(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.Metric {
			var labels []string
			for _, label := range metric.Label {
				labels = append(labels, label.GetValue())
			}
			if metric.Gauge == nil {
				continue
			}
			all[family.GetName()+" "+strings.Join(labels, "/")] = metric.Gauge.GetValue()
		}
	}
	return all
}

func TestTheMetricsTellOfGatewaysUntilTheyAreGone(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	gw := readyIn("dev", 0, 2)
	st := gw.Status.DeepCopy()
	now := time.Unix(1_800_000_000, 0)
	st.Replicas, st.DesiredReplicas = 3, 2
	m.seen(gw, now) // of which no look has told yet
	m.tell(gw, st, status.Observed{Registration: &resource.RegistrationContent{Expires: now.Add(time.Hour)}})
	if diff := cmp.Diff(map[string]float64{"flexgw_registration_certificate_expiry_timestamp_seconds dev-0/flex": 1_800_003_600}, gauges(t, registry)); diff != "" {
		t.Errorf("before the platform has answered (-want +got):\n%s", diff)
	}
	st.Anypoint.SeenAt = &metav1.Time{Time: now}
	m.tell(gw, st, status.Observed{Registration: &resource.RegistrationContent{Expires: now.Add(time.Hour)}, Anypoint: &status.Anypoint{ReadAt: now, Gateway: &anypoint.Gateway{}}})
	m.seen(gw, now.Add(time.Minute))
	want := map[string]float64{
		"flexgw_registration_certificate_expiry_timestamp_seconds dev-0/flex": 1_800_003_600,
		"flexgw_anypoint_connected_replicas dev-0/flex":                       2,
		"flexgw_anypoint_wanted_replicas dev-0/flex":                          3,
		"flexgw_anypoint_seen_timestamp_seconds dev-0/flex":                   1_800_000_060,
	}
	if diff := cmp.Diff(want, gauges(t, registry)); diff != "" {
		t.Errorf("after an answer (-want +got):\n%s", diff)
	}
	m.leave(client.ObjectKeyFromObject(gw))
	m.seen(gw, now) // by a round of the watch that listed the gateway before
	if left := gauges(t, registry); len(left) != 0 {
		t.Errorf("left of a gateway that is being deleted: %v", left)
	}
}
