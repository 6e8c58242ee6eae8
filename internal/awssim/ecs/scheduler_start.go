package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// startMissing starts the PRIMARY deployment's missing tasks, as many as the
// maximum allows.
func (s *Service) startMissing(svc *service) {
	p := svc.primary()
	missing := svc.desired - len(svc.keptBy(p))
	if missing <= 0 || p.rolloutState == types.DeploymentRolloutStateFailed {
		return
	}
	n := min(missing, upperLimit(svc.desired, *svc.configuration.MaximumPercent)-len(svc.tasks))
	if n <= 0 {
		s.checkDeadlock(svc)
		return
	}
	ready := svc.launchAfter
	if p.retryAt.After(ready) {
		ready = p.retryAt
	}
	if s.world.Now().Before(ready) {
		s.wakeAt(svc, ready)
		return
	}
	if !s.canLaunch(svc, p) {
		return
	}
	if n = min(n, svc.launched.left(s.world.Now())); n <= 0 {
		s.wakeAt(svc, svc.launched.began.Add(time.Minute))
		return
	}
	s.startTasks(svc, n)
}

// canLaunch reports whether ECS would ask Fargate for a task of the deployment; an
// event tells why not. An attempt that ECS gives up counts as a failed task.
func (s *Service) canLaunch(svc *service, d *deployment) bool {
	sc := svc.region.scope
	if !d.revision.onFargate() {
		s.eventOnce(svc, "was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.")
		return false
	}
	if err := s.assumeRoles(sc, d.revision.definition); err != nil {
		s.event(svc, "failed to launch a task with (error %s).", err.Error())
		s.failed(svc, d)
		return false
	}
	return true
}

// checkDeadlock tells when the limits leave the scheduler nothing to do in the
// midst of a deployment: nothing may start, nothing may stop, and nothing is on its
// way.
func (s *Service) checkDeadlock(svc *service) {
	for _, t := range svc.tasks {
		if t.isStopping() || t.condemned != "" || !s.healthy(t) {
			return
		}
	}
	s.eventOnce(svc, "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.")
}

// startTasks starts n tasks of the PRIMARY deployment, as far as the capacity providers
// whose turn it is have room for them.
func (s *Service) startTasks(svc *service, n int) {
	p := svc.primary()
	room := map[string]bool{}
	var started []*task
	for _, provider := range p.revision.plan(svc.keptBy(p), n) {
		if _, asked := room[provider]; !asked {
			room[provider] = s.hasRoom(svc, p, provider)
		}
		if !room[provider] || !s.vCPUsLeft(svc.region, p.revision.definition, provider, 1) {
			continue // the next look says so
		}
		t := s.start(svc.region, launch{
			cluster: svc.cluster, revision: p.revision, service: svc, deployment: p, provider: provider,
			subnet: s.pickSubnet(svc.region.scope, p.revision.network, provider, svc.keptBy(p)),
			group:  "service:" + svc.name, startedBy: p.id, launchType: types.LaunchTypeFargate, executable: svc.executable,
			tags: svc.taskTags(),
		})
		svc.tasks = append(svc.tasks, t)
		started = append(started, t)
	}
	svc.launched.count += len(started)
	if len(started) > 0 {
		s.event(svc, "has started %d tasks: %s.", len(started), listed(started))
	}
}

// taskTags are the tags of the service's next task.
func (svc *service) taskTags() []types.Tag {
	var tags []types.Tag
	switch svc.propagateTags {
	case types.PropagateTagsService:
		tags = slices.Clone(svc.tags)
	case types.PropagateTagsTaskDefinition:
		tags = slices.Clone(svc.primary().revision.definition.tags)
	}
	if svc.managedTags {
		tags = withTags(tags, []types.Tag{
			{Key: aws.String("aws:ecs:clusterName"), Value: aws.String(svc.cluster.name)},
			{Key: aws.String("aws:ecs:serviceName"), Value: aws.String(svc.name)},
		})
	}
	return tags
}
