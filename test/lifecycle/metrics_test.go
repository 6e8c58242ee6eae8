package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsecs "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/awssim/ecs"
)

// counts are the counters and histograms that are not zero: how often, by name and the
// values of the labels but the gateway's.
func counts(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.Metric {
			words := []string{strings.TrimPrefix(family.GetName(), "flexgw_")}
			for _, label := range metric.Label {
				if label.GetName() == "kind" || label.GetName() == "outcome" {
					words = append(words, label.GetValue())
				}
			}
			if n := metric.GetCounter().GetValue() + float64(metric.GetHistogram().GetSampleCount()); n > 0 {
				all[strings.Join(words, " ")] = n
			}
		}
	}
	return all
}

// TestALifeIsCountedOnceWhateverManagersSeeOfIt has managers that remember nothing take over
// before and after each moment, and count in the same registry, as Prometheus adds them up.
func TestALifeIsCountedOnceWhateverManagersSeeOfIt(t *testing.T) {
	const bad = "docker.io/mulesoft/flex-gateway:1.13.0"
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		metrics, err := controllers.NewMetrics(registry)
		if err != nil {
			t.Fatal(err)
		}
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		gw.CreationTimestamp = metav1.Now()
		anotherManager := func() {
			b.start()
			b.reconciler.Metrics = metrics
		}
		want := func(when string, want map[string]float64) {
			t.Helper()
			for range 3 {
				anotherManager()
				_, err := b.reconcile(gw)
				b.must(err)
			}
			if diff := cmp.Diff(want, counts(t, registry)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		anotherManager()
		b.ready(gw)
		if took, want := sumOf(t, registry, "flexgw_gateway_time_to_ready_seconds"), b.get(gw).Status.FirstReadyAt.Sub(gw.CreationTimestamp.Time).Seconds(); took < want || took > want+60 {
			t.Errorf("it took %v s by the metrics, and %v by the status", took, want)
		}
		want("made", map[string]float64{"gateway_time_to_ready_seconds": 1, "rollout_duration_seconds succeeded": 1})

		b.trouble(ecs.Troubles{Crash: []string{bad}})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = bad })
		_, err = b.reconcile(gw)
		b.must(err)
		anotherManager()
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.untilQuiet(gw)
		want("rolled back", map[string]float64{
			"gateway_time_to_ready_seconds": 1, "rollout_duration_seconds succeeded": 1, "rollout_duration_seconds rolled_back": 1,
		})

		b.trouble(ecs.Troubles{})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &metav1.Time{Time: time.Now()} })
		b.untilReady(gw)
		st := b.get(gw).Status
		_, err = b.someone().ECS.UpdateService(t.Context(), &awsecs.UpdateServiceInput{
			Cluster: &b.get(gw).Spec.Compute.ClusterName, Service: aws.String(resourceID(st.Resources, "Service")), HealthCheckGracePeriodSeconds: aws.Int32(1234),
		})
		b.must(err)
		_, err = b.reconcile(gw)
		b.must(err)
		b.untilReady(gw)
		want("mended", map[string]float64{
			"gateway_time_to_ready_seconds": 1, "rollout_duration_seconds succeeded": 2, "rollout_duration_seconds rolled_back": 1,
			"drift_found_total Service": 1, "drift_mended_total Service": 1,
		})

		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &metav1.Time{Time: time.Now()} })
		_, err = b.reconcile(gw)
		b.must(err)
		b.change(gw, planOnly) // ECS goes on with what has begun
		b.untilQuiet(gw)
		want("only planned", map[string]float64{
			"gateway_time_to_ready_seconds": 1, "rollout_duration_seconds succeeded": 3, "rollout_duration_seconds rolled_back": 1,
			"drift_found_total Service": 1, "drift_mended_total Service": 1,
		})
		b.delete(gw)
		b.empty()
	})
}

func TestARolloutThatEndsUnderPlanOnlyIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		metrics, err := controllers.NewMetrics(registry)
		if err != nil {
			t.Fatal(err)
		}
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.reconciler.Metrics = metrics
		b.ready(gw)
		b.change(gw, toNewImage)
		b.until(gw, "rolls out", hasReason(v1alpha1.ReasonRollingOut))
		b.change(gw, planOnly)
		b.until(gw, "has rolled out", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Phase == v1alpha1.PhaseReady && gw.Status.Plan != nil && gw.Status.History[0].Outcome == v1alpha1.OutcomeServing
		})
		want := map[string]float64{"gateway_time_to_ready_seconds": 1, "rollout_duration_seconds succeeded": 2}
		if diff := cmp.Diff(want, counts(t, registry)); diff != "" {
			t.Errorf("counted (-want +got):\n%s", diff)
		}
	})
}

// sumOf is the sum of a histogram without labels.
func sumOf(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.Metric[0].GetHistogram().GetSampleSum()
		}
	}
	return 0
}

func resourceID(list []v1alpha1.ResourceStatus, kind string) string {
	for _, r := range list {
		if r.Kind == kind {
			return r.ID
		}
	}
	return ""
}
