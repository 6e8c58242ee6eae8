package resource

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Deployment is a rollout of one revision in the service.
type Deployment struct {
	ID             string
	TaskDefinition string
	CreatedAt      time.Time
	Rollout        ecstypes.DeploymentRolloutState
	Desired        int32
	Running        int32
	Failed         int32
}

// trouble is ECS's newest event where tasks of the deployment have failed.
func (d Deployment) trouble(event string) string {
	if d.Failed == 0 {
		return ""
	}
	return fmt.Sprintf(", %d failed: %s", d.Failed, event)
}

// Rollout is what is remembered of the last rollout, so that a rollback that ECS did
// on its own is told from a change by someone else: the breaker brings back the
// deployment that was there before, with its old id, while a change makes a new one.
type Rollout struct {
	TaskDefinition string
	DeploymentID   string
	StartedAt      time.Time
	Failed         bool
}

// Primary is the deployment that ECS works towards.
func (s *ServiceState) Primary() Deployment {
	if len(s.Deployments) == 0 {
		return Deployment{}
	}
	return s.Deployments[0]
}

// rolledBack is true where the wanted revision was rolled out and ECS gave it up.
func (s *ServiceState) rolledBack(wanted string, before Rollout) bool {
	if before.DeploymentID == "" || before.TaskDefinition != wanted {
		return false
	}
	primary := s.Primary()
	if primary.ID == before.DeploymentID {
		return primary.Rollout == ecstypes.DeploymentRolloutStateFailed
	}
	return before.Failed || primary.CreatedAt.Before(before.StartedAt)
}

// Rollout is what to remember of the service's rollout of the wanted revision.
func (s *ServiceState) Rollout(wanted string, before Rollout) Rollout {
	primary := s.Primary()
	if primary.TaskDefinition == wanted {
		return Rollout{
			TaskDefinition: wanted, DeploymentID: primary.ID, StartedAt: primary.CreatedAt,
			Failed: primary.Rollout == ecstypes.DeploymentRolloutStateFailed,
		}
	}
	if s.rolledBack(wanted, before) {
		before.Failed = true
	}
	return before
}

// revision is the family and number of a task definition ARN.
func revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// serviceState reads ECS's description of a service. The primary deployment comes
// first.
func serviceState(d *ecstypes.Service) *ServiceState {
	state := &ServiceState{
		ARN: aws.ToString(d.ServiceArn), Cluster: aws.ToString(d.ClusterArn), Status: aws.ToString(d.Status),
		TaskDefinition: aws.ToString(d.TaskDefinition),
		Desired:        d.DesiredCount, Running: d.RunningCount, Pending: d.PendingCount,
		Grace: aws.ToInt32(d.HealthCheckGracePeriodSeconds), Safe: isSafe(d.DeploymentConfiguration),
		Targets: map[int32]string{}, Tags: ecsTagMap(d.Tags),
	}
	if n := d.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
		state.Subnets, state.Groups = n.AwsvpcConfiguration.Subnets, n.AwsvpcConfiguration.SecurityGroups
		state.PublicIP = n.AwsvpcConfiguration.AssignPublicIp == ecstypes.AssignPublicIpEnabled
	}
	for _, b := range d.LoadBalancers {
		state.Targets[aws.ToInt32(b.ContainerPort)] = aws.ToString(b.TargetGroupArn)
	}
	if len(d.Events) > 0 {
		state.LastEvent = aws.ToString(d.Events[0].Message)
	}
	for _, found := range d.Deployments {
		deployment := Deployment{
			ID: aws.ToString(found.Id), TaskDefinition: aws.ToString(found.TaskDefinition), CreatedAt: aws.ToTime(found.CreatedAt),
			Rollout: found.RolloutState, Desired: found.DesiredCount, Running: found.RunningCount, Failed: found.FailedTasks,
		}
		if aws.ToString(found.Status) == "PRIMARY" {
			state.Deployments = slices.Insert(state.Deployments, 0, deployment)
		} else {
			state.Deployments = append(state.Deployments, deployment)
		}
	}
	return state
}

// deploymentConfiguration is the controller's: see Service.
func deploymentConfiguration() *ecstypes.DeploymentConfiguration {
	return &ecstypes.DeploymentConfiguration{
		MinimumHealthyPercent: ptr(minimumHealthyPercent), MaximumPercent: ptr(maximumPercent),
		DeploymentCircuitBreaker: &ecstypes.DeploymentCircuitBreaker{Enable: true, Rollback: true},
	}
}

// isSafe compares only what the controller sets; ECS answers with more.
func isSafe(c *ecstypes.DeploymentConfiguration) bool {
	return c != nil && aws.ToInt32(c.MinimumHealthyPercent) == minimumHealthyPercent && aws.ToInt32(c.MaximumPercent) == maximumPercent &&
		c.DeploymentCircuitBreaker != nil && c.DeploymentCircuitBreaker.Enable && c.DeploymentCircuitBreaker.Rollback
}

// awsvpc is the network configuration of services and tasks.
func awsvpc(subnets, groups []string, publicIP bool) *ecstypes.NetworkConfiguration {
	assign := ecstypes.AssignPublicIpDisabled
	if publicIP {
		assign = ecstypes.AssignPublicIpEnabled
	}
	return &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		Subnets: subnets, SecurityGroups: groups, AssignPublicIp: assign,
	}}
}

// loadBalancers ties the container's ports to the target groups.
func (s Service) loadBalancers(targets map[int32]string) []ecstypes.LoadBalancer {
	var list []ecstypes.LoadBalancer
	for _, port := range slices.Sorted(maps.Keys(targets)) {
		list = append(list, ecstypes.LoadBalancer{ContainerName: &s.Container, ContainerPort: ptr(port), TargetGroupArn: ptr(targets[port])})
	}
	return list
}
