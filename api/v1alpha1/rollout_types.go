package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The annotations that act on one rollout, whose id they carry: one that carries another
// id does nothing, so that they can be left in place.
const (
	// AnnotationAbort asks ECS to roll back the deployment of this id
	// (status.rollout.deploymentID). "kubectl flexgw rollout abort" writes it.
	AnnotationAbort = "flexgw.io/abort"
	// AnnotationPromote lets a rollout go on that waits at the pause of this id
	// (status.rollout.pause.hookID). "kubectl flexgw rollout promote" writes it.
	AnnotationPromote = "flexgw.io/promote"
)

// RolloutSpec is how changes of the count and of the version reach the replicas. ECS
// does the work, with its deployment circuit breaker on: a version whose replicas do not
// start or do not become healthy is rolled back, and not tried again until the spec
// changes.
//
// +kubebuilder:validation:XValidation:rule="self.maximumPercent > 100 || self.minimumHealthyPercent < 100",fieldPath=".maximumPercent",message="ECS could neither start nor stop a replica: raise maximumPercent above 100 or set minimumHealthyPercent below 100"
// +kubebuilder:validation:XValidation:rule="!has(self.linear) || self.strategy == 'Linear'",fieldPath=".linear",message="only the strategy Linear has steps: set strategy to Linear or remove linear"
// +kubebuilder:validation:XValidation:rule="!has(self.canary) || self.strategy == 'Canary'",fieldPath=".canary",message="only the strategy Canary has a canary: set strategy to Canary or remove canary"
// +kubebuilder:validation:XValidation:rule="!has(self.bakeTimeMinutes) || self.strategy != 'Rolling' || has(self.alarms)",fieldPath=".bakeTimeMinutes",message="a rolling update bakes only while alarms are watched: name them in alarms, choose the strategy BlueGreen, Linear or Canary, or remove bakeTimeMinutes"
// +kubebuilder:validation:XValidation:rule="!has(self.pauseAt) || self.strategy != 'Rolling'",fieldPath=".pauseAt",message="a rolling update cannot pause: choose the strategy BlueGreen, Linear or Canary, or remove pauseAt"
// +kubebuilder:validation:XValidation:rule="!has(self.pauseTimeoutMinutes) || has(self.pauseAt)",fieldPath=".pauseTimeoutMinutes",message="there is no pause that could time out: say in pauseAt where the rollout pauses"
type RolloutSpec struct {
	// Strategy is how ECS replaces one version by another. BlueGreen, Linear and Canary
	// run both versions at the full count for the time of a rollout, in two target groups
	// for each port, and take at least ten minutes for each time that traffic moves. The
	// change of the strategy is a rollout itself.
	// +kubebuilder:default=Rolling
	// +optional
	Strategy RolloutStrategy `json:"strategy,omitempty"`

	// BakeTimeMinutes is how long a rollout may still be rolled back once the new version
	// has all traffic. BlueGreen, Linear and Canary keep the replicas of the old version for
	// so long; Rolling, which keeps none, bakes only with alarms. Default: 5.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1440
	// +optional
	BakeTimeMinutes *int32 `json:"bakeTimeMinutes,omitempty"`

	// Alarms are names of CloudWatch alarms, in the gateway's account and region, that are
	// there already: the controller neither makes nor reads them. ECS watches them while it
	// rolls a version out and while that bakes, with every strategy, and rolls back when one
	// goes into the state ALARM. If one is in ALARM when a rollout begins, ECS ignores all of
	// them for that rollout. AWS documents no limit of their number; CloudWatch describes at
	// most 100 in one call.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.all(name, !name.contains(','))",message="the name of an alarm with a comma would be two to ECS: rename the alarm"
	// +optional
	Alarms []string `json:"alarms,omitempty"`

	// WaitForConnected has the steps of maxReplicaStep, and the condition Ready, wait until
	// as many replicas are connected to the Anypoint Platform as the service runs.
	// +optional
	WaitForConnected bool `json:"waitForConnected,omitempty"`

	// Linear are the steps of the strategy Linear.
	// +optional
	Linear *LinearStrategy `json:"linear,omitempty"`

	// Canary is the first step of the strategy Canary.
	// +optional
	Canary *CanaryStrategy `json:"canary,omitempty"`

	// PauseAt are stages at which a rollout waits until somebody promotes it; also the
	// first one of a gateway. For BlueGreen, Linear and Canary.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +optional
	PauseAt []RolloutStage `json:"pauseAt,omitempty"`

	// PauseTimeoutMinutes is how long a rollout waits at each pause before ECS rolls it
	// back. Default: 1440, a day.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=20160
	// +optional
	PauseTimeoutMinutes *int32 `json:"pauseTimeoutMinutes,omitempty"`

	// Paused keeps the ECS service as it is: neither count nor version change until it
	// is false again. A rollout that ECS has begun goes on. Everything else of the
	// gateway is still looked after.
	// +optional
	Paused bool `json:"paused,omitempty"`

	// MaxReplicaStep is the largest number of replicas that are added or removed at a
	// time; the next step waits until all replicas are healthy. A service that is made
	// begins with all of them. Left out, the count changes at once. It needs
	// spec.replicas.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=5000
	// +optional
	MaxReplicaStep *int32 `json:"maxReplicaStep,omitempty"`

	// MinimumHealthyPercent is how many of the replicas stay healthy while the version
	// changes, in percent, rounded up.
	// +kubebuilder:default=100
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	// +optional
	MinimumHealthyPercent *int32 `json:"minimumHealthyPercent,omitempty"`

	// MaximumPercent is how many replicas there may be while the version changes, in
	// percent of spec.replicas, rounded down.
	// +kubebuilder:default=200
	// +kubebuilder:validation:Minimum=100
	// +kubebuilder:validation:Maximum=200
	// +optional
	MaximumPercent *int32 `json:"maximumPercent,omitempty"`

	// HealthCheckGracePeriodSeconds is how long ECS lets a new replica be unhealthy
	// before it replaces it. Default: what the load balancer needs at most before its
	// first check (180 seconds) and the checks themselves.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=86400
	// +optional
	HealthCheckGracePeriodSeconds *int32 `json:"healthCheckGracePeriodSeconds,omitempty"`

	// ProgressDeadlineSeconds is how long a rollout may make no progress (no replica
	// more that runs, is healthy or is gone) before the condition Stalled says so. ECS
	// goes on trying, and the condition goes with the first progress.
	// +kubebuilder:default=1200
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=86400
	// +optional
	ProgressDeadlineSeconds *int32 `json:"progressDeadlineSeconds,omitempty"`

	// RestartedAt asks for new replicas of the same version: each change of it is a
	// rollout. "kubectl flexgw rollout restart" writes it.
	// +optional
	RestartedAt *metav1.Time `json:"restartedAt,omitempty"`

	// HistoryLimit is how many versions status.history keeps; fewer where their
	// environments are so large that all together would have more than 512 KiB.
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=50
	// +optional
	HistoryLimit *int32 `json:"historyLimit,omitempty"`
}
