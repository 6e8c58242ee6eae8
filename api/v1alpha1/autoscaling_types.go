package v1alpha1

// AutoscalingSpec has AWS's Application Auto Scaling own the number of replicas: it
// keeps the average CPU or memory of the replicas near a target, and follows schedules.
// The controller sets it up, and does not touch the count. While it is there,
// spec.replicas is left out.
//
// +kubebuilder:validation:XValidation:rule="self.minReplicas <= self.maxReplicas",fieldPath=".maxReplicas",message="maxReplicas is less than minReplicas: raise it, or lower minReplicas"
// +kubebuilder:validation:XValidation:rule="has(self.targetCPUPercent) || has(self.targetMemoryPercent) || has(self.schedules)",message="there is nothing to scale by: set targetCPUPercent, targetMemoryPercent or schedules"
// +kubebuilder:validation:XValidation:rule="self.minReplicas > 0 || !(has(self.targetCPUPercent) || has(self.targetMemoryPercent))",fieldPath=".minReplicas",message="without replicas there is no CPU or memory to go by, and the gateway would stay at 0: set minReplicas to 1 or more"
// +kubebuilder:validation:XValidation:rule="!has(self.schedules) || self.schedules.all(s, (has(s.minReplicas) ? s.minReplicas : self.minReplicas) <= (has(s.maxReplicas) ? s.maxReplicas : self.maxReplicas))",fieldPath=".schedules",message="a schedule would set minReplicas above maxReplicas: what it leaves out stays as autoscaling says, so give it both"
type AutoscalingSpec struct {
	// MinReplicas is how many replicas run at least, and how many a new gateway starts
	// with.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5000
	MinReplicas int32 `json:"minReplicas"`

	// MaxReplicas is how many replicas run at most.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=5000
	MaxReplicas int32 `json:"maxReplicas"`

	// TargetCPUPercent is the average CPU utilization of the replicas to keep to, in
	// percent of spec.compute.cpu.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	// +optional
	TargetCPUPercent *int32 `json:"targetCPUPercent,omitempty"`

	// TargetMemoryPercent is the average memory utilization of the replicas to keep to,
	// in percent of spec.compute.memory. Where both targets are set, the one that asks
	// for more replicas wins.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	// +optional
	TargetMemoryPercent *int32 `json:"targetMemoryPercent,omitempty"`

	// ScaleInCooldownSeconds is how long after a scale-in none follows.
	// +kubebuilder:default=300
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=86400
	// +optional
	ScaleInCooldownSeconds *int32 `json:"scaleInCooldownSeconds,omitempty"`

	// ScaleOutCooldownSeconds is how long the replicas of a scale-out are waited for
	// before more are added. A new replica takes about three minutes to serve.
	// +kubebuilder:default=300
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=86400
	// +optional
	ScaleOutCooldownSeconds *int32 `json:"scaleOutCooldownSeconds,omitempty"`

	// Schedules change minReplicas and maxReplicas at certain times.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Schedules []AutoscalingSchedule `json:"schedules,omitempty"`
}

// AutoscalingSchedule sets minReplicas, maxReplicas or both when its time comes. They
// stay until another schedule, or a change of the spec, sets them.
//
// +kubebuilder:validation:XValidation:rule="has(self.minReplicas) || has(self.maxReplicas)",message="a schedule sets something: give it minReplicas, maxReplicas or both"
// +kubebuilder:validation:XValidation:rule="!has(self.timeZone) || !self.schedule.startsWith('rate(')",fieldPath=".timeZone",message="a rate has no time zone: remove it, or write the schedule as cron(...)"
type AutoscalingSchedule struct {
	// Name tells the schedule from others of this gateway.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$')",message="names of schedules have letters, digits and . _ - only, and begin and end with a letter or digit: rename the schedule"
	Name string `json:"name"`

	// Schedule is AWS's expression for the time: cron(minutes hours day-of-month month
	// day-of-week year), such as cron(0 8 ? * MON-FRI *), at(yyyy-mm-ddThh:mm:ss), or
	// rate(1 day).
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^(cron[(][^ ()]+( [^ ()]+){5}|at[(][0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}|rate[(][1-9][0-9]* (minute|hour|day)s?)[)]$')",message="write the schedule as AWS does: cron(0 8 ? * MON-FRI *) with six fields, at(2026-12-24T18:00:00) or rate(1 day)"
	Schedule string `json:"schedule"`

	// TimeZone is the IANA time zone of a cron or at expression, such as Europe/Berlin.
	// Default: UTC.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$')",message="this is no time zone: write it as in the IANA database, such as Europe/Berlin"
	// +optional
	TimeZone string `json:"timeZone,omitempty"`

	// MinReplicas is how many replicas run at least from then on.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5000
	// +optional
	MinReplicas *int32 `json:"minReplicas,omitempty"`

	// MaxReplicas is how many replicas run at most from then on.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5000
	// +optional
	MaxReplicas *int32 `json:"maxReplicas,omitempty"`
}
