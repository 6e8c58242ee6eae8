package resource

import (
	"cmp"
	"fmt"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// ReasonProgressDeadlineExceeded is the reason of the problem that a change has made no
// progress for too long.
const ReasonProgressDeadlineExceeded = "ProgressDeadlineExceeded"

// stuckLook is how often a change that makes no progress is looked at: ECS goes on
// trying, and may succeed at any time.
const stuckLook = 30 * time.Second

// Goal is what the replicas are on their way to, and how long they may stand still.
type Goal struct {
	// Replicas is the wanted count; nil is the service's own.
	Replicas *int32
	// Paused makes the service as it is the goal.
	Paused bool
	// Changed is true where the spec is another than at the last look.
	Changed bool
	// Deployment and Desired are what ECS had been asked for at the last look: another
	// registration makes another deployment, an autoscaler or a step another count.
	Deployment string
	Desired    int32
	// Deadline is how long no progress is borne, and DrainTime how long more where
	// replicas are on their way out: their connections may take so long to end.
	Deadline, DrainTime time.Duration
	// Before is the progress that was recorded last.
	Before Progress
}

// Progress is how far a change of count or revision has come.
type Progress struct {
	// Remaining is the smallest number of replicas yet to be started, found healthy or
	// stopped since the change began: one that is started and found healthy counts twice.
	Remaining int32
	// At is when Remaining last fell, or the change began; zero where nothing remains.
	At time.Time
}

// next is the progress with what remains now.
func (p Progress) next(remaining int32, changed bool, now time.Time) Progress {
	switch {
	case remaining == 0:
		return Progress{}
	case changed, p.Remaining == 0, remaining < p.Remaining:
		return Progress{Remaining: remaining, At: now}
	default:
		return p
	}
}

// addProgress notes how far the replicas have come.
func (r Replicas) addProgress(observed *ReplicasState) {
	service, wanted := r.Service.Value(), r.TaskDefinition.Value().ARN
	count := service.Desired
	if r.Goal.Paused {
		wanted = service.Primary().TaskDefinition
	} else if r.Goal.Replicas != nil {
		count = *r.Goal.Replicas
	}
	var running, others, healthy int32
	for _, d := range service.Deployments {
		if d.TaskDefinition == wanted {
			running += d.Running
		} else {
			others += d.Running
		}
	}
	observed.Leaving = service.Running // ECS counts replicas that drain, and does not list them
	for _, found := range observed.Replicas {
		if found.TaskDefinition == wanted && found.Healthy {
			healthy++
		}
		if found.Status == "RUNNING" {
			observed.Leaving--
		}
	}
	observed.Unhealthy = max(count-healthy, 0)
	remaining := max(count-running, 0) + observed.Unhealthy + max(running-count, 0) + others + r.Connection.missing(r.running())
	observed.Progress = r.Goal.Before.next(remaining, r.isChanged(), r.Now())
	// Moving traffic, baking and waiting for a person takes its time, and is progress. The
	// moment is moved on seldom: each time is a write of the status.
	if m := service.Moving; m != nil && m.Stage != ecstypes.ServiceDeploymentLifecycleStageScaleUp &&
		observed.Progress.Remaining > 0 && r.Now().Sub(observed.Progress.At) > r.Goal.Deadline/2 {
		observed.Progress.At = r.Now()
	}
}

// running is how many replicas are to be connected: those that run, and at least those
// that should.
func (r Replicas) running() int32 {
	service := r.Service.Value()
	return max(service.Running, service.Desired)
}

// isChanged is true where what remains cannot be compared with what remained before.
func (r Replicas) isChanged() bool {
	service := r.Service.Value()
	return r.Goal.Changed || service.Primary().ID != r.Goal.Deployment || service.Desired != r.Goal.Desired
}

// isStuck is true where ECS works towards the goal and has not come nearer for the
// deadline. What ECS has given up is the service's problem.
func (r Replicas) isStuck(observed *ReplicasState) bool {
	p, deadline := observed.Progress, r.Goal.Deadline
	if observed.Leaving > 0 {
		deadline += r.Goal.DrainTime
	}
	primary := r.Service.Value().Primary()
	return p.Remaining > 0 && r.Now().Sub(p.At) >= deadline && !r.Goal.Paused &&
		primary.TaskDefinition == r.TaskDefinition.Value().ARN && !r.Service.Value().isGivenUp()
}

func (r Replicas) stuck(observed *ReplicasState) error {
	service := r.Service.Value()
	goesOn := fmt.Sprintf("ECS goes on trying (%s)", cmp.Or(service.Cause, service.LastEvents))
	if observed.Healthy() >= service.Desired && r.Connection.missing(r.running()) > 0 {
		goesOn = r.Connection.describe(r.running())
	}
	return &engine.Problem{Reason: ReasonProgressDeadlineExceeded, Terminal: true, RetryAfter: stuckLook, Message: fmt.Sprintf(
		"no progress for %v (spec.rollout.progressDeadlineSeconds): %d of %d replicas run, %d are healthy; %s",
		r.Goal.Deadline, service.Running, service.Desired, observed.Healthy(), goesOn)}
}
