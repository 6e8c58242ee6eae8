package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// startMissing starts the tasks that are missing, of the PRIMARY deployment and of what
// serves beside it while traffic shifts.
func (s *Service) startMissing(svc *service) {
	for _, d := range svc.deployments {
		if svc.refills(d) {
			s.startMissingOf(svc, d)
		}
	}
}

// refills reports whether a deployment's missing tasks are started: the PRIMARY's; while
// traffic shifts also blue's, and green's not before it is to scale up.
func (svc *service) refills(d *deployment) bool {
	sh := svc.shift
	switch {
	case d.rolloutState == types.DeploymentRolloutStateFailed:
		return false
	case sh == nil || sh.rollingBack:
		return d == svc.primary()
	case d == sh.green:
		return sh.at >= 0 && sh.stage() != stageReconcile && sh.stage() != stagePreScaleUp
	default:
		return d == sh.blue && sh.stage() != stageCleanUp
	}
}

// startMissingOf starts a deployment's missing tasks, as many as the maximum allows.
func (s *Service) startMissingOf(svc *service, d *deployment) {
	missing := svc.desired - len(svc.keptBy(d))
	if missing <= 0 {
		return
	}
	n := min(missing, svc.room(d))
	if n <= 0 {
		s.checkDeadlock(svc)
		return
	}
	ready := svc.launchAfter
	if d.retryAt.After(ready) {
		ready = d.retryAt
	}
	if s.world.Now().Before(ready) {
		s.wakeAt(svc, ready)
		return
	}
	if !s.canLaunch(svc, d) {
		return
	}
	if n = min(n, svc.launched.left(s.world.Now())); n <= 0 {
		s.wakeAt(svc, svc.launched.began.Add(time.Minute))
		return
	}
	s.startTasks(svc, d, n)
}

// room is how many tasks the maximum lets a deployment start. In a rolling update all
// tasks of the service count; while traffic shifts there are two of everything.
func (svc *service) room(d *deployment) int {
	present := len(svc.tasks)
	if svc.shift != nil {
		present = 0
		for _, t := range svc.tasks {
			if t.deployment == d {
				present++
			}
		}
	}
	return upperLimit(svc.desired, *svc.configuration.MaximumPercent) - present
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

// startTasks starts n tasks of a deployment, as far as the capacity providers
// whose turn it is have room for them.
func (s *Service) startTasks(svc *service, d *deployment, n int) {
	room := map[string]bool{}
	var started []*task
	for _, provider := range d.revision.plan(svc.keptBy(d), n) {
		if _, asked := room[provider]; !asked {
			room[provider] = s.hasRoom(svc, d, provider)
		}
		if !room[provider] || !s.vCPUsLeft(svc.region, d.revision.definition, provider, 1) {
			continue // the next look says so
		}
		t := s.start(svc.region, launch{
			cluster: svc.cluster, revision: d.revision, service: svc, deployment: d, provider: provider,
			subnet: s.pickSubnet(svc.region.scope, d.revision.network, provider, svc.keptBy(d)),
			group:  "service:" + svc.name, startedBy: d.id, launchType: types.LaunchTypeFargate, executable: svc.executable,
			tags: svc.taskTags(d),
		})
		svc.tasks = append(svc.tasks, t)
		started = append(started, t)
	}
	svc.launched.count += len(started)
	if len(started) > 0 {
		s.event(svc, "has started %d tasks: %s.", len(started), listed(started))
	}
}

// taskTags are the tags of a deployment's next task.
func (svc *service) taskTags(d *deployment) []types.Tag {
	var tags []types.Tag
	switch svc.propagateTags {
	case types.PropagateTagsService:
		tags = slices.Clone(svc.tags)
	case types.PropagateTagsTaskDefinition:
		tags = slices.Clone(d.revision.definition.tags)
	}
	if svc.managedTags {
		tags = withTags(tags, []types.Tag{
			{Key: aws.String("aws:ecs:clusterName"), Value: aws.String(svc.cluster.name)},
			{Key: aws.String("aws:ecs:serviceName"), Value: aws.String(svc.name)},
		})
	}
	return tags
}
