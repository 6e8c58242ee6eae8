package controllers

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/status"
)

// outcomes are the metrics of what has come to its end. Each is counted after the write of
// the status that says so, and not again: what the status says already is no news. A
// manager that is killed between the two counts one too few.
type outcomes struct {
	ready    prometheus.Histogram
	rollouts *prometheus.HistogramVec
	found    *prometheus.CounterVec
	mended   *prometheus.CounterVec
	faults   prometheus.Counter
}

// rolloutOutcomes are the values of the label outcome.
var rolloutOutcomes = map[v1alpha1.Outcome]string{
	v1alpha1.OutcomeServing: "succeeded", v1alpha1.OutcomeSuperseded: "superseded",
	v1alpha1.OutcomeRolledBack: "rolled_back", v1alpha1.OutcomeFailed: "failed",
}

// outcomeAborted is the outcome of a rollout that a person has aborted.
const outcomeAborted = "aborted"

// newOutcomes registers
//
//   - flexgw_gateway_time_to_ready_seconds, from the object's creation to its first Ready;
//   - flexgw_rollout_duration_seconds (outcome), from ECS's beginning of a deployment to its
//     end. The outcome is succeeded, superseded, rolled_back, failed or aborted;
//   - flexgw_drift_found_total and flexgw_drift_mended_total (namespace, name, kind), of
//     gateways that are there, for kinds of which something has drifted;
//   - flexgw_controller_faults_total, panics while working on a gateway.
//
// Durations are in seconds of AWS's clock, which is the real one but in simulations.
func newOutcomes(registerer prometheus.Registerer) (outcomes, error) {
	drift := []string{"namespace", "name", "kind"}
	o := outcomes{
		ready: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "flexgw_gateway_time_to_ready_seconds",
			Help:    "Time from the creation of a gateway to its first Ready.",
			Buckets: []float64{120, 240, 300, 360, 420, 480, 600, 900, 1200, 1800, 3600},
		}),
		rollouts: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "flexgw_rollout_duration_seconds",
			Help:    "Time from the beginning of a rollout to its end, by outcome.",
			Buckets: []float64{60, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600, 7200, 14400},
		}, []string{"outcome"}),
		found:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "flexgw_drift_found_total", Help: "Resources that were found changed or deleted behind the controller's back."}, drift),
		mended: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "flexgw_drift_mended_total", Help: "Resources that had been changed or deleted and were put right."}, drift),
		faults: prometheus.NewCounter(prometheus.CounterOpts{Name: "flexgw_controller_faults_total", Help: "Panics of the controller while it worked on a gateway."}),
	}
	var errs []error
	for _, collector := range []prometheus.Collector{o.ready, o.rollouts, o.found, o.mended, o.faults} {
		errs = append(errs, registerer.Register(collector))
	}
	// From zero on, so that the first of each is an increase.
	o.rollouts.WithLabelValues(outcomeAborted)
	for _, outcome := range rolloutOutcomes {
		o.rollouts.WithLabelValues(outcome)
	}
	return o, errors.Join(errs...)
}

// ended counts what is news in a status that has been written. Age is the object's.
func (m *Metrics) ended(gw *v1alpha1.FlexGatewayDeployment, before, after *v1alpha1.FlexGatewayDeploymentStatus, age time.Duration) {
	if m == nil {
		return
	}
	// Where a gateway is older than the field, Ready itself says that it was so before.
	wasReady := before.FirstReadyAt != nil || meta.IsStatusConditionTrue(before.Conditions, v1alpha1.ConditionReady)
	if !wasReady && after.FirstReadyAt != nil {
		m.ready.Observe(age.Seconds())
	}
	for _, rollout := range status.FinishedRollouts(before.History, after.History) {
		outcome := rolloutOutcomes[rollout.Outcome]
		if rollout.Outcome == v1alpha1.OutcomeRolledBack && gw.Annotations[v1alpha1.AnnotationAbort] == rollout.DeploymentID {
			outcome = outcomeAborted
		}
		m.rollouts.WithLabelValues(outcome).Observe(rollout.Took.Seconds())
	}
}

// age is how long an object has been there, by AWS's clock.
func (r *Reconciler) age(gw *v1alpha1.FlexGatewayDeployment) time.Duration {
	return r.Clock.Now().Sub(clock.At(r.Clock, gw.CreationTimestamp.Time))
}

// drifted counts drift.
func (m *Metrics) drifted(gw *v1alpha1.FlexGatewayDeployment, drifts []status.Drift) {
	if m == nil {
		return
	}
	for _, d := range drifts {
		// Both from the first on, so that what is found and not mended shows.
		found, mended := m.found.WithLabelValues(gw.Namespace, gw.Name, d.Kind), m.mended.WithLabelValues(gw.Namespace, gw.Name, d.Kind)
		if d.Found {
			found.Inc()
		}
		if d.Mended {
			mended.Inc()
		}
	}
}

// fault counts a panic.
func (m *Metrics) fault() {
	if m != nil {
		m.faults.Inc()
	}
}
