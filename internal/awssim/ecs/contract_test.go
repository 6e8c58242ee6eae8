package ecs

import (
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/awssim/efs"
	"flexgw.io/controller/internal/awssim/elbv2"
	"flexgw.io/controller/internal/awssim/iam"
	"flexgw.io/controller/internal/awssim/logs"
	"flexgw.io/controller/internal/awssim/secretsmanager"
)

// The simulated services are what ECS needs.
var (
	_ Network       = (*ec2.Service)(nil)
	_ FileSystems   = (*efs.Service)(nil)
	_ LoadBalancing = (*elbv2.Service)(nil)
	_ Roles         = (*iam.Service)(nil)
	_ Logs          = (*logs.Service)(nil)
	_ Secrets       = (*secretsmanager.Service)(nil)
)
