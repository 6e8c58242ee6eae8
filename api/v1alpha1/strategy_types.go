package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RolloutStrategy is how ECS replaces one version by another.
//
// +kubebuilder:validation:Enum=Rolling;BlueGreen;Linear;Canary
type RolloutStrategy string

// The strategies.
const (
	// StrategyRolling replaces the replicas one after the other.
	StrategyRolling RolloutStrategy = "Rolling"
	// StrategyBlueGreen starts as many replicas of the new version as there are of the
	// old one, and then moves all traffic at once.
	StrategyBlueGreen RolloutStrategy = "BlueGreen"
	// StrategyLinear moves the traffic in equal steps.
	StrategyLinear RolloutStrategy = "Linear"
	// StrategyCanary moves a small part of the traffic first, and then the rest.
	StrategyCanary RolloutStrategy = "Canary"
)

// ShiftsTraffic is true for the strategies that move traffic from one target group to
// another, and so need two of them and a role for ECS.
func (s RolloutStrategy) ShiftsTraffic() bool { return s != "" && s != StrategyRolling }

// RolloutStage is a stage of a rollout that moves traffic at which it can pause: ECS's
// lifecycle stage.
//
// +kubebuilder:validation:Enum=PreScaleUp;PostScaleUp;PreProductionTrafficShift;PostProductionTrafficShift
type RolloutStage string

// The stages at which a rollout can pause.
const (
	// StagePreScaleUp: no replica of the new version has been started.
	StagePreScaleUp RolloutStage = "PreScaleUp"
	// StagePostScaleUp: all replicas of the new version are healthy, without traffic.
	StagePostScaleUp RolloutStage = "PostScaleUp"
	// StagePreProductionTrafficShift: before traffic moves; with Linear and Canary before
	// each step.
	StagePreProductionTrafficShift RolloutStage = "PreProductionTrafficShift"
	// StagePostProductionTrafficShift: the new version has all traffic, the replicas of
	// the old one are still there.
	StagePostProductionTrafficShift RolloutStage = "PostProductionTrafficShift"
)

// LinearStrategy moves the traffic in equal steps.
type LinearStrategy struct {
	// StepPercent is the part of the traffic that each step moves.
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=3
	// +kubebuilder:validation:Maximum=100
	// +optional
	StepPercent int32 `json:"stepPercent,omitempty"`

	// StepBakeMinutes is how long each step but the last is left as it is, besides the ten
	// minutes that ECS itself takes for each.
	// +kubebuilder:default=6
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1440
	// +optional
	StepBakeMinutes *int32 `json:"stepBakeMinutes,omitempty"`
}

// CanaryStrategy moves a small part of the traffic first.
type CanaryStrategy struct {
	// Percent is the part of the traffic that the new version gets first.
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	// +optional
	Percent int32 `json:"percent,omitempty"`

	// BakeMinutes is how long it has that part before it gets all traffic, besides the ten
	// minutes that ECS itself takes.
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1440
	// +optional
	BakeMinutes *int32 `json:"bakeMinutes,omitempty"`
}

// PauseStatus is a pause at which a rollout waits for a person.
type PauseStatus struct {
	// Stage is where it waits, such as PostScaleUp: any of ECS's stages.
	Stage string `json:"stage"`
	// HookID is the pause's id in ECS: the annotation flexgw.io/promote with it lets the
	// rollout go on.
	HookID string `json:"hookID"`
	// ExpiresAt is when ECS rolls back if nobody has promoted it.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}
