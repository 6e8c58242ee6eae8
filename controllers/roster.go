package controllers

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
)

// roster shows the gateways as their status says, read from the cache whenever metrics are
// asked for: what is not there any more is in no answer.
type roster struct {
	reader client.Reader
	// leads is closed once this manager works. Others would show each gateway once more.
	leads <-chan struct{}

	info, phase, condition, wanted, running, ready, created, first, deletion *prometheus.Desc
}

// RegisterRoster registers metrics of each gateway, by namespace and name, of the manager
// that leads:
//
//   - flexgw_gateway_info (version, region) is 1;
//   - flexgw_gateway_phase (phase) is 1 for the phase that it is in;
//   - flexgw_gateway_condition (condition, status, reason) is 1 for each condition as it is;
//   - flexgw_gateway_desired_replicas, flexgw_gateway_running_replicas and
//     flexgw_gateway_ready_replicas;
//   - flexgw_gateway_created_timestamp_seconds, flexgw_gateway_first_ready_timestamp_seconds
//     once it has been Ready, and flexgw_gateway_deletion_timestamp_seconds where it is being
//     deleted, Unix times in seconds.
//
// The reader is a cache that is started before leads is closed.
func RegisterRoster(registerer prometheus.Registerer, reader client.Reader, leads <-chan struct{}) error {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("flexgw_gateway_"+name, help, append([]string{"namespace", "name"}, more...), nil)
	}
	return registerer.Register(&roster{
		reader: reader, leads: leads,
		info:      desc("info", "1 for each gateway, with the tag of the image that is wanted and the region.", "version", "region"),
		phase:     desc("phase", "1 for the phase that the gateway is in.", "phase"),
		condition: desc("condition", "1 for each condition of the gateway, with its status and reason.", "condition", "status", "reason"),
		wanted:    desc("desired_replicas", "Replicas that the ECS service was asked for last."),
		running:   desc("running_replicas", "Replicas that run."),
		ready:     desc("ready_replicas", "Replicas that the load balancer finds healthy."),
		created:   desc("created_timestamp_seconds", "When the gateway was created."),
		first:     desc("first_ready_timestamp_seconds", "When the gateway became Ready for the first time."),
		deletion:  desc("deletion_timestamp_seconds", "When the gateway's deletion was asked for."),
	})
}

// Describe implements prometheus.Collector.
func (r *roster) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{r.info, r.phase, r.condition, r.wanted, r.running, r.ready, r.created, r.first, r.deletion} {
		descs <- d
	}
}

// rosterTimeout bounds the wait for a cache that is in memory.
const rosterTimeout = 5 * time.Second

// Collect implements prometheus.Collector. Where the cache cannot be read, the other
// metrics are told all the same.
func (r *roster) Collect(metrics chan<- prometheus.Metric) {
	select {
	case <-r.leads:
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), rosterTimeout)
	defer cancel()
	var gateways v1alpha1.FlexGatewayDeploymentList
	if err := r.reader.List(ctx, &gateways, client.UnsafeDisableDeepCopy); err != nil { // only read here
		log.Log.Error(err, "the gateways are not in the metrics")
		return
	}
	for i := range gateways.Items {
		r.tell(&gateways.Items[i], metrics)
	}
}

// tell shows one gateway. Its labels are as many as it has conditions: what has an id or a
// message in it is left to the status.
func (r *roster) tell(gw *v1alpha1.FlexGatewayDeployment, metrics chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64, more ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, append([]string{gw.Namespace, gw.Name}, more...)...)
	}
	st := &gw.Status
	gauge(r.info, 1, st.Version, st.Region)
	if st.Phase != "" {
		gauge(r.phase, 1, string(st.Phase))
	}
	for _, c := range st.Conditions {
		gauge(r.condition, 1, c.Type, string(c.Status), c.Reason)
	}
	gauge(r.wanted, float64(st.DesiredReplicas))
	gauge(r.running, float64(st.Replicas))
	gauge(r.ready, float64(st.ReadyReplicas))
	gauge(r.created, float64(gw.CreationTimestamp.Unix()))
	if st.FirstReadyAt != nil {
		gauge(r.first, float64(st.FirstReadyAt.Unix()))
	}
	if gw.DeletionTimestamp != nil {
		gauge(r.deletion, float64(gw.DeletionTimestamp.Unix()))
	}
}
