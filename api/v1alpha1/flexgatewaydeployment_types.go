package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FlexGatewayDeployment is one Anypoint Flex Gateway that runs on Amazon ECS and
// AWS Fargate: its network, file system, cluster, task definition, service and
// network load balancer.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
// +kubebuilder:resource:shortName=fgd,categories=all
// +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.status.phase`
// +kubebuilder:printcolumn:name="Desired",type=integer,JSONPath=`.status.desiredReplicas`
// +kubebuilder:printcolumn:name="Running",type=integer,JSONPath=`.status.replicas`
// +kubebuilder:printcolumn:name="Healthy",type=integer,JSONPath=`.status.readyReplicas`
// +kubebuilder:printcolumn:name="Connected",type=integer,JSONPath=`.status.anypoint.connectedReplicas`
// +kubebuilder:printcolumn:name="Version",type=string,JSONPath=`.status.version`
// +kubebuilder:printcolumn:name="Endpoint",type=string,JSONPath=`.status.endpoint`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Region",type=string,priority=1,JSONPath=`.status.region`
// +kubebuilder:printcolumn:name="Cluster",type=string,priority=1,JSONPath=`.spec.compute.clusterName`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$') && size(self.metadata.name) <= 63",message="metadata.name becomes part of AWS names: use at most 63 lower-case letters, digits and dashes, and no dots"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.spec.anypoint) || !has(oldSelf.spec.registration.create) || (has(self.spec.anypoint) && self.spec.anypoint.organizationID == oldSelf.spec.anypoint.organizationID && self.spec.anypoint.environmentID == oldSelf.spec.anypoint.environmentID && self.spec.anypoint.controlPlane == oldSelf.spec.anypoint.controlPlane && has(self.spec.anypoint.gatewayName) == has(oldSelf.spec.anypoint.gatewayName) && (!has(self.spec.anypoint.gatewayName) || self.spec.anypoint.gatewayName == oldSelf.spec.anypoint.gatewayName)) || !has(oldSelf.status) || !has(oldSelf.status.resources) || !oldSelf.status.resources.exists(r, r.kind == 'Registration' && has(r.id)) || (has(oldSelf.status.conditions) && oldSelf.status.conditions.exists(c, c.type == 'RegistrationReady' && c.reason == 'GatewayNameTaken') && !(has(oldSelf.status.anypoint) && has(oldSelf.status.anypoint.gatewayID)))",fieldPath=".spec.anypoint",message="a gateway that the controller has begun to register cannot move to another control plane, organization or environment, nor take another name: create another FlexGatewayDeployment and delete this one"
type FlexGatewayDeployment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what should be running.
	Spec FlexGatewayDeploymentSpec `json:"spec"`
	// Status is what is running, as the controller saw it last. That of a new object speaks
	// of no generation: readers that find none would take it for ready.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status FlexGatewayDeploymentStatus `json:"status,omitempty"`
}

// FlexGatewayDeploymentList is a list of FlexGatewayDeployments.
//
// +kubebuilder:object:root=true
type FlexGatewayDeploymentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	// Items are the objects of the list.
	Items []FlexGatewayDeployment `json:"items"`
}

// FlexGatewayDeploymentSpec is what a person asks for. Only the registration is
// required, and a region where neither the manager's environment nor the
// annotation services.k8s.aws/region gives one.
//
// +kubebuilder:validation:XValidation:rule="!has(self.replicas) || self.replicas <= 0 || (self.rollout.maximumPercent == 100 && self.rollout.minimumHealthyPercent == 100) || self.replicas * self.rollout.maximumPercent / 100 > self.replicas || (self.replicas * self.rollout.minimumHealthyPercent + 99) / 100 < self.replicas",fieldPath=".rollout.maximumPercent",message="ECS could neither start nor stop a replica: replicas x maximumPercent / 100 rounded down may run, and replicas x minimumHealthyPercent / 100 rounded up must be healthy. Raise maximumPercent until one more may run, or lower minimumHealthyPercent until one may go"
// +kubebuilder:validation:XValidation:rule="!has(self.rollout.healthCheckGracePeriodSeconds) || self.rollout.healthCheckGracePeriodSeconds >= 180 + self.loadBalancer.healthCheck.intervalSeconds * self.loadBalancer.healthCheck.healthyThreshold",fieldPath=".rollout.healthCheckGracePeriodSeconds",message="good replicas would be replaced before they pass their first checks: the load balancer needs up to 180 s before it checks, and intervalSeconds x healthyThreshold for the checks. Set 180 + loadBalancer.healthCheck.intervalSeconds x healthyThreshold or more, or leave it out"
// +kubebuilder:validation:XValidation:rule="!has(self.autoscaling) || !has(self.replicas)",fieldPath=".replicas",message="autoscaling owns the number of replicas: remove spec.replicas and set autoscaling.minReplicas and maxReplicas, or remove spec.autoscaling"
// +kubebuilder:validation:XValidation:rule="!has(self.rollout.maxReplicaStep) || has(self.replicas)",fieldPath=".rollout.maxReplicaStep",message="steps need a count to go to: set spec.replicas, or remove maxReplicaStep where an autoscaler owns the count"
// +kubebuilder:validation:XValidation:rule="self.ports.exists(p, p.port == self.loadBalancer.healthCheck.port)",fieldPath=".loadBalancer.healthCheck.port",message="the health check port must be one of spec.ports: add it there or choose another"
// +kubebuilder:validation:XValidation:rule="!has(self.registration.create) || has(self.anypoint)",fieldPath=".registration.create",message="the controller registers a gateway with the credentials of spec.anypoint: set it, or bring a registration file with registration.secretRef"
// +kubebuilder:validation:XValidation:rule="!has(self.healthCheckAPI) || has(self.anypoint)",fieldPath=".healthCheckAPI",message="the API is made with the credentials of spec.anypoint: set it"
// +kubebuilder:validation:XValidation:rule="!has(self.healthCheckAPI) || self.mode == 'Connected'",fieldPath=".healthCheckAPI",message="in Local Mode APIs come from documents of spec.config: put an ApiInstance there"
// +kubebuilder:validation:XValidation:rule="!has(self.healthCheckAPI) || self.ports.exists(p, p.port == self.healthCheckAPI.port)",fieldPath=".healthCheckAPI.port",message="the API's port must be one of spec.ports: add it there or choose another"
// +kubebuilder:validation:XValidation:rule="!has(self.healthCheckAPI) || (has(self.probe) && self.probe.enabled) || self.healthCheckAPI.port == self.loadBalancer.healthCheck.port",fieldPath=".healthCheckAPI.port",message="nothing would answer the load balancer's health checks: they go to loadBalancer.healthCheck.port. Set both to the same port, or turn spec.probe on"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.healthCheckAPI) || (has(self.anypoint) && self.anypoint.organizationID == oldSelf.anypoint.organizationID && self.anypoint.environmentID == oldSelf.anypoint.environmentID && self.anypoint.controlPlane == oldSelf.anypoint.controlPlane)",fieldPath=".anypoint",message="the API for the health checks is in another organization or environment then: remove healthCheckAPI first, and change spec.anypoint once it is gone"
// +kubebuilder:validation:XValidation:rule="!has(self.rollout.waitForConnected) || !self.rollout.waitForConnected || (has(self.anypoint) && self.mode == 'Connected')",fieldPath=".rollout.waitForConnected",message="the Anypoint Platform is asked with the credentials of spec.anypoint, and only about gateways in mode Connected: set spec.anypoint, or remove waitForConnected"
// +kubebuilder:validation:XValidation:rule="!has(self.probe) || !self.probe.enabled || !self.ports.exists(p, p.port == self.probe.port)",fieldPath=".probe.port",message="the probe needs a port of its own: choose one that is not in spec.ports"
// +kubebuilder:validation:XValidation:rule="self.mode == oldSelf.mode",fieldPath=".mode",message="a registration is for one mode: create another FlexGatewayDeployment in the other mode and delete this one"
// +kubebuilder:validation:XValidation:rule="has(self.region) == has(oldSelf.region) && (!has(self.region) || self.region == oldSelf.region)",fieldPath=".region",message="the region of a gateway cannot change: create another FlexGatewayDeployment in the new region and delete this one"
type FlexGatewayDeploymentSpec struct {
	// Replicas is how many copies of the gateway should run. Leave it out where an
	// autoscaler owns the count: the service then starts with one replica, or with
	// autoscaling.minReplicas, and the controller never changes the count again. Zero
	// is allowed and means that nothing serves.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5000
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`

	// Image is the container image of the gateway, with a version tag or a digest.
	// +kubebuilder:default="docker.io/mulesoft/flex-gateway:1.12.3"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9][a-zA-Z0-9._/:-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*|@sha256:[a-f0-9]{64})$') && !self.endsWith(':latest')",message="pin the image to a version: end it with a tag other than latest, such as :1.12.3, or with @sha256:<digest>"
	// +optional
	Image string `json:"image,omitempty"`

	// Region is the AWS region, such as us-east-1. Where it is left out, the
	// annotation services.k8s.aws/region, the annotation
	// services.k8s.aws/default-region of the namespace, and the manager's own
	// AWS_REGION are asked, in this order. It cannot change.
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2,4}(-[a-z]+)+-[0-9]+$')",message="this is no AWS region: write it as AWS does, such as us-east-1"
	// +kubebuilder:validation:MaxLength=32
	// +optional
	Region string `json:"region,omitempty"`

	// Registration is the gateway's registration with the Anypoint Platform.
	Registration RegistrationSpec `json:"registration"`

	// Anypoint is where in the Anypoint Platform the gateway belongs. With it, the
	// controller registers the gateway, sees its connected replicas, and can deploy the
	// API for the health checks.
	// +optional
	Anypoint *AnypointSpec `json:"anypoint,omitempty"`

	// Mode is Flex Gateway's mode. Connected: APIs come from API Manager. Local: APIs come
	// from documents of spec.config.
	// +kubebuilder:default=Connected
	// +optional
	Mode GatewayMode `json:"mode,omitempty"`

	// HealthCheckAPI is an API instance on the gateway for the load balancer's health
	// checks to meet.
	// +optional
	HealthCheckAPI *HealthCheckAPISpec `json:"healthCheckAPI,omitempty"`

	// Probe is Flex Gateway's HTTP readiness probe (1.8 or newer).
	// +optional
	Probe *ProbeSpec `json:"probe,omitempty"`

	// Config are further documents for the gateway's configuration directory: logging,
	// forward proxy, shared storage, and in Local Mode the APIs.
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	// +optional
	Config []ConfigSource `json:"config,omitempty"`

	// Network is where the gateway runs and who may reach it.
	// +kubebuilder:default={}
	// +optional
	Network NetworkSpec `json:"network,omitempty"`

	// Storage is the EFS file system that carries the registration file. It is not
	// made when registration.delivery is Environment.
	// +kubebuilder:default={backup: true, encrypted: true, performanceMode: generalPurpose, throughputMode: elastic}
	// +optional
	Storage StorageSpec `json:"storage,omitempty"`

	// Compute is the ECS cluster and the size of each replica.
	// +kubebuilder:default={clusterName: "Flex-GW-ECS-Cluster", cpu: 512, memory: 1024, stopTimeoutSeconds: 60}
	// +optional
	Compute ComputeSpec `json:"compute,omitempty"`

	// Identity names IAM roles that are there already.
	// +optional
	Identity IdentitySpec `json:"identity,omitempty"`

	// Ports are the ports on which the gateway serves APIs; each gets a target
	// group and a listener. ECS allows five target groups for one service.
	// +kubebuilder:default={{port: 8081}, {port: 8082}}
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +listType=map
	// +listMapKey=port
	// +kubebuilder:validation:XValidation:rule="self.all(p, self.filter(q, (has(q.listenerPort) ? q.listenerPort : q.port) == (has(p.listenerPort) ? p.listenerPort : p.port)).size() == 1)",message="two ports cannot share a listenerPort: give each its own"
	// +optional
	Ports []PortSpec `json:"ports,omitempty"`

	// LoadBalancer is the network load balancer in front of the replicas.
	// +kubebuilder:default={crossZone: false, deregistrationDelaySeconds: 300, scheme: "internet-facing", healthCheck: {port: 8081, protocol: TCP, intervalSeconds: 10, healthyThreshold: 2, unhealthyThreshold: 2}}
	// +optional
	LoadBalancer LoadBalancerSpec `json:"loadBalancer,omitempty"`

	// Rollout is how changes of the count and of the version reach the replicas.
	// +kubebuilder:default={minimumHealthyPercent: 100, maximumPercent: 200, progressDeadlineSeconds: 1200, historyLimit: 10}
	// +optional
	Rollout RolloutSpec `json:"rollout,omitempty"`

	// Autoscaling has AWS change the number of replicas with CPU, memory or time.
	// +optional
	Autoscaling *AutoscalingSpec `json:"autoscaling,omitempty"`

	// Logging is the CloudWatch Logs group of the containers.
	// +kubebuilder:default={}
	// +optional
	Logging LoggingSpec `json:"logging,omitempty"`

	// Tags are put on every AWS resource that is made for this gateway, beside the
	// controller's own (flexgw.io/...).
	// +kubebuilder:validation:MaxProperties=40
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) > 0 && size(k) <= 128 && !k.lowerAscii().startsWith('aws:') && !k.startsWith('flexgw.io/'))",message="tag keys have 1-128 characters and start neither with aws: nor with flexgw.io/: rename the tag"
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(self[k]) <= 256)",message="tag values have at most 256 characters: shorten the value"
	// +optional
	Tags map[string]string `json:"tags,omitempty"`

	// PlanOnly has the controller read only: what it would do is written into status.plan,
	// and nothing is made, changed or deleted in AWS and in the Anypoint Platform. What is
	// there goes on as it is; a registration is neither made nor renewed. A deletion of the
	// object is carried out all the same, as deletionPolicy says.
	// +optional
	PlanOnly bool `json:"planOnly,omitempty"`

	// DeletionPolicy says what becomes of the AWS resources when this object is
	// deleted: Delete removes them; Retain leaves them running, without the owner
	// tags. The annotation services.k8s.aws/deletion-policy ("delete", "retain")
	// is used where the field is left out. Delete is the default.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
}

// DeletionPolicy says what becomes of the AWS resources of a deleted object.
// +kubebuilder:validation:Enum=Delete;Retain
type DeletionPolicy string

// The deletion policies.
const (
	DeletionPolicyDelete DeletionPolicy = "Delete"
	DeletionPolicyRetain DeletionPolicy = "Retain"
)
