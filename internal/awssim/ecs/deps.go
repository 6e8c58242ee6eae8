package ecs

import (
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/anypointsim/platform"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/awssim/efs"
	"flexgw.io/controller/internal/awssim/elbv2"
	"flexgw.io/controller/internal/awssim/events"
)

// Deps are the other simulated services, as far as ECS and Fargate use them. All
// their methods need the world locked.
type Deps struct {
	EC2     Network
	EFS     FileSystems
	ELB     LoadBalancing
	IAM     Roles
	Logs    Logs
	Secrets Secrets
	// Events may be nil: nobody listens.
	Events Events
	// Anypoint is the platform that containers reach. Where it is nil, flexctl reaches none
	// and gateways take what they need of it for granted; see Service.APIDeployed.
	Anypoint platform.Platform
}

// Events takes what ECS tells Amazon EventBridge.
type Events interface {
	Publish(sc core.Scope, e events.Event)
}

// Network gives tasks their network interfaces.
type Network interface {
	Subnet(sc core.Scope, id string) (ec2.Subnet, bool)
	SecurityGroupVPC(sc core.Scope, id string) (vpc string, ok bool)
	CreateInterface(sc core.Scope, spec ec2.InterfaceSpec) (ec2.Interface, error)
	DeleteInterface(sc core.Scope, id string)
	Listen(sc core.Scope, eni string, ports ...int32)
	Answer(sc core.Scope, eni string, status func(port int32, path string) int)
}

// FileSystems mounts the volumes of tasks.
type FileSystems interface {
	// Mount fails with the text that follows "ResourceInitializationError: ".
	Mount(sc core.Scope, m efs.Mount) (efs.Directory, error)
}

// LoadBalancing keeps the targets of services.
type LoadBalancing interface {
	TargetGroup(sc core.Scope, arn string) (elbv2.TargetGroup, bool)
	Listener(sc core.Scope, arn string) (elbv2.Listener, bool)
	// Weigh changes the weights of the target groups that a listener forwards to.
	Weigh(sc core.Scope, listener string, shares ...elbv2.Share) error
	Register(sc core.Scope, tg string, ip string, port int32, zone string) error
	Deregister(sc core.Scope, tg string, ip string, port int32)
	// TargetState is "" for a target that is not registered.
	TargetState(sc core.Scope, tg string, ip string, port int32) (state, reason string)
	OnTargetChange(fn func(sc core.Scope, tg, ip string, port int32, state string))
}

// Roles answers what a task's roles may do.
type Roles interface {
	RoleVisible(account, roleARN string) bool
	Trusts(account, roleARN, servicePrincipal string) bool
	Allows(account, roleARN, action, resource string) bool
}

// Logs takes what containers print.
type Logs interface {
	GroupExists(sc core.Scope, name string) bool
	Put(sc core.Scope, group, stream string, lines ...string)
	CreateLogGroup(c *core.Call, in *cloudwatchlogs.CreateLogGroupInput) (*cloudwatchlogs.CreateLogGroupOutput, error)
}

// Secrets resolves what the secrets of a container refer to, and serves the AWS CLI in
// containers.
type Secrets interface {
	Value(sc core.Scope, valueFrom string) (string, error)
	DescribeSecret(c *core.Call, in *secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error)
	PutSecretValue(c *core.Call, in *secretsmanager.PutSecretValueInput) (*secretsmanager.PutSecretValueOutput, error)
}
