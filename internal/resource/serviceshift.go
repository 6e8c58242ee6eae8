package resource

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// ReasonWaitingForPromotion is the code of the wait for a person at a pause.
const ReasonWaitingForPromotion = "WaitingForPromotion"

// pauseLook is how often a deployment that waits for a person is looked at; the person's
// word is heard at once.
const pauseLook = 5 * time.Minute

// shiftLook is how often a deployment that moves traffic is looked at.
const shiftLook = 30 * time.Second

// aborted is the cause of a deployment that a person has stopped.
const aborted = "it was aborted"

// Moving is how far a deployment that moves traffic has come.
type Moving struct {
	Stage ecstypes.ServiceDeploymentLifecycleStage
	// Percent is the part of the traffic that goes to the new tasks.
	Percent float64
	// Pause is where it waits for a person, nil where it does not.
	Pause *Pause
}

// Pause is a pause at which a deployment waits.
type Pause struct {
	HookID    string
	ExpiresAt time.Time
}

// isInFlight is true while ECS works on a deployment, or on going back.
func (s *ServiceState) isInFlight() bool {
	return s.Primary().Rollout == ecstypes.DeploymentRolloutStateInProgress
}

// lookAtShift reads how far a deployment that moves traffic has come, and why one that
// was given up was. Of a rolling update, ECS says more here only where alarms are watched.
func (s Service) lookAtShift(ctx context.Context, state *ServiceState) error {
	troubled, moves := state.troubled(s.Before) != "", state.Shift.isOn()
	wanted := moves && (state.isInFlight() || troubled) || state.alarms.areOn() && troubled
	if state.ServiceDeployment == "" || !wanted {
		return nil
	}
	out, err := s.Cloud.ECS.DescribeServiceDeployments(ctx, &ecs.DescribeServiceDeploymentsInput{ServiceDeploymentArns: []string{state.ServiceDeployment}})
	if err != nil {
		return gone(err)
	}
	found := first(out.ServiceDeployments)
	if cause := triggered(found); troubled && cause != "" {
		state.Cause, state.alarmed = cause, true
	} else if troubled && moves {
		state.Cause = aws.ToString(found.StatusReason)
	}
	state.Moving = moving(found)
	return nil
}

func moving(d ecstypes.ServiceDeployment) *Moving {
	if d.LifecycleStage == "" || d.FinishedAt != nil {
		return nil
	}
	m := &Moving{Stage: d.LifecycleStage}
	if d.TargetServiceRevision != nil {
		m.Percent = aws.ToFloat64(d.TargetServiceRevision.RequestedProductionTrafficWeight)
	}
	if d.Status != ecstypes.ServiceDeploymentStatusInProgress {
		return m // on its way back, it waits for nobody, whatever became of its pause
	}
	for _, hook := range d.LifecycleHookDetails {
		if hook.Status == ecstypes.DeploymentLifecycleHookStatusAwaitingAction {
			m.Pause = &Pause{HookID: aws.ToString(hook.HookId), ExpiresAt: aws.ToTime(hook.ExpiresAt)}
		}
	}
	return m
}

// wasAborted is true where a person has stopped the deployment that was recorded last.
func (s Service) wasAborted(observed *ServiceState) bool {
	return s.Abort != "" && s.Abort == s.Before.DeploymentID && observed.troubled(s.Before) != ""
}

// mayAbort is true where the deployment that a person wants to stop is at work.
func (s Service) mayAbort(observed *ServiceState) bool {
	return s.Abort != "" && observed.Primary().ID == s.Abort && observed.isInFlight() && observed.ServiceDeployment != ""
}

// mayPromote is true where a deployment waits at the pause that a person has named.
func (s Service) mayPromote(observed *ServiceState) bool {
	return s.Promote != "" && observed.Moving != nil && observed.Moving.Pause != nil && observed.Moving.Pause.HookID == s.Promote
}

// abort has ECS go back to the revision before. Where there is none, it refuses.
func (s Service) abort(ctx context.Context, observed *ServiceState) error {
	_, err := s.Cloud.ECS.StopServiceDeployment(ctx, &ecs.StopServiceDeploymentInput{
		ServiceDeploymentArn: &observed.ServiceDeployment, StopType: ecstypes.StopServiceDeploymentStopTypeRollback,
	})
	if awscloud.Code(err) == "ConflictException" {
		return &engine.Problem{Reason: awscloud.ReasonRefused, Message: "this rollout cannot be aborted", Err: awscloud.Plain(err), RetryAfter: shiftLook}
	}
	return err
}

// promote lets a deployment go on that waits at a pause. One that has gone on in the
// meantime is left alone.
func (s Service) promote(ctx context.Context, observed *ServiceState) error {
	_, err := s.Cloud.ECS.ContinueServiceDeployment(ctx, &ecs.ContinueServiceDeploymentInput{
		ServiceDeploymentArn: &observed.ServiceDeployment, HookId: &s.Promote, Action: ecstypes.DeploymentLifecycleHookActionContinue,
	})
	if awscloud.Code(err) == "InvalidParameterException" {
		return nil
	}
	return err
}

// onTheMove is what a deployment that moves traffic is awaited for: a person, or ECS.
func (s Service) onTheMove(observed *ServiceState) error {
	m, primary := observed.Moving, observed.Primary()
	if m.Pause == nil {
		return engine.WaitFor(shiftLook, "ECS is rolling %s out by %s: %s, %v%% of the traffic, %d of %d tasks running%s",
			revision(primary.TaskDefinition), observed.Shift.Strategy, m.Stage, m.Percent, primary.Running, primary.Desired, observed.trouble())
	}
	return &engine.Wait{
		After: max(min(pauseLook, m.Pause.ExpiresAt.Sub(s.Now())), shiftLook), Code: ReasonWaitingForPromotion,
		Reason: fmt.Sprintf("%s waits at %s with %v%% of the traffic until %s, when ECS rolls it back: promote or abort it (the annotation flexgw.io/promote=%s lets it go on)",
			revision(primary.TaskDefinition), m.Stage, m.Percent, m.Pause.ExpiresAt.UTC().Format(time.RFC3339), m.Pause.HookID),
	}
}

// nextLook is when traffic that goes back is looked at again; 0 where none moves.
func (s *ServiceState) nextLook() time.Duration {
	if s.isInFlight() && s.Moving != nil {
		return shiftLook
	}
	return 0
}

// isHeld is true where the service is to go back to rolling updates while traffic still
// moves: what has some of it would lose its tasks.
func (s Service) isHeld(observed *ServiceState) bool {
	return observed.Shift.isOn() && !s.Settings.Shift.isOn() && observed.isInFlight()
}

// causeOf is why tasks of a revision failed; where none did, what ECS says of its
// deployment.
func (s Service) causeOf(ctx context.Context, observed *ServiceState, troubled string) (string, error) {
	switch {
	case observed.alarmed:
		return observed.Cause, nil
	case s.wasAborted(observed):
		return aborted, nil
	}
	failed := int32(0)
	for _, d := range observed.Deployments {
		if d.TaskDefinition == troubled {
			failed += d.Failed
		}
	}
	if failed == 0 && observed.Cause != "" {
		return observed.Cause, nil
	}
	cause, err := s.cause(ctx, observed, troubled)
	return cmp.Or(cause, observed.Cause), err
}
