package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RolloutStatus is the last rollout of a task definition.
type RolloutStatus struct {
	// TaskDefinition is the ARN of the revision that was rolled out.
	TaskDefinition string `json:"taskDefinition"`
	// DeploymentID is ECS's id of the deployment.
	DeploymentID string `json:"deploymentID"`
	// StartedAt is when ECS began it.
	// +optional
	StartedAt *metav1.Time `json:"startedAt,omitempty"`
	// Failed is true where ECS gave the rollout up. It is not tried again until the
	// spec changes.
	// +optional
	Failed bool `json:"failed,omitempty"`
	// Reason says why tasks of the rollout failed, in ECS's words.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Stage is where a rollout that moves traffic is: ECS's lifecycle stage, such as
	// ScaleUp, ProductionTrafficShift or BakeTime; empty while there is none.
	// +optional
	Stage string `json:"stage,omitempty"`
	// TrafficPercent is the part of the traffic that ECS sends to the version that is
	// rolled out.
	// +optional
	TrafficPercent *int32 `json:"trafficPercent,omitempty"`
	// Pause is where the rollout waits for a person, if it does.
	// +optional
	Pause *PauseStatus `json:"pause,omitempty"`
	// TargetReplicas is the count that spec.replicas asks for, where the service goes
	// there in steps of spec.rollout.maxReplicaStep and has not arrived.
	// +optional
	TargetReplicas *int32 `json:"targetReplicas,omitempty"`

	// Remaining is the smallest number of replicas yet to be started, found healthy or
	// stopped since the last change; 0 once the spec is served.
	// +optional
	Remaining int32 `json:"remaining,omitempty"`
	// ProgressedAt is when Remaining last fell, or the change began.
	// +optional
	ProgressedAt *metav1.Time `json:"progressedAt,omitempty"`
}

// Outcome is what became of a version.
type Outcome string

// The outcomes.
const (
	// OutcomeInProgress: ECS is rolling it out.
	OutcomeInProgress Outcome = "InProgress"
	// OutcomeServing: all replicas run it.
	OutcomeServing Outcome = "Serving"
	// OutcomeReplaced: it served, until another version took its place.
	OutcomeReplaced Outcome = "Replaced"
	// OutcomeSuperseded: another version took its place before all replicas ran it.
	OutcomeSuperseded Outcome = "Superseded"
	// OutcomeRolledBack: ECS gave it up and went back to the version before.
	OutcomeRolledBack Outcome = "RolledBack"
	// OutcomeFailed: ECS gave it up, and there was nothing to go back to.
	OutcomeFailed Outcome = "Failed"
)

// RevisionStatus is a version of the gateway: a revision of its task definition, with
// the fields of the spec that "kubectl flexgw rollout undo" brings back.
type RevisionStatus struct {
	// Revision is the revision's number in its family.
	Revision int32 `json:"revision"`
	// Image is spec.image.
	// +optional
	Image string `json:"image,omitempty"`
	// CPU is spec.compute.cpu.
	// +optional
	CPU int32 `json:"cpu,omitempty"`
	// Memory is spec.compute.memory.
	// +optional
	Memory int32 `json:"memory,omitempty"`
	// StopTimeoutSeconds is spec.compute.stopTimeoutSeconds.
	// +optional
	StopTimeoutSeconds int32 `json:"stopTimeoutSeconds,omitempty"`
	// Environment is spec.compute.environment.
	// +listType=atomic
	// +optional
	Environment []EnvironmentVariable `json:"environment,omitempty"`
	// RestartedAt is spec.rollout.restartedAt.
	// +optional
	RestartedAt *metav1.Time `json:"restartedAt,omitempty"`
	// DeploymentID is ECS's id of the deployment that rolled it out.
	// +optional
	DeploymentID string `json:"deploymentID,omitempty"`
	// Digest is the image's digest, once a replica has pulled it.
	// +optional
	Digest string `json:"digest,omitempty"`
	// Change says what is different from the version before: image, size, environment,
	// stop timeout, restart, or other settings.
	// +optional
	Change string `json:"change,omitempty"`
	// StartedAt is when ECS began to roll it out.
	// +optional
	StartedAt *metav1.Time `json:"startedAt,omitempty"`
	// FinishedAt is when all replicas ran it, or when it was given up.
	// +optional
	FinishedAt *metav1.Time `json:"finishedAt,omitempty"`
	// Outcome is what became of it.
	Outcome Outcome `json:"outcome"`
	// Reason says why it failed, in ECS's words.
	// +optional
	Reason string `json:"reason,omitempty"`
}
