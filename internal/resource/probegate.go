package resource

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awscloud"
)

// ProbeLabel is the container's label with the port of its probe. It makes a replica that
// has a probe another revision than one that has none, so that it can be told which
// replicas answer it.
const ProbeLabel = "flexgw.io/probe-port"

// ProbeGate says whether the load balancer may ask the probe: ELB would find all targets
// unhealthy that do not answer it, and ECS would replace them. It asks once for all target
// groups in a walk, and is made anew for each walk.
type ProbeGate struct {
	Cloud     *awscloud.Clients
	Balancing *Balancing
	// Cluster and Service are the names of the service whose replicas count, and
	// Container that of the container with the probe.
	Cluster, Service, Container string
	// Port is the probe's.
	Port int32

	open once[bool]
}

// isOpen is true where all replicas have the probe, and where no target is healthy that
// could be lost: a check that nobody passes must not keep itself.
func (g *ProbeGate) isOpen(ctx context.Context) (bool, error) {
	return g.open.get(func() (bool, error) {
		revisions, err := g.revisions(ctx)
		if err != nil {
			return false, err
		}
		for _, revision := range revisions {
			if has, err := g.hasProbe(ctx, revision); err != nil {
				return false, err
			} else if !has {
				return g.isNoneHealthy(ctx)
			}
		}
		return true, nil
	})
}

// revisions are those of which replicas run or are about to.
func (g *ProbeGate) revisions(ctx context.Context) ([]string, error) {
	out, err := g.Cloud.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &g.Cluster, Services: []string{g.Service}})
	if err != nil {
		return nil, gone(err)
	}
	var revisions []string
	for _, service := range out.Services {
		if aws.ToString(service.Status) == statusInactive {
			continue
		}
		for _, d := range service.Deployments {
			if d.DesiredCount+d.PendingCount+d.RunningCount > 0 {
				revisions = append(revisions, aws.ToString(d.TaskDefinition))
			}
		}
	}
	return revisions, nil
}

func (g *ProbeGate) hasProbe(ctx context.Context, revision string) (bool, error) {
	out, err := g.Cloud.ECS.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &revision})
	if awscloud.Code(err) == "ClientException" { // ECS's answer for a revision that it does not show
		return false, nil
	}
	if err != nil || out.TaskDefinition == nil {
		return false, err
	}
	for _, c := range out.TaskDefinition.ContainerDefinitions {
		if aws.ToString(c.Name) == g.Container {
			return c.DockerLabels[ProbeLabel] == strconv.Itoa(int(g.Port)), nil
		}
	}
	return false, nil
}

func (g *ProbeGate) isNoneHealthy(ctx context.Context) (bool, error) {
	groups, err := g.Balancing.targetGroups(ctx)
	if err != nil {
		return false, err
	}
	for _, group := range groups {
		out, err := g.Cloud.ELB.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: group.TargetGroupArn})
		if gone(err) != nil {
			return false, err
		}
		if err == nil && anyHealthy(out.TargetHealthDescriptions) {
			return false, nil
		}
	}
	return true, nil
}

func anyHealthy(targets []elbtypes.TargetHealthDescription) bool {
	for _, t := range targets {
		if t.TargetHealth != nil && t.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy {
			return true
		}
	}
	return false
}
