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
}

// NewMetrics registers the metrics flexgw_anypoint_api_calls_total (operation, outcome)
// and flexgw_anypoint_api_call_seconds (operation). Each attempt counts; what was not
// sent, because a pause was asked for, does not. The outcome is ok, cancelled or the name
// of a Kind.
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
	}
	for _, collector := range []prometheus.Collector{m.calls, m.seconds} {
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
