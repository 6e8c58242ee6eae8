package awscloud

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts and times the calls to AWS.
type Metrics struct {
	calls   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

// NewMetrics registers the metrics flexgw_aws_api_calls_total (service, operation,
// class) and flexgw_aws_api_call_seconds (service, operation). Each attempt
// counts, retries included. The class is ok, throttled, denied, not-found,
// conflict, busy, refused, quota or error.
func NewMetrics(registerer prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flexgw_aws_api_calls_total",
			Help: "Calls to AWS by service, operation and class of the answer.",
		}, []string{"service", "operation", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "flexgw_aws_api_call_seconds",
			Help:    "Duration of calls to AWS.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 8),
		}, []string{"service", "operation"}),
	}
	for _, collector := range []prometheus.Collector{m.calls, m.seconds} {
		if err := registerer.Register(collector); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// middleware puts the count around every attempt of every call.
func (m *Metrics) middleware(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("flexgwMetrics",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			start := time.Now()
			out, metadata, err := next.HandleDeserialize(ctx, in)
			service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
			m.calls.WithLabelValues(service, operation, className(err)).Inc()
			m.seconds.WithLabelValues(service, operation).Observe(time.Since(start).Seconds())
			return out, metadata, err
		}), middleware.Before)
}

// className is the metric label of an outcome.
func className(err error) string {
	if err == nil {
		return "ok"
	}
	if IsThrottle(err) {
		return "throttled"
	}
	names := map[class]string{
		notFound: "not-found", exists: "conflict", busy: "busy", denied: "denied", refused: "refused", quota: "quota",
	}
	if c, known := classOf(err); known {
		return names[c]
	}
	return "error"
}
