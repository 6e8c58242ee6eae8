package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const (
	// mostStage is how long a stage may take before ECS fails the deployment (developer
	// guide, "Amazon ECS blue/green deployments"). A pause has its own timeout.
	mostStage = 24 * time.Hour

	// unpaired is AWS's sentence about listeners that do not forward to both groups.
	unpaired = "Service deployment rolled back because of invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule."
	// stageTimedOut is not AWS's sentence.
	stageTimedOut = "Service deployment rolled back because the lifecycle stage timed out."
)

// advance takes a traffic shift as far through its stages as it can go.
func (s *Service) advance(svc *service) {
	sh := svc.shift
	if sh == nil {
		return
	}
	if s.world.Now().Before(svc.launchAfter) {
		s.wakeAt(svc, svc.launchAfter) // an earlier look has taken the place of that one
		return
	}
	if sh.at < 0 && svc.isRollingOut() {
		s.enter(svc, sh, 0)
	}
	for sh == svc.shift && svc.isRollingOut() && s.passed(svc, sh) {
		if sh.at == len(sh.steps)-1 {
			s.finishShift(svc, sh)
			return
		}
		s.enter(svc, sh, sh.at+1)
	}
}

// isRollingOut reports whether the latest service deployment is still at work.
func (svc *service) isRollingOut() bool {
	status := svc.rollouts[0].status
	return status == types.ServiceDeploymentStatusInProgress || status == types.ServiceDeploymentStatusRollbackInProgress
}

// enter begins a step.
func (s *Service) enter(svc *service, sh *shift, at int) {
	now := s.world.Now()
	sh.at, sh.entered = at, now
	sh.green.updatedAt = now
	var err error
	switch st := sh.steps[at]; st.stage {
	case stageReconcile:
		err = s.directProduction(svc, sh, 0)
	case stagePreScaleUp:
		if !s.isPaired(svc, sh) {
			s.giveUp(svc, unpaired, true)
			return
		}
	case stageTestShift:
		err = s.directTest(svc, sh, st.percent)
	case stageProduction:
		err = s.directProduction(svc, sh, st.percent)
	}
	if err != nil {
		s.cannotDirect(svc, sh, err)
		return
	}
	if !sh.rollingBack {
		s.raiseHooks(svc, sh)
	}
}

// passed reports whether the step is over, and sees to it that the scheduler looks
// again when it may be.
func (s *Service) passed(svc *service, sh *shift) bool {
	if sh.at < 0 {
		return false // it has turned back, and the scheduler will get round to that
	}
	now := s.world.Now()
	until := sh.entered.Add(sh.steps[sh.at].lasts)
	if now.Before(until) {
		s.wakeAt(svc, until)
		return false
	}
	if s.isPaused(svc, sh) {
		return false
	}
	switch sh.steps[sh.at].stage {
	case stageScaleUp:
		return s.hasScaledUp(svc, sh)
	case stageReconcile:
		sh.cleared = true
		return svc.areGone(sh.leftovers...)
	case stageCleanUp:
		return svc.areGone(slices.DeleteFunc(slices.Clone(svc.deployments), func(d *deployment) bool { return d == svc.primary() })...)
	}
	return true
}

// hasScaledUp reports whether all tasks of green are healthy. Where they do not become
// healthy within a day, the deployment fails.
func (s *Service) hasScaledUp(svc *service, sh *shift) bool {
	healthy := 0
	for _, t := range svc.keptBy(sh.green) {
		if s.healthy(t) {
			healthy++
		}
	}
	if healthy == svc.desired {
		return true
	}
	limit := sh.entered.Add(mostStage)
	if s.world.Now().Before(limit) {
		s.wakeAt(svc, limit)
		return false
	}
	s.giveUp(svc, stageTimedOut, true)
	return false
}

// areGone reports whether no task of the deployments runs any more.
func (svc *service) areGone(gone ...*deployment) bool {
	return !slices.ContainsFunc(svc.tasks, func(t *task) bool {
		return slices.Contains(gone, t.deployment) && t.lastStatus != taskDeprovisioning
	})
}

// finishShift completes the deployment, or the rollback of it.
func (s *Service) finishShift(svc *service, sh *shift) {
	svc.shift = nil
	if sh.rollingBack {
		s.complete(svc, sh.blue)
		return
	}
	s.complete(svc, sh.green)
}

// stands reports whether the tasks of a deployment are meant to stay: the PRIMARY's, and
// while traffic shifts those of the other side and of what was interrupted.
func (svc *service) stands(d *deployment) bool {
	sh := svc.shift
	switch {
	case d == svc.primary():
		return true
	case sh == nil || sh.stage() == stageCleanUp:
		return false
	case slices.Contains(sh.leftovers, d):
		return !sh.cleared
	default:
		return d == sh.blue || d == sh.green
	}
}

// isPaired reports whether the listeners forward to both target groups of every load
// balancer.
func (s *Service) isPaired(svc *service, sh *shift) bool {
	for _, lb := range sh.green.revision.loadBalancers {
		a := lb.AdvancedConfiguration
		for _, group := range []*string{lb.TargetGroupArn, a.AlternateTargetGroupArn} {
			found := false
			for _, arn := range []*string{a.ProductionListenerRule, a.TestListenerRule} {
				listener, _ := s.deps.ELB.Listener(svc.region.scope, aws.ToString(arn))
				_, forwards := weightOf(listener.Shares, aws.ToString(group))
				found = found || forwards
			}
			if !found {
				return false
			}
		}
	}
	return true
}
