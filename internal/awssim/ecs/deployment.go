package ecs

import (
	"math"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// revision is what a deployment runs: what AWS calls a service revision.
type revision struct {
	arn           string
	createdAt     time.Time
	definition    *taskDefinition
	network       *types.NetworkConfiguration
	loadBalancers []types.LoadBalancer
	platform      string
	// launchType is empty where a strategy says on what the tasks run.
	launchType types.LaunchType
	strategy   []types.CapacityProviderStrategyItem
}

// same reports whether the two run the same, whatever their ARNs.
func (r revision) same(o revision) bool {
	return r.definition == o.definition && r.platform == o.platform && r.runsOn(o) &&
		reflect.DeepEqual(r.network, o.network) &&
		len(r.loadBalancers) == len(o.loadBalancers) &&
		(len(r.loadBalancers) == 0 || reflect.DeepEqual(r.loadBalancers, o.loadBalancers))
}

// deployment is one entry of a service's deployments.
type deployment struct {
	id, status   string
	revision     revision
	rolloutState types.DeploymentRolloutState
	reason       string
	createdAt    time.Time
	updatedAt    time.Time
	// failed is the number of failed tasks in a row, and retryAt when the next one
	// may be started.
	failed  int
	retryAt time.Time
	// rollout is its history record.
	rollout *rollout
}

// deploy makes the revision the service's new PRIMARY deployment.
func (s *Service) deploy(svc *service, rev revision) {
	now := s.world.Now()
	rev.createdAt = now
	rev.arn = svc.region.scope.ARN("ecs", "service-revision/"+svc.cluster.name+"/"+svc.name+"/"+s.world.Digits(19))
	d := &deployment{
		id: "ecs-svc/" + s.world.Digits(19), status: statusPrimary, revision: rev,
		rolloutState: types.DeploymentRolloutStateInProgress, createdAt: now, updatedAt: now,
	}
	d.reason = "ECS deployment " + d.id + " in progress."
	if len(svc.deployments) > 0 {
		old := svc.primary()
		old.status = statusActive
		old.updatedAt = now
		if last := svc.rollouts[0]; last.finishedAt.IsZero() {
			last.finish(types.ServiceDeploymentStatusStopped, "Service deployment was superseded by a new one.", now)
		}
	}
	d.rollout = s.newRollout(svc, d)
	svc.deployments = append([]*deployment{d}, svc.deployments...)
	svc.steady = false
	svc.spotRetryAt = time.Time{}
	s.announceDeployment(svc, d, deploymentInProgress)
	s.wakeLater(svc)
}

// wakeLater has the scheduler get round to a change that a caller has made.
func (s *Service) wakeLater(svc *service) {
	d := s.world.Delay(core.TaskScheduled)
	svc.launchAfter = s.world.Now().Add(d)
	s.wake(svc, d)
}

// lowerLimit is the number of healthy tasks that a deployment has to keep.
func lowerLimit(desired int, minimumHealthyPercent int32) int {
	return int(math.Ceil(float64(desired) * float64(minimumHealthyPercent) / 100))
}

// upperLimit is the number of tasks that there may be during a deployment.
func upperLimit(desired int, maximumPercent int32) int {
	return int(math.Floor(float64(desired) * float64(maximumPercent) / 100))
}
