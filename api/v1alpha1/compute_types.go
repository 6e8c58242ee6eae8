package v1alpha1

// ComputeSpec is the ECS cluster and the size of each replica.
//
// The pairs of cpu and memory are Fargate's:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
//
// +kubebuilder:validation:XValidation:rule="self.cpu != 256 || self.memory in [512, 1024, 2048]",fieldPath=".memory",message="Fargate has no such size: with cpu 256, memory (MiB) must be 512, 1024 or 2048"
// +kubebuilder:validation:XValidation:rule="self.cpu != 512 || (self.memory >= 1024 && self.memory <= 4096 && self.memory % 1024 == 0)",fieldPath=".memory",message="Fargate has no such size: with cpu 512, memory (MiB) must be 1024 to 4096 in steps of 1024"
// +kubebuilder:validation:XValidation:rule="self.cpu != 1024 || (self.memory >= 2048 && self.memory <= 8192 && self.memory % 1024 == 0)",fieldPath=".memory",message="Fargate has no such size: with cpu 1024, memory (MiB) must be 2048 to 8192 in steps of 1024"
// +kubebuilder:validation:XValidation:rule="self.cpu != 2048 || (self.memory >= 4096 && self.memory <= 16384 && self.memory % 1024 == 0)",fieldPath=".memory",message="Fargate has no such size: with cpu 2048, memory (MiB) must be 4096 to 16384 in steps of 1024"
// +kubebuilder:validation:XValidation:rule="self.cpu != 4096 || (self.memory >= 8192 && self.memory <= 30720 && self.memory % 1024 == 0)",fieldPath=".memory",message="Fargate has no such size: with cpu 4096, memory (MiB) must be 8192 to 30720 in steps of 1024"
// +kubebuilder:validation:XValidation:rule="self.cpu != 8192 || (self.memory >= 16384 && self.memory <= 61440 && self.memory % 4096 == 0)",fieldPath=".memory",message="Fargate has no such size: with cpu 8192, memory (MiB) must be 16384 to 61440 in steps of 4096"
// +kubebuilder:validation:XValidation:rule="self.cpu != 16384 || (self.memory >= 32768 && self.memory <= 122880 && self.memory % 8192 == 0)",fieldPath=".memory",message="Fargate has no such size: with cpu 16384, memory (MiB) must be 32768 to 122880 in steps of 8192"
// +kubebuilder:validation:XValidation:rule="self.clusterName == oldSelf.clusterName",fieldPath=".clusterName",message="the cluster of a gateway cannot change: create another FlexGatewayDeployment in the new cluster and delete this one"
// +kubebuilder:validation:XValidation:rule="(has(self.environment) && self.environment.exists(e, e.name == 'FLEX_SERVICE_ENVOY_DRAIN_TIME')) || self.stopTimeoutSeconds >= 30",fieldPath=".stopTimeoutSeconds",message="requests would be cut: after SIGTERM the gateway drains for 25 s and needs 5 s to end, 30 s in all, before ECS kills it: set 30 or more, or FLEX_SERVICE_ENVOY_DRAIN_TIME in environment to less"
// +kubebuilder:validation:XValidation:rule="!has(self.environment) || self.environment.all(e, e.name != 'FLEX_SERVICE_ENVOY_DRAIN_TIME' || (has(e.value) && e.value.matches('^[0-9]{1,3}s?$')))",fieldPath=".environment",message="FLEX_SERVICE_ENVOY_DRAIN_TIME is how long the gateway drains: write it in seconds, such as 25 or 25s"
// +kubebuilder:validation:XValidation:rule="!has(self.environment) || self.environment.all(e, e.name != 'FLEX_SERVICE_ENVOY_DRAIN_TIME' || !has(e.value) || !e.value.matches('^[0-9]{1,3}s?$') || int(e.value.split('s')[0]) + 5 <= self.stopTimeoutSeconds)",fieldPath=".stopTimeoutSeconds",message="requests would be cut: after SIGTERM the gateway drains for FLEX_SERVICE_ENVOY_DRAIN_TIME and needs 5 s to end before ECS kills it: set this to FLEX_SERVICE_ENVOY_DRAIN_TIME + 5 or more"
type ComputeSpec struct {
	// ClusterName is the ECS cluster. It is made where it does not exist, shared by
	// all gateways that name it, and removed with the last of them. A cluster that
	// was there before is used as it is. It cannot change.
	// +kubebuilder:default="Flex-GW-ECS-Cluster"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9][A-Za-z0-9_-]*$')",message="ECS cluster names have letters, digits, dashes and underscores only and start with a letter or digit: rename the cluster"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	ClusterName string `json:"clusterName,omitempty"`

	// CPU is the size of each replica in CPU units; 1024 are one vCPU.
	// +kubebuilder:default=512
	// +kubebuilder:validation:Enum=256;512;1024;2048;4096;8192;16384
	// +optional
	CPU int32 `json:"cpu,omitempty"`

	// Memory is the memory of each replica in MiB. Fargate allows only certain pairs
	// of cpu and memory.
	// +kubebuilder:default=1024
	// +kubebuilder:validation:Minimum=512
	// +kubebuilder:validation:Maximum=122880
	// +optional
	Memory int32 `json:"memory,omitempty"`

	// CapacityProviders are what the replicas run on: Fargate, and Fargate Spot, which
	// costs less and can be taken back with two minutes' warning. Default: Fargate alone.
	// A change replaces all replicas. A cluster that was there before must have them.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:XValidation:rule="self.filter(p, has(p.base) && p.base > 0).size() <= 1",message="ECS takes a base for one capacity provider only: remove it from the other"
	// +kubebuilder:validation:XValidation:rule="self.size() == 0 || self.exists(p, !has(p.weight) || p.weight > 0)",message="ECS could place no replica beyond the base: set the weight of a capacity provider to 1 or more"
	// +optional
	CapacityProviders []CapacityProvider `json:"capacityProviders,omitempty"`

	// Environment are further environment variables of the gateway container, such
	// as FLEX_SERVICE_ENVOY_DRAIN_TIME. They stand in the task definition in the
	// clear: no secrets here.
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:XValidation:rule="self.all(e, e.name.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",message="names of environment variables have letters, digits and underscores only and do not start with a digit: rename the variable"
	// +kubebuilder:validation:XValidation:rule="self.all(e, e.name != 'FLEX_CONFIG')",message="FLEX_CONFIG carries the registration: set registration.delivery to Environment instead"
	// +optional
	Environment []EnvironmentVariable `json:"environment,omitempty"`

	// StopTimeoutSeconds is how long ECS waits between SIGTERM and SIGKILL, 2 to 120.
	// Flex Gateway drains for 25 seconds by default.
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=120
	// +optional
	StopTimeoutSeconds int32 `json:"stopTimeoutSeconds,omitempty"`
}

// CapacityProvider is one of ECS's capacity providers, and its share of the replicas.
type CapacityProvider struct {
	// Name is FARGATE or FARGATE_SPOT.
	// +kubebuilder:validation:Enum=FARGATE;FARGATE_SPOT
	Name string `json:"name"`

	// Base is how many replicas run on it before any run on the other.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +optional
	Base int32 `json:"base,omitempty"`

	// Weight is its share of the replicas beyond the base: of 1 on FARGATE and 3 on
	// FARGATE_SPOT, three of four are on Spot. Default: 1.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	// +optional
	Weight *int32 `json:"weight,omitempty"`
}

// EnvironmentVariable is a variable of the gateway container.
type EnvironmentVariable struct {
	// Name of the variable.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	Name string `json:"name"`
	// Value of the variable.
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	Value string `json:"value,omitempty"`
}

// IdentitySpec names IAM roles that are there already. They are used as they are,
// never changed and never deleted.
type IdentitySpec struct {
	// ExecutionRoleARN is the role with which ECS pulls the image, writes logs and
	// reads the registration from Secrets Manager. Default: a role of the
	// controller's own.
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$')",message="give the whole ARN of the role, such as arn:aws:iam::123456789012:role/name"
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	ExecutionRoleARN string `json:"executionRoleARN,omitempty"`

	// InfrastructureRoleARN is the role with which ECS moves traffic between target
	// groups, for the strategies BlueGreen, Linear and Canary of spec.rollout. Default: a
	// role of the controller's own.
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$')",message="give the whole ARN of the role, such as arn:aws:iam::123456789012:role/name"
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	InfrastructureRoleARN string `json:"infrastructureRoleARN,omitempty"`

	// TaskRoleARN is the role of the gateway itself. Default: none.
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$')",message="give the whole ARN of the role, such as arn:aws:iam::123456789012:role/name"
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	TaskRoleARN string `json:"taskRoleARN,omitempty"`
}

// LoggingSpec is the CloudWatch Logs group of the containers.
//
// +kubebuilder:validation:XValidation:rule="has(self.logGroupName) == has(oldSelf.logGroupName) && (!has(self.logGroupName) || self.logGroupName == oldSelf.logGroupName)",fieldPath=".logGroupName",message="the log group of a gateway cannot change: create another FlexGatewayDeployment"
type LoggingSpec struct {
	// LogGroupName is the name of the log group. Default:
	// /flexgw/<namespace>/<name>. It cannot change.
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_./#-]+$') && !self.startsWith('aws/')",message="log group names have letters, digits and . - _ / # only and do not start with aws/: rename the log group"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +optional
	LogGroupName string `json:"logGroupName,omitempty"`

	// RetentionDays is how many days log events are kept. Only CloudWatch's own
	// steps are allowed.
	// +kubebuilder:default=30
	// +kubebuilder:validation:Enum=1;3;5;7;14;30;60;90;120;150;180;365;400;545;731;1096;1827;2192;2557;2922;3288;3653
	// +optional
	RetentionDays int32 `json:"retentionDays,omitempty"`
}
