package controllers

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/status"
)

// Metrics tells of the gateways themselves. Nil tells nothing.
type Metrics struct {
	outcomes
	expiry, connected, wanted, seenAt *prometheus.GaugeVec

	mu    sync.Mutex
	known map[types.NamespacedName]bool // the gateways that are there and stay
}

// NewMetrics registers the gauges flexgw_registration_certificate_expiry_timestamp_seconds,
// flexgw_anypoint_connected_replicas, flexgw_anypoint_wanted_replicas and
// flexgw_anypoint_seen_timestamp_seconds, each by namespace and name. Moments are Unix
// times in seconds. A gauge of which nothing is known is not there. It also registers the
// metrics of outcomes.
func NewMetrics(registerer prometheus.Registerer) (*Metrics, error) {
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{"namespace", "name"})
	}
	ended, err := newOutcomes(registerer)
	if err != nil {
		return nil, err
	}
	m := &Metrics{
		outcomes: ended, known: map[types.NamespacedName]bool{},
		expiry:    gauge("flexgw_registration_certificate_expiry_timestamp_seconds", "When the certificate of the gateway's registration expires."),
		connected: gauge("flexgw_anypoint_connected_replicas", "Replicas that are connected to the Anypoint Platform."),
		wanted:    gauge("flexgw_anypoint_wanted_replicas", "Replicas that run or should, and so are to be connected."),
		seenAt:    gauge("flexgw_anypoint_seen_timestamp_seconds", "When the Anypoint Platform last said how many are connected."),
	}
	for _, g := range m.all() {
		if err := registerer.Register(g); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Metrics) all() []*prometheus.GaugeVec {
	return []*prometheus.GaugeVec{m.expiry, m.connected, m.wanted, m.seenAt}
}

// tell sets what a look has found.
func (m *Metrics) tell(gw *v1alpha1.FlexGatewayDeployment, st *v1alpha1.FlexGatewayDeploymentStatus, seen status.Observed) {
	if m == nil {
		return
	}
	m.mu.Lock()
	m.known[client.ObjectKeyFromObject(gw)] = true
	m.mu.Unlock()
	if end := status.CertificateEnd(st, seen); !end.IsZero() {
		m.expiry.WithLabelValues(gw.Namespace, gw.Name).Set(float64(end.Unix()))
	}
	if a := st.Anypoint; a == nil || !isAsked(gw) {
		for _, g := range []*prometheus.GaugeVec{m.connected, m.wanted, m.seenAt} {
			g.DeleteLabelValues(gw.Namespace, gw.Name)
		}
	} else if a.SeenAt != nil {
		m.connected.WithLabelValues(gw.Namespace, gw.Name).Set(float64(status.Connected(st)))
		m.wanted.WithLabelValues(gw.Namespace, gw.Name).Set(float64(status.WantedConnections(st)))
	}
	if seen.Anypoint != nil && !seen.Anypoint.ReadAt.IsZero() {
		m.seen(gw, seen.Anypoint.ReadAt)
	}
}

// seen sets when the platform was asked last. A gateway that is gone stays so: the watch
// may have listed it a moment before.
func (m *Metrics) seen(gw *v1alpha1.FlexGatewayDeployment, at time.Time) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known[client.ObjectKeyFromObject(gw)] {
		m.seenAt.WithLabelValues(gw.Namespace, gw.Name).Set(float64(at.Unix()))
	}
}

// leave forgets what is not asked any more of a gateway that is being deleted: figures that
// nobody renews would be those of a platform that says nothing.
func (m *Metrics) leave(gateway types.NamespacedName) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, gateway)
	for _, g := range m.all() {
		g.DeleteLabelValues(gateway.Namespace, gateway.Name)
	}
}

// drop forgets a gateway that is gone.
func (m *Metrics) drop(gateway types.NamespacedName) {
	if m == nil {
		return
	}
	m.leave(gateway)
	for _, c := range []*prometheus.CounterVec{m.found, m.mended} {
		c.DeletePartialMatch(prometheus.Labels{"namespace": gateway.Namespace, "name": gateway.Name})
	}
}
