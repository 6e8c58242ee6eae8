package v1alpha1

import "cmp"

// PortSpec is a port on which the gateway serves APIs.
//
// +kubebuilder:validation:XValidation:rule="self.port != 9998",fieldPath=".port",message="Flex Gateway keeps port 9998 for itself: choose another"
type PortSpec struct {
	// Port is the port of the container.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port"`

	// ListenerPort is the port of the load balancer. Default: the same as port.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	ListenerPort int32 `json:"listenerPort,omitempty"`

	// Protocol is the protocol of listener and target group. Default: TCP.
	// +kubebuilder:validation:Enum=TCP
	// +optional
	Protocol string `json:"protocol,omitempty"`
}

// LoadBalancerPort is the port of the load balancer for this port.
func (p PortSpec) LoadBalancerPort() int32 {
	if p.ListenerPort != 0 {
		return p.ListenerPort
	}
	return p.Port
}

// TransportProtocol is the protocol of listener and target group. The API server does not
// fill it in: tools that compare lists as a whole, such as Argo CD, would take an entry
// with more fields than in Git for another one.
func (p PortSpec) TransportProtocol() string { return cmp.Or(p.Protocol, "TCP") }

// LoadBalancerSpec is the network load balancer in front of the replicas.
//
// +kubebuilder:validation:XValidation:rule="self.scheme == oldSelf.scheme",fieldPath=".scheme",message="AWS cannot change the scheme of a load balancer: create another FlexGatewayDeployment"
type LoadBalancerSpec struct {
	// Scheme says who can resolve to the load balancer: everyone, or the VPC. It
	// cannot change.
	// +kubebuilder:default="internet-facing"
	// +kubebuilder:validation:Enum=internet-facing;internal
	// +optional
	Scheme string `json:"scheme,omitempty"`

	// HealthCheck is how the load balancer finds out whether a replica serves. All
	// target groups check the same port.
	// +kubebuilder:default={port: 8081, protocol: TCP, intervalSeconds: 10, healthyThreshold: 2, unhealthyThreshold: 2}
	// +optional
	HealthCheck HealthCheckSpec `json:"healthCheck,omitempty"`

	// CrossZone spreads connections over the replicas of all zones. AWS charges for
	// traffic between zones.
	// +kubebuilder:default=false
	// +optional
	CrossZone *bool `json:"crossZone,omitempty"`

	// DeregistrationDelaySeconds is how long existing connections to a replica that
	// leaves are kept, 0 to 3600; the default is AWS's own. A network load balancer
	// takes about 120 seconds even where less is asked.
	// +kubebuilder:default=300
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3600
	// +optional
	DeregistrationDelaySeconds *int32 `json:"deregistrationDelaySeconds,omitempty"`
}

// HealthCheckSpec is the health check of the target groups.
//
// +kubebuilder:validation:XValidation:rule="self.protocol != 'TCP' || !has(self.path)",fieldPath=".path",message="a TCP health check has no path: remove it or set protocol to HTTP"
type HealthCheckSpec struct {
	// Port is the port that is checked; it must be one of spec.ports.
	// +kubebuilder:default=8081
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// Protocol is how the port is checked: a connection (TCP) or a request (HTTP).
	// +kubebuilder:default=TCP
	// +kubebuilder:validation:Enum=TCP;HTTP
	// +optional
	Protocol string `json:"protocol,omitempty"`

	// Path is the path of the HTTP request. Default: /.
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/')",message="the path of a health check begins with a slash: write it as /path"
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Path string `json:"path,omitempty"`

	// IntervalSeconds is the time between two checks, 5 to 300.
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=5
	// +kubebuilder:validation:Maximum=300
	// +optional
	IntervalSeconds int32 `json:"intervalSeconds,omitempty"`

	// HealthyThreshold is how many good checks make a replica healthy, 2 to 10.
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=10
	// +optional
	HealthyThreshold int32 `json:"healthyThreshold,omitempty"`

	// UnhealthyThreshold is how many bad checks make a replica unhealthy, 2 to 10.
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=10
	// +optional
	UnhealthyThreshold int32 `json:"unhealthyThreshold,omitempty"`
}
