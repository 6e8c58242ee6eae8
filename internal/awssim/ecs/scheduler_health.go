package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// judge looks at the health of every task: it notes successes, and condemns tasks
// that fail their checks when the grace period is over.
func (s *Service) judge(svc *service) {
	now := s.world.Now()
	for _, t := range slices.Clone(svc.tasks) {
		if t.lastStatus != taskRunning || t.condemned != "" {
			continue
		}
		if s.healthy(t) {
			if !t.wasHealthy {
				t.wasHealthy = true
				s.succeeded(svc, t.deployment)
			}
			continue
		}
		s.wakeAt(svc, t.startedAt.Add(settledAfter))
		grace := t.startedAt.Add(seconds(svc.grace))
		if now.Before(grace) {
			s.wakeAt(svc, grace)
			continue
		}
		s.condemn(svc, t)
	}
}

// condemn marks a task for replacement if one of its checks has failed.
func (s *Service) condemn(svc *service, t *task) {
	if t.healthStatus() == types.HealthStatusUnhealthy {
		t.condemned = "Task failed container health checks"
		s.event(svc, "(task %s) failed container health checks.", t.id)
	}
	for _, tg := range t.targets {
		state, reason := s.deps.ELB.TargetState(t.region.scope, tg.group, tg.ip, tg.port)
		if state != "unhealthy" || t.condemned != "" {
			continue
		}
		t.condemned = "Task failed ELB health checks in (target-group " + tg.group + ")"
		s.event(svc, "(task %s) (port %d) is unhealthy in (target-group %s) due to (reason %s)", t.id, tg.port, tg.group, worded(reason))
	}
	if t.condemned != "" {
		svc.steady = false
		s.failed(svc, t.deployment)
	}
}

// worded is a target's reason code in the words of ECS's events.
func worded(reason string) string {
	switch elb.TargetHealthReasonEnum(reason) {
	case elb.TargetHealthReasonEnumFailedHealthChecks, elb.TargetHealthReasonEnumResponseCodeMismatch:
		return "Health checks failed"
	case elb.TargetHealthReasonEnumTimeout:
		return "Request timed out"
	default:
		return reason
	}
}
