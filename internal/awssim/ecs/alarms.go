package ecs

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// alarmDetected is why a deployment has failed of which an alarm went off. The words are
// those of ECS's event; that the reason has them too is an assumption.
const alarmDetected = "ECS deployment failed: alarm detected."

// AlarmState is the state of a CloudWatch alarm.
type AlarmState string

// The states of an alarm. Of an alarm that nobody has set, the state is OK.
const (
	AlarmOK               AlarmState = "OK"
	AlarmInAlarm          AlarmState = "ALARM"
	AlarmInsufficientData AlarmState = "INSUFFICIENT_DATA"
)

// alarm is a CloudWatch alarm that somebody has set. There is no CloudWatch beside it.
type alarm struct {
	state AlarmState
	// heardAt is when ECS, which polls, knows of the state.
	heardAt time.Time
}

// SetAlarm sets the alarm of a name in all accounts and regions. ECS finds out at its
// next poll; what is back to OK by then has not happened. The world must be locked.
func (s *Service) SetAlarm(name string, state AlarmState) {
	if s.alarms == nil {
		s.alarms = map[string]alarm{}
	}
	if s.alarms[name].state == state {
		return
	}
	poll := s.world.Delay(core.AlarmHeard)
	s.alarms[name] = alarm{state: state, heardAt: s.world.Now().Add(poll)}
	for _, svc := range s.watching(name) {
		s.wake(svc, poll)
	}
}

// Alarms are the states of the alarms that somebody has set, by name. The world must be
// locked.
func (s *Service) Alarms() map[string]AlarmState {
	all := map[string]AlarmState{}
	for name, a := range s.alarms {
		all[name] = a.state
	}
	return all
}

// watching are the services of all accounts whose deployment an alarm can fail, in a
// stable order.
func (s *Service) watching(name string) []*service {
	byARN := map[string]*service{}
	s.eachActive(func(svc *service) {
		if last := svc.rollouts[0]; last.isAtWork() && slices.Contains(last.watch.names, name) {
			byARN[svc.arn] = svc
		}
	})
	var found []*service
	for _, arn := range slices.Sorted(maps.Keys(byARN)) {
		found = append(found, byARN[arn])
	}
	return found
}

// watch is what the alarms are to one service deployment. Its configuration is the
// service's at the start (an assumption where it changes in the midst of a deployment).
type watch struct {
	names []string
	// enabled says that the alarms count, and rollback that one takes the service back.
	enabled, rollback bool
	// triggered are those that have failed the deployment.
	triggered []string
	// bakesUntil is when the bake of a rolling update is over, zero before it begins.
	bakesUntil time.Time
}

// newWatch begins to watch the alarms that a service has now. If one is in ALARM at the
// start, ECS ignores them all for the duration of the deployment, so that one can be put
// right by another (developer guide, "How CloudWatch alarms detect Amazon ECS deployment
// failures").
func (s *Service) newWatch(svc *service) watch {
	a := svc.configuration.Alarms
	if a == nil {
		return watch{}
	}
	w := watch{names: slices.Clone(a.AlarmNames), enabled: a.Enable, rollback: a.Rollback}
	for _, name := range w.names {
		if s.alarms[name].state == AlarmInAlarm {
			w.enabled = false
		}
	}
	return w
}

// checkAlarms fails the latest deployment if ECS has heard of an alarm. It watches until
// the deployment is complete; where traffic shifts, until blue's tasks go, after which
// there is nothing to go back to (an assumption, as that a first deployment is watched).
func (s *Service) checkAlarms(svc *service) {
	last := svc.rollouts[0]
	if !last.watch.enabled || last.status != types.ServiceDeploymentStatusInProgress ||
		svc.shift != nil && svc.shift.stage() == stageCleanUp {
		return
	}
	var triggered []string
	for _, name := range last.watch.names {
		a := s.alarms[name]
		switch {
		case a.state != AlarmInAlarm:
		case s.world.Now().Before(a.heardAt):
			s.wakeAt(svc, a.heardAt)
		default:
			triggered = append(triggered, name)
		}
	}
	if len(triggered) == 0 {
		return
	}
	last.watch.triggered = triggered
	s.event(svc, "(deployment %s) deployment failed: alarm detected.", svc.primary().id)
	s.giveUp(svc, alarmDetected, last.watch.rollback)
}

// bakes reports whether a rolling update that has replaced all tasks is still watched. The
// time is bakeTimeInMinutes, or "less than 5 minutes" (developer guide, as above). A first
// deployment does not bake: it has replaced nothing.
func (s *Service) bakes(svc *service) bool {
	last := svc.rollouts[0]
	if !last.watch.enabled || last.source == nil || !last.isAtWork() {
		return false
	}
	if last.watch.bakesUntil.IsZero() {
		bake := minutes(svc.configuration.BakeTimeInMinutes)
		if svc.configuration.BakeTimeInMinutes == nil {
			bake = s.world.Delay(core.AlarmBake)
		}
		last.watch.bakesUntil = s.world.Now().Add(bake)
	}
	s.wakeAt(svc, last.watch.bakesUntil)
	return s.world.Now().Before(last.watch.bakesUntil)
}

// keepsForAlarms reports whether a deployment without tasks stays because a rolling update
// may still go back to it: AWS deletes it only after the bake time (developer guide).
func (svc *service) keepsForAlarms(d *deployment) bool {
	last := svc.rollouts[0]
	return last.watch.enabled && svc.shift == nil && d == svc.completed && last.isAtWork()
}

// view is what a service deployment tells of its alarms, nil where none are configured.
func (w watch) view(ro *rollout) *types.ServiceDeploymentAlarms {
	if len(w.names) == 0 {
		return nil
	}
	v := &types.ServiceDeploymentAlarms{AlarmNames: slices.Clone(w.names), TriggeredAlarmNames: append([]string{}, w.triggered...)}
	switch {
	case !w.enabled:
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusDisabled
	case len(w.triggered) > 0:
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusTriggered
	case ro.isAtWork():
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusMonitoring
	default:
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusMonitoringComplete
	}
	return v
}
