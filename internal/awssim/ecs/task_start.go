package ecs

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// assumeRoles fails with AWS's sentence if ECS cannot assume a role of the task
// definition.
func (s *Service) assumeRoles(sc core.Scope, td *taskDefinition) error {
	for _, role := range []string{aws.ToString(td.ExecutionRoleArn), aws.ToString(td.TaskRoleArn)} {
		if role == "" {
			continue
		}
		if !s.deps.IAM.RoleVisible(sc.Account, role) || !s.deps.IAM.Trusts(sc.Account, role, taskPrincipal) {
			return errors.New(unassumable(role))
		}
	}
	return nil
}

// start makes a task, which provisions its network interface when Fargate gets
// round to it.
func (s *Service) start(r *region, l launch) *task {
	id := s.world.Hex(32)
	t := &task{
		launch: l, Appearance: s.world.Appears(), region: r, id: id, arn: r.scope.ARN("ecs", "task/"+l.cluster.name+"/"+id),
		lastStatus: taskProvisioning, desiredStatus: taskRunning, version: 1, createdAt: s.world.Now(),
	}
	if l.subnet != "" {
		t.subnetInfo, _ = s.deps.EC2.Subnet(r.scope, l.subnet)
		t.attachment, t.attachStatus = s.world.UUID(), "PRECREATED"
	}
	for _, definition := range l.revision.definition.ContainerDefinitions {
		t.containers = append(t.containers, s.newContainer(t, definition))
	}
	l.cluster.forget(s.world.Now())
	l.cluster.tasks = append(l.cluster.tasks, t)
	turn := r.bucket(l.provider).take(s.world.Now())
	t.next = s.world.After(turn+s.world.Delay(core.TaskProvisioning), func() { s.attach(t) })
	s.announceTask(t)
	return t
}

// attach gives the task its network interface.
func (s *Service) attach(t *task) {
	v := t.revision.network.AwsvpcConfiguration
	eni, err := s.deps.EC2.CreateInterface(t.region.scope, ec2.InterfaceSpec{
		Subnet: t.subnet, SecurityGroups: v.SecurityGroups, InterfaceType: "interface", RequesterID: networkRequester,
		Description:    t.region.scope.ARN("ecs", "attachment/"+t.attachment),
		AssignPublicIP: v.AssignPublicIp == types.AssignPublicIpEnabled,
		Tags: map[string]string{
			"aws:ecs:clusterName": t.cluster.name,
		},
	})
	if err != nil {
		s.failToStart(t, "Unexpected EC2 error while attempting to Create Network Interface in subnet '"+t.subnet+"': "+codeOf(err))
		return
	}
	t.eni, t.attachStatus = eni, "ATTACHED"
	t.connectedAt = s.world.Now()
	t.moveTo(taskPending)
	s.announceTask(t)
	t.next = s.world.After(s.world.Delay(core.TaskPending), func() { s.prepare(t) })
}

// codeOf is the AWS error code in err, or its text.
func codeOf(err error) string {
	var refusal *core.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return err.Error()
}

// prepare does what Fargate does before it pulls the images, in its order.
func (s *Service) prepare(t *task) {
	for _, step := range []func(*task) error{s.fetchSecrets, s.checkLogging, s.mountVolumes} {
		if err := step(t); err != nil {
			s.failToStart(t, "ResourceInitializationError: "+err.Error())
			return
		}
	}
	t.pullStartedAt = s.world.Now()
	t.moveTo(taskActivating)
	s.announceTask(t)
	t.next = s.world.After(s.world.Delay(core.TaskPull), func() { s.pull(t) })
}

// pull pulls the images of all containers.
func (s *Service) pull(t *task) {
	for _, c := range t.containers {
		image := aws.ToString(c.definition.Image)
		digest, err := pullImage(t, image)
		if err == nil {
			err = s.refusedPull(image)
		}
		if err != nil {
			c.reason = "CannotPullContainerError: " + err.Error()
			s.failToStart(t, c.reason)
			return
		}
		c.digest = digest
	}
	t.pullStoppedAt = s.world.Now()
	t.next = s.world.After(s.world.Delay(core.TaskStart), func() { s.run(t) })
}

// run starts the containers, those that depend on others later.
func (s *Service) run(t *task) {
	t.next = nil
	s.startContainers(t)
}

func (s *Service) register(t *task, group string, port int32) {
	key := target{group: group, ip: t.eni.PrivateIP, port: port}
	// The change is announced while it is made, so the task must be known first.
	t.region.targets[key] = t
	if err := s.deps.ELB.Register(t.region.scope, key.group, key.ip, key.port, t.zone()); err != nil {
		delete(t.region.targets, key)
		if t.service != nil {
			s.event(t.service, "failed to register targets in (target-group %s) with (error %s)", group, err.Error())
		}
		return
	}
	t.targets = append(t.targets, key)
	if t.service != nil {
		s.event(t.service, "registered 1 targets in (target-group %s)", group)
	}
}

// online reports whether the task reaches the internet: a subnet that is routed to
// an internet gateway helps only those who have a public address. Others are taken
// to have a NAT gateway.
func (t *task) online() bool {
	return !t.subnetInfo.Public || t.eni.PublicIP != ""
}

// logStream is the name of a container's log stream on Fargate.
func (t *task) logStream(prefix, container string) string {
	return strings.Join([]string{prefix, container, t.id}, "/")
}
