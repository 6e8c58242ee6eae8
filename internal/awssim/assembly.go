package awssim

import (
	"flexgw.io/controller/internal/awssim/autoscaling"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/awssim/ecs"
	"flexgw.io/controller/internal/awssim/efs"
	"flexgw.io/controller/internal/awssim/elbv2"
	"flexgw.io/controller/internal/awssim/events"
	"flexgw.io/controller/internal/awssim/iam"
	"flexgw.io/controller/internal/awssim/logs"
	"flexgw.io/controller/internal/awssim/secretsmanager"
	"flexgw.io/controller/internal/awssim/sqs"
	"flexgw.io/controller/internal/awssim/sts"
	"flexgw.io/controller/internal/awssim/tagging"
)

// Services are the simulated services. Their methods assume that the world is
// locked; see core.World.Do.
type Services struct {
	Scaling *autoscaling.Service
	EC2     *ec2.Service
	ECS     *ecs.Service
	EFS     *efs.Service
	ELB     *elbv2.Service
	Events  *events.Service
	IAM     *iam.Service
	Logs    *logs.Service
	Secrets *secretsmanager.Service
	SQS     *sqs.Service
	STS     *sts.Service
	Tagging *tagging.Service
}

// New returns a simulated AWS as it is found on the first day: accounts and
// regions exist as soon as somebody looks at them, with their default VPCs.
func New(o Options) (*Sim, error) {
	w := newWorld(o)
	var s *Sim
	talk := newConversation(o)
	a := newServices(w, talk)
	a.Tagging = tagging.New(w, func() []core.Resource { return s.inventory() })
	s, err := newSim(o, w, a.STS, map[string]any{
		"ec2":            a.EC2,
		"ecs":            a.ECS,
		"efs":            a.EFS,
		"elbv2":          a.ELB,
		"events":         a.Events,
		"iam":            a.IAM,
		"logs":           a.Logs,
		"secretsmanager": a.Secrets,
		"sqs":            a.SQS,
		"sts":            a.STS,

		"application-autoscaling":  a.Scaling,
		"resourcegroupstaggingapi": a.Tagging,
	})
	if err != nil {
		return nil, err
	}
	s.Services, s.anypoint = a, talk
	s.called = append(s.called, a.Tagging.Called)
	s.gates = append(s.gates, newThrottle(w))
	s.gates = append(s.gates, newAuthorizer(a))
	if o.Traffic {
		if err := s.openTraffic(); err != nil {
			return nil, err
		}
	}
	if o.heard == nil {
		s.listen()
	}
	return s, nil
}

// newServices makes the services and introduces them to each other, and containers to the
// Anypoint Platform.
func newServices(w *core.World, talk *conversation) Services {
	network := ec2.New(w)
	a := Services{
		EC2:     network,
		EFS:     efs.New(w, network),
		ELB:     elbv2.New(w, network),
		IAM:     iam.New(w),
		Logs:    logs.New(w),
		Secrets: secretsmanager.New(w),
		SQS:     sqs.New(w),
		STS:     sts.New(w),
	}
	a.Events = events.New(w, a.SQS)
	deps := ecs.Deps{EC2: a.EC2, EFS: a.EFS, ELB: a.ELB, IAM: a.IAM, Logs: a.Logs, Secrets: a.Secrets, Events: a.Events}
	if talk != nil {
		deps.Anypoint = talk
	}
	a.ECS = ecs.New(w, deps)
	a.Scaling = autoscaling.New(w, a.ECS)
	return a
}
