package controllers

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/status"
)

// counted are the counters that are not zero, and of histograms "name sum" and the number
// in it, by the values of their labels.
func counted(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.Metric {
			name := family.GetName()
			for _, label := range metric.Label {
				name += " " + label.GetValue()
			}
			if n := metric.GetHistogram().GetSampleCount(); n > 0 {
				all[name], all[name+" sum"] = float64(n), metric.GetHistogram().GetSampleSum()
			}
			if metric.Counter != nil {
				all[name] = metric.Counter.GetValue()
			}
		}
	}
	return all
}

// revision is a version with an outcome, whose rollout took a minute for its number.
func revision(n int32, id string, outcome v1alpha1.Outcome) v1alpha1.RevisionStatus {
	begin := time.Unix(1_800_000_000, 0)
	r := v1alpha1.RevisionStatus{Revision: n, DeploymentID: id, Outcome: outcome, StartedAt: &metav1.Time{Time: begin}}
	if outcome != v1alpha1.OutcomeInProgress {
		r.FinishedAt = &metav1.Time{Time: begin.Add(time.Duration(n) * time.Minute)}
	}
	return r
}

func newTestMetrics(t *testing.T) (*Metrics, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	m, err := NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	return m, registry
}

func TestTheFirstReadyIsTimedOnceAcrossManagers(t *testing.T) {
	ready := func(isReady metav1.ConditionStatus, first bool) *v1alpha1.FlexGatewayDeploymentStatus {
		st := &v1alpha1.FlexGatewayDeploymentStatus{Conditions: []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: isReady}}}
		if first {
			st.FirstReadyAt = &metav1.Time{Time: time.Unix(1_800_000_000, 0)}
		}
		return st
	}
	for _, test := range []struct {
		name          string
		before, after *v1alpha1.FlexGatewayDeploymentStatus
		want          float64
	}{
		{"on its way", ready("False", false), ready("False", false), 0},
		{"ready for the first time", ready("False", false), ready("True", true), 1},
		{"ready at the first look", &v1alpha1.FlexGatewayDeploymentStatus{}, ready("True", true), 1},
		{"seen by another manager after that", ready("True", true), ready("True", true), 0},
		{"ready once more after a rollout", ready("False", true), ready("True", true), 0},
		{"ready before this was noted", ready("True", false), ready("True", true), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, registry := newTestMetrics(t)
			m.ended(readyIn("dev", 0, 1), test.before, test.after, 7*time.Minute)
			got := counted(t, registry)
			if n := got["flexgw_gateway_time_to_ready_seconds"]; n != test.want {
				t.Errorf("it was timed %v times, want %v", n, test.want)
			}
			if sum := got["flexgw_gateway_time_to_ready_seconds sum"]; sum != test.want*420 {
				t.Errorf("it took %v s, want %v", sum, test.want*420)
			}
		})
	}
}

func TestARolloutCountsOnceWhenItEnds(t *testing.T) {
	const rollouts = "flexgw_rollout_duration_seconds "
	inProgress := []v1alpha1.RevisionStatus{revision(2, "b", v1alpha1.OutcomeInProgress), revision(1, "a", v1alpha1.OutcomeServing)}
	ended := func(outcome v1alpha1.Outcome) []v1alpha1.RevisionStatus {
		return []v1alpha1.RevisionStatus{revision(2, "b", outcome), revision(1, "a", v1alpha1.OutcomeReplaced)}
	}
	for _, test := range []struct {
		name          string
		abort         string
		before, after []v1alpha1.RevisionStatus
		want          string // outcome; empty where nothing ends
		minutes       float64
	}{
		{name: "it goes on", before: inProgress, after: inProgress},
		{name: "all replicas run it", before: inProgress, after: ended(v1alpha1.OutcomeServing), want: "succeeded", minutes: 2},
		{name: "nothing new after that", before: ended(v1alpha1.OutcomeServing), after: ended(v1alpha1.OutcomeServing)},
		{name: "it was replaced later", before: ended(v1alpha1.OutcomeServing), after: ended(v1alpha1.OutcomeReplaced)},
		{name: "ECS went back", before: inProgress, after: ended(v1alpha1.OutcomeRolledBack), want: "rolled_back", minutes: 2},
		{name: "there was nothing to go back to", before: inProgress, after: ended(v1alpha1.OutcomeFailed), want: "failed", minutes: 2},
		{name: "a person aborted it", abort: "b", before: inProgress, after: ended(v1alpha1.OutcomeRolledBack), want: "aborted", minutes: 2},
		{name: "a person had aborted another", abort: "a", before: inProgress, after: ended(v1alpha1.OutcomeRolledBack), want: "rolled_back", minutes: 2},
		{
			name: "another took its place", before: inProgress,
			after: append([]v1alpha1.RevisionStatus{revision(3, "c", v1alpha1.OutcomeInProgress)}, ended(v1alpha1.OutcomeSuperseded)...),
			want:  "superseded", minutes: 2,
		},
		{name: "it began and ended between two looks", before: inProgress[1:], after: ended(v1alpha1.OutcomeServing), want: "succeeded", minutes: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, registry := newTestMetrics(t)
			gw := readyIn("dev", 0, 1)
			gw.Annotations = map[string]string{v1alpha1.AnnotationAbort: test.abort}
			m.ended(gw, &v1alpha1.FlexGatewayDeploymentStatus{History: test.before}, &v1alpha1.FlexGatewayDeploymentStatus{History: test.after}, 0)
			got := map[string]float64{}
			for name, value := range counted(t, registry) {
				if outcome, is := strings.CutPrefix(name, rollouts); is {
					got[outcome] = value
				}
			}
			want := map[string]float64{}
			if test.want != "" {
				want[test.want], want[test.want+" sum"] = 1, test.minutes*60
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rollouts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDriftIsCountedForTheGatewayUntilItIsGone(t *testing.T) {
	m, registry := newTestMetrics(t)
	gw, other := readyIn("dev", 0, 1), readyIn("dev", 1, 1)
	m.drifted(gw, []status.Drift{{Kind: "Service", Found: true, Mended: true}, {Kind: "Role", Found: true}})
	m.drifted(gw, []status.Drift{{Kind: "Service", Found: true, Mended: true}})
	m.drifted(other, []status.Drift{{Kind: "Service", Mended: true}})
	m.fault()
	want := map[string]float64{
		"flexgw_drift_found_total Service dev-0 flex": 2, "flexgw_drift_mended_total Service dev-0 flex": 2,
		"flexgw_drift_found_total Role dev-0 flex": 1, "flexgw_drift_mended_total Role dev-0 flex": 0,
		"flexgw_drift_found_total Service dev-1 flex": 0, "flexgw_drift_mended_total Service dev-1 flex": 1,
		"flexgw_controller_faults_total": 1,
	}
	if diff := cmp.Diff(want, counted(t, registry)); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	m.drop(client.ObjectKeyFromObject(gw))
	for name := range counted(t, registry) {
		if strings.Contains(name, "dev-0") {
			t.Errorf("left of a gateway that is gone: %s", name)
		}
	}
}
