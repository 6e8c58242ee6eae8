package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// FlexGatewayDeploymentStatus is what the controller found and chose.
type FlexGatewayDeploymentStatus struct {
	// ObservedGeneration is the generation of the spec that this status speaks of; -1 where
	// the controller has not seen the object yet.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// Phase is the state in one word: Creating, Updating, Ready, Paused, PlanOnly, Degraded,
	// Failed, Deleting.
	// +optional
	Phase Phase `json:"phase,omitempty"`

	// FirstReadyAt is when the gateway became Ready for the first time.
	// +optional
	FirstReadyAt *metav1.Time `json:"firstReadyAt,omitempty"`

	// DesiredReplicas is the count that the ECS service was asked for last.
	// +optional
	DesiredReplicas int32 `json:"desiredReplicas"`

	// Replicas is the number of running tasks.
	// +optional
	Replicas int32 `json:"replicas"`

	// ReadyReplicas is the number of tasks that the load balancer finds healthy.
	// +optional
	ReadyReplicas int32 `json:"readyReplicas"`

	// UpdatedReplicas is the number of running tasks of the wanted task definition.
	// +optional
	UpdatedReplicas int32 `json:"updatedReplicas"`

	// Selector is the label selector of the scale subresource. ECS tasks are not
	// pods, so it selects none; autoscalers refuse a scale target without one.
	// +optional
	Selector string `json:"selector,omitempty"`

	// Endpoint is the DNS name of the load balancer.
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// Version is the tag or shortened digest of the image that is wanted.
	// +optional
	Version string `json:"version,omitempty"`

	// TaskDefinition is the ARN of the task definition revision that the service is
	// pinned to.
	// +optional
	TaskDefinition string `json:"taskDefinition,omitempty"`

	// Account is the id of the AWS account.
	// +optional
	Account string `json:"account,omitempty"`

	// Region is the AWS region.
	// +optional
	Region string `json:"region,omitempty"`

	// Network is the VPC and the subnets that were found or chosen.
	// +optional
	Network *NetworkStatus `json:"network,omitempty"`

	// Anypoint is what the Anypoint Platform knows of the gateway.
	// +optional
	Anypoint *AnypointStatus `json:"anypoint,omitempty"`

	// Rollout is the last rollout of a task definition, and how far the gateway is on
	// its way to what the spec asks.
	// +optional
	Rollout *RolloutStatus `json:"rollout,omitempty"`

	// Plan is what the controller would do, and there only while spec.planOnly is true.
	// +optional
	Plan *PlanStatus `json:"plan,omitempty"`

	// History are the last versions, newest first: what changed in them, when, and what
	// became of them. spec.rollout.historyLimit says how many.
	// +listType=atomic
	// +optional
	History []RevisionStatus `json:"history,omitempty"`

	// Tasks are the running replicas.
	// +listType=atomic
	// +optional
	Tasks []TaskStatus `json:"tasks,omitempty"`

	// Resources is the inventory: every AWS resource of this gateway.
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=name
	// +optional
	Resources []ResourceStatus `json:"resources,omitempty"`

	// Conditions say in detail what is well and what is not.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Phase is the state of a gateway in one word.
type Phase string

// The phases.
const (
	PhaseCreating Phase = "Creating"
	PhaseUpdating Phase = "Updating"
	PhaseReady    Phase = "Ready"
	PhasePaused   Phase = "Paused"
	PhasePlanOnly Phase = "PlanOnly"
	PhaseDegraded Phase = "Degraded"
	PhaseFailed   Phase = "Failed"
	PhaseDeleting Phase = "Deleting"
)

// NetworkStatus is the network that was found or chosen.
type NetworkStatus struct {
	// VPCID is the VPC.
	// +optional
	VPCID string `json:"vpcID,omitempty"`
	// SubnetIDs are the subnets, in the order of their zones.
	// +listType=atomic
	// +optional
	SubnetIDs []string `json:"subnetIDs,omitempty"`
	// Zones are the availability zones of the subnets.
	// +listType=atomic
	// +optional
	Zones []string `json:"zones,omitempty"`
}

// TaskStatus is a running replica.
type TaskStatus struct {
	// ID is the id of the ECS task.
	ID string `json:"id"`
	// Zone is its availability zone.
	// +optional
	Zone string `json:"zone,omitempty"`
	// CapacityProvider is what it runs on, FARGATE or FARGATE_SPOT, where
	// spec.compute.capacityProviders names any.
	// +optional
	CapacityProvider string `json:"capacityProvider,omitempty"`
	// PrivateIP is its address in the VPC.
	// +optional
	PrivateIP string `json:"privateIP,omitempty"`
	// PublicIP is its public address, if it has one.
	// +optional
	PublicIP string `json:"publicIP,omitempty"`
	// PublicDNSName is its public DNS name, if it has one.
	// +optional
	PublicDNSName string `json:"publicDNSName,omitempty"`
	// TaskDefinition is the family and revision that it runs.
	// +optional
	TaskDefinition string `json:"taskDefinition,omitempty"`
	// Status is ECS's last status of the task.
	// +optional
	Status string `json:"status,omitempty"`
	// Healthy is true where the load balancer finds it healthy.
	// +optional
	Healthy bool `json:"healthy,omitempty"`
	// Anypoint is the state of the replica's connection in the Anypoint Platform's own
	// word, such as CONNECTED, where the replica could be matched by its name.
	// +optional
	Anypoint string `json:"anypoint,omitempty"`
	// StartedAt is when it began to run.
	// +optional
	StartedAt *metav1.Time `json:"startedAt,omitempty"`
}

// ResourceStatus is an AWS resource in the inventory.
type ResourceStatus struct {
	// Kind is the kind of resource, such as SecurityGroup.
	Kind string `json:"kind"`
	// Name tells resources of a kind apart: the part that this one plays, such as
	// gateway or storage, or its port.
	Name string `json:"name"`
	// ID is the resource's ARN or id in AWS.
	// +optional
	ID string `json:"id,omitempty"`
	// State says where the resource stands: Pending, Ready, Waiting, Failed, Blocked,
	// Deleting, External (used, not ours), Retained.
	// +optional
	State string `json:"state,omitempty"`
	// Reason says why the resource is not ready.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Since is when the state began.
	// +optional
	Since *metav1.Time `json:"since,omitempty"`
}
