package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PlanStatus is what the controller would do about the gateway if spec.planOnly were false.
// It has neither values of the container's variables nor contents of Secrets.
type PlanStatus struct {
	// ObservedGeneration is the generation of the spec that was planned for.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// Time is when AWS and the Anypoint Platform were last looked at for it.
	Time metav1.Time `json:"time"`

	// Account is the id of the AWS account that it is for.
	// +optional
	Account string `json:"account,omitempty"`

	// Region is the AWS region that it is for.
	// +optional
	Region string `json:"region,omitempty"`

	// Summary says in words how much there is to do, such as "3 to create, 1 to update".
	Summary string `json:"summary"`

	// Counts are the numbers of steps by their actions.
	Counts PlanCounts `json:"counts"`

	// Steps are what would be done, in its order. No more than 50 are listed.
	// +kubebuilder:validation:MaxItems=50
	// +listType=atomic
	// +optional
	Steps []PlanStep `json:"steps,omitempty"`

	// MoreSteps is how many steps are not listed; "kubectl flexgw plan" has them all.
	// +optional
	MoreSteps int32 `json:"moreSteps,omitempty"`

	// Problems keep the plan from being carried out, or from being known. No more than 10
	// are listed.
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Problems []PlanProblem `json:"problems,omitempty"`

	// MoreProblems is how many problems are not listed.
	// +optional
	MoreProblems int32 `json:"moreProblems,omitempty"`

	// MonthlyCost is what the gateway costs in a month; left out where the prices of the
	// region are not known.
	// +optional
	MonthlyCost *PlanCost `json:"monthlyCost,omitempty"`
}

// PlanCounts are the numbers of a plan's steps by their actions.
type PlanCounts struct {
	// Create is how many resources would be made.
	Create int32 `json:"create"`
	// Update is how many would be changed.
	Update int32 `json:"update"`
	// Replace is how many would be made anew in the place of one that is there.
	Replace int32 `json:"replace"`
	// Restart is 1 where ECS would replace the replicas.
	Restart int32 `json:"restart"`
	// Delete is how many would be deleted.
	Delete int32 `json:"delete"`
	// Release is how many would lose the owner's tags, and stay.
	Release int32 `json:"release"`
}

// PlanStep is what would be done to one resource.
type PlanStep struct {
	// Order is its place: a step waits for those of a lower order that it hangs on.
	Order int32 `json:"order"`
	// Action is create, update, replace, restart, delete or release.
	Action string `json:"action"`
	// Kind is the kind of resource, such as SecurityGroup.
	Kind string `json:"kind"`
	// Name is the part that the resource plays, as in status.resources.
	Name string `json:"name"`
	// Phase is the part of the work, such as Network; a condition is named after it.
	Phase string `json:"phase"`
	// Details are the fields that change, with their values before and after, or why
	// something is done. Where they are many, the last one says how many more there are.
	// +kubebuilder:validation:MaxItems=5
	// +listType=atomic
	// +optional
	Details []string `json:"details,omitempty"`
}

// PlanProblem is what keeps a plan from being carried out, or from being known.
type PlanProblem struct {
	// Resource is the kind and name of the resource, as Kind/name; empty where it is the
	// whole.
	// +optional
	Resource string `json:"resource,omitempty"`
	// Reason is one CamelCase word, as in conditions.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Message says what to do.
	Message string `json:"message"`
}

// PlanCost is an estimate of what a gateway costs in a month, without traffic and logs:
// docs/plan.md says what is counted. An amount that an autoscaler or Fargate Spot leaves
// open has both ends, such as 36.04-144.16.
type PlanCost struct {
	// Currency is that of the amounts: USD.
	Currency string `json:"currency"`
	// Before is the cost of what is there.
	Before string `json:"before"`
	// After is the cost once all steps are done.
	After string `json:"after"`
	// PricesDated is when the prices were AWS's list prices, as far as the authors know.
	PricesDated string `json:"pricesDated"`
}
