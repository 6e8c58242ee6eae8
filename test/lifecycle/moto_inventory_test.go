package lifecycle

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"flexgw.io/controller/internal/awscloud"
)

// holdings are what an AWS has, as its own answers show it.
type holdings struct {
	Groups        []ec2types.SecurityGroup
	FileSystems   []efstypes.FileSystemDescription
	MountTargets  []efstypes.MountTargetDescription
	AccessPoints  []efstypes.AccessPointDescription
	LogGroups     []logstypes.LogGroup
	Roles         []iamtypes.Role
	Secrets       []smtypes.SecretListEntry
	Clusters      []string
	Services      []ecstypes.Service
	Definitions   []ecstypes.TaskDefinition
	LoadBalancers []elbtypes.LoadBalancer
	TargetGroups  []elbtypes.TargetGroup
	Listeners     []elbtypes.Listener
}

// reader reads answers until one is an error.
type reader struct {
	t   *testing.T
	ctx context.Context
	aws *awscloud.Clients
}

// answer is an answer of AWS, which must not be an error.
func answer[O any](r reader) func(*O, error) *O {
	return func(out *O, err error) *O {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
		return out
	}
}

// holdings reads them. None is so many that it would take a second page.
func (b *bench) holdings() holdings {
	b.t.Helper()
	clients, err := b.reconciler.Cloud.In(b.t.Context(), "us-east-1")
	b.must(err)
	r, h := reader{b.t, b.t.Context(), clients}, holdings{}
	r.network(&h)
	r.storage(&h)
	r.identity(&h)
	r.compute(&h)
	return h
}

func (r reader) network(h *holdings) {
	h.Groups = answer[ec2.DescribeSecurityGroupsOutput](r)(r.aws.EC2.DescribeSecurityGroups(r.ctx, &ec2.DescribeSecurityGroupsInput{})).SecurityGroups
	h.LoadBalancers = answer[elb.DescribeLoadBalancersOutput](r)(r.aws.ELB.DescribeLoadBalancers(r.ctx, &elb.DescribeLoadBalancersInput{})).LoadBalancers
	h.TargetGroups = answer[elb.DescribeTargetGroupsOutput](r)(r.aws.ELB.DescribeTargetGroups(r.ctx, &elb.DescribeTargetGroupsInput{})).TargetGroups
	for _, l := range h.LoadBalancers {
		h.Listeners = append(h.Listeners, answer[elb.DescribeListenersOutput](r)(r.aws.ELB.DescribeListeners(r.ctx, &elb.DescribeListenersInput{LoadBalancerArn: l.LoadBalancerArn})).Listeners...)
	}
}

func (r reader) storage(h *holdings) {
	h.FileSystems = answer[efs.DescribeFileSystemsOutput](r)(r.aws.EFS.DescribeFileSystems(r.ctx, &efs.DescribeFileSystemsInput{})).FileSystems
	for _, f := range h.FileSystems {
		h.MountTargets = append(h.MountTargets, answer[efs.DescribeMountTargetsOutput](r)(r.aws.EFS.DescribeMountTargets(r.ctx, &efs.DescribeMountTargetsInput{FileSystemId: f.FileSystemId})).MountTargets...)
	}
	h.AccessPoints = answer[efs.DescribeAccessPointsOutput](r)(r.aws.EFS.DescribeAccessPoints(r.ctx, &efs.DescribeAccessPointsInput{})).AccessPoints
}

func (r reader) identity(h *holdings) {
	h.LogGroups = answer[cloudwatchlogs.DescribeLogGroupsOutput](r)(r.aws.Logs.DescribeLogGroups(r.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})).LogGroups
	h.Roles = answer[iam.ListRolesOutput](r)(r.aws.IAM.ListRoles(r.ctx, &iam.ListRolesInput{})).Roles
	h.Secrets = answer[secretsmanager.ListSecretsOutput](r)(r.aws.Secrets.ListSecrets(r.ctx, &secretsmanager.ListSecretsInput{})).SecretList
}

// compute reads what is not INACTIVE: ECS keeps such task definitions for ever and such
// clusters and services for a while, and moto keeps them all.
func (r reader) compute(h *holdings) {
	arns := answer[ecs.ListClustersOutput](r)(r.aws.ECS.ListClusters(r.ctx, &ecs.ListClustersInput{})).ClusterArns
	for _, cluster := range answer[ecs.DescribeClustersOutput](r)(r.aws.ECS.DescribeClusters(r.ctx, &ecs.DescribeClustersInput{Clusters: arns})).Clusters {
		if aws.ToString(cluster.Status) == "ACTIVE" {
			h.Clusters = append(h.Clusters, aws.ToString(cluster.ClusterName))
			r.services(h, cluster.ClusterArn)
		}
	}
	for _, arn := range answer[ecs.ListTaskDefinitionsOutput](r)(r.aws.ECS.ListTaskDefinitions(r.ctx, &ecs.ListTaskDefinitionsInput{Status: ecstypes.TaskDefinitionStatusActive})).TaskDefinitionArns {
		h.Definitions = append(h.Definitions, *answer[ecs.DescribeTaskDefinitionOutput](r)(r.aws.ECS.DescribeTaskDefinition(r.ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(arn)})).TaskDefinition)
	}
}

func (r reader) services(h *holdings, cluster *string) {
	arns := answer[ecs.ListServicesOutput](r)(r.aws.ECS.ListServices(r.ctx, &ecs.ListServicesInput{Cluster: cluster})).ServiceArns
	if len(arns) == 0 {
		return
	}
	out := answer[ecs.DescribeServicesOutput](r)(r.aws.ECS.DescribeServices(r.ctx, &ecs.DescribeServicesInput{Cluster: cluster, Services: arns, Include: []ecstypes.ServiceField{ecstypes.ServiceFieldTags}}))
	for _, s := range out.Services {
		if aws.ToString(s.Status) != "INACTIVE" {
			h.Services = append(h.Services, s)
		}
	}
}
