// Package gatewayview is what a person and a program are told about a gateway as a whole: its
// state, the tree and the table of its resources, its events. Pure: it talks to no cluster
// and reads no clock.
package gatewayview

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
)

// Summary is the state of a gateway in short, as JSON and YAML have it. Members may be
// added to it; none changes its meaning.
type Summary struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Ready is true where what the present spec asks for is served.
	Ready   bool   `json:"ready"`
	Phase   string `json:"phase"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// Advice is what a person does about it; empty where there is nothing to do.
	Advice      string             `json:"advice,omitempty"`
	Endpoint    string             `json:"endpoint,omitempty"`
	Ports       []int32            `json:"ports,omitempty"`
	Version     string             `json:"version,omitempty"`
	Image       string             `json:"image,omitempty"`
	Account     string             `json:"account,omitempty"`
	Region      string             `json:"region,omitempty"`
	Replicas    Replicas           `json:"replicas"`
	Certificate *metav1.Time       `json:"certificateExpiresAt,omitempty"`
	Awaited     []Resource         `json:"awaited,omitempty"`
	Conditions  []metav1.Condition `json:"conditions,omitempty"`
	Events      []Event            `json:"events,omitempty"`
}

// Replicas are counts.
type Replicas struct {
	Wanted  int32 `json:"wanted"`
	Running int32 `json:"running"`
	Updated int32 `json:"updated"`
	Healthy int32 `json:"healthy"`
	// Connected is how many are connected to the Anypoint Platform; it is not there where
	// nobody has asked.
	Connected *int32 `json:"connected,omitempty"`
}

// Summarize says how a gateway is. Events may be nil.
func Summarize(gw *v1alpha1.FlexGatewayDeployment, events []Event) Summary {
	verdict, reason, message := rolloutview.State(gw)
	st := &gw.Status
	s := Summary{
		Namespace: gw.Namespace, Name: gw.Name, Ready: verdict == rolloutview.Served, Phase: string(st.Phase),
		Reason: reason, Message: message, Endpoint: st.Endpoint, Version: st.Version, Image: gw.Spec.Image,
		Account: st.Account, Region: cmp.Or(st.Region, gw.Spec.Region), Ports: listenerPorts(gw), Conditions: st.Conditions, Events: events,
		Replicas: Replicas{Wanted: st.DesiredReplicas, Running: st.Replicas, Updated: st.UpdatedReplicas, Healthy: st.ReadyReplicas},
	}
	if st.Anypoint != nil {
		s.Replicas.Connected, s.Certificate = st.Anypoint.ConnectedReplicas, st.Anypoint.CertificateExpiresAt
	}
	if !s.Ready {
		s.Advice = Advice(reason)
	}
	for _, r := range Resources(gw) {
		if awaited(r.State) {
			s.Awaited = append(s.Awaited, r)
		}
	}
	return s
}

// listenerPorts are the ports on which the load balancer listens.
func listenerPorts(gw *v1alpha1.FlexGatewayDeployment) []int32 {
	var ports []int32
	for _, p := range gw.Spec.Ports {
		ports = append(ports, cmp.Or(p.ListenerPort, p.Port))
	}
	return ports
}

// awaited is true of the states that a resource does not stay in.
func awaited(state string) bool {
	switch state {
	case StatePending, StateWaiting, StateFailed, StateBlocked, StateDeleting:
		return true
	default:
		return false
	}
}
