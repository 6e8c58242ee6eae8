package anypoint

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts and times the calls to the Anypoint Platform.
type Metrics struct {
	calls   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	waits   prometheus.Histogram
}

// NewMetrics registers the metrics flexgw_anypoint_api_calls_total (operation, outcome),
// flexgw_anypoint_api_call_seconds (operation) and flexgw_anypoint_pace_wait_seconds. Each
// attempt counts; what was not sent, because a pause was asked for, does not. The outcome
// is ok, cancelled or the name of a Kind. A wait is what a call's turn took by the
// controller's own pace, at most longestPace; most take none.
func NewMetrics(registerer prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flexgw_anypoint_api_calls_total",
			Help: "Calls to the Anypoint Platform by operation and outcome.",
		}, []string{"operation", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "flexgw_anypoint_api_call_seconds",
			Help:    "Duration of calls to the Anypoint Platform.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 8),
		}, []string{"operation"}),
		waits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "flexgw_anypoint_pace_wait_seconds",
			Help:    "How long calls to the Anypoint Platform wait for their turn by the controller's own pace.",
			Buckets: []float64{0, 0.1, 0.25, 0.5, 1, 2.5, longestPace.Seconds()},
		}),
	}
	for _, collector := range []prometheus.Collector{m.calls, m.seconds, m.waits} {
		if err := registerer.Register(collector); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// start begins to time a call; what it returns ends it.
func (m *Metrics) start(operation string) (done func(error)) {
	if m == nil {
		return func(error) {}
	}
	begin := time.Now()
	return func(err error) {
		m.calls.WithLabelValues(operation, outcome(err)).Inc()
		m.seconds.WithLabelValues(operation).Observe(time.Since(begin).Seconds())
	}
}

// waited notes what a call waits for its turn.
func (m *Metrics) waited(d time.Duration) {
	if m != nil {
		m.waits.Observe(d.Seconds())
	}
}

// outcome is the metric label of an error.
func outcome(err error) string {
	switch {
	case err == nil:
		return "ok"
	case KindOf(err) == 0 && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return "cancelled"
	}
	return KindOf(err).String()
}
