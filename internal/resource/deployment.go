package resource

import (
	"cmp"
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
	UpdatedAt      time.Time
	Rollout        ecstypes.DeploymentRolloutState
	Desired        int32
	Running        int32
	Failed         int32
}

// IsCompleted is true where all its tasks serve, and nothing else runs.
func (d Deployment) IsCompleted() bool {
	return d.Rollout == ecstypes.DeploymentRolloutStateCompleted
}

// Rollout is what is remembered of the last rollout, so that a rollback that ECS did
// on its own is told from a change by someone else: the breaker brings back the
// deployment that was there before, with its old id, while a change makes a new one.
type Rollout struct {
	TaskDefinition string
	DeploymentID   string
	StartedAt      time.Time
	Failed         bool
	// Reason is why tasks of it failed.
	Reason string
	// Progress is how far it has come.
	Progress Progress
}

// Primary is the deployment that ECS works towards.
func (s *ServiceState) Primary() Deployment {
	if len(s.Deployments) == 0 {
		return Deployment{}
	}
	return s.Deployments[0]
}

// isGivenUp is true where ECS starts no more tasks, and had nothing to go back to.
func (s *ServiceState) isGivenUp() bool {
	return s.Primary().Rollout == ecstypes.DeploymentRolloutStateFailed
}

// isSteady is true where ECS has nothing left to do.
func (s *ServiceState) isSteady() bool {
	return s.Primary().Rollout != ecstypes.DeploymentRolloutStateInProgress && s.Running == s.Desired
}

// drains is true where all that is left of older deployments are tasks on their way out.
func (s *ServiceState) drains() bool {
	for _, d := range s.Deployments {
		if d.ID != s.Primary().ID && d.Desired > 0 {
			return false
		}
	}
	return len(s.Deployments) > 1
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
	rolledBack := s.rolledBack(wanted, before)
	// What was rolled back may have been of the same revision: another strategy.
	if primary.TaskDefinition == wanted && (!rolledBack || primary.ID == before.DeploymentID) {
		rollout := Rollout{
			TaskDefinition: wanted, DeploymentID: primary.ID, StartedAt: primary.CreatedAt,
			Failed: primary.Rollout == ecstypes.DeploymentRolloutStateFailed, Reason: s.Cause, Progress: before.Progress,
		}
		if rollout.Failed && rollout.Reason == "" && before.DeploymentID == primary.ID {
			rollout.Reason = before.Reason // it is asked for once only
		}
		return rollout
	}
	if rolledBack {
		before.Failed, before.Reason = true, cmp.Or(s.Cause, before.Reason)
	}
	return before
}

// revision is the family and number of a task definition ARN.
func revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// shownEvents is how many events of a service are shown: where tasks cannot be placed, the
// newest often says only that, and the one before it why.
const shownEvents = 2

// serviceState reads ECS's description of a service. The primary deployment comes
// first.
func serviceState(d *ecstypes.Service) *ServiceState {
	state := &ServiceState{
		ARN: aws.ToString(d.ServiceArn), Cluster: aws.ToString(d.ClusterArn), Status: aws.ToString(d.Status),
		TaskDefinition: aws.ToString(d.TaskDefinition),
		Desired:        d.DesiredCount, Running: d.RunningCount, Pending: d.PendingCount, Providers: providersOf(d.CapacityProviderStrategy),
		Grace: aws.ToInt32(d.HealthCheckGracePeriodSeconds), Limits: limitsOf(d.DeploymentConfiguration),
		Rebalancing: d.AvailabilityZoneRebalancing, alarms: alarmsOf(d.DeploymentConfiguration),
		Shift: shiftOf(d.DeploymentConfiguration), ServiceDeployment: aws.ToString(d.CurrentServiceDeployment),
		Targets: bindingsOf(d.LoadBalancers), Tags: ecsTagMap(d.Tags),
	}
	if n := d.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
		state.Subnets, state.Groups = n.AwsvpcConfiguration.Subnets, n.AwsvpcConfiguration.SecurityGroups
		state.PublicIP = n.AwsvpcConfiguration.AssignPublicIp == ecstypes.AssignPublicIpEnabled
	}
	var events []string
	for _, e := range d.Events[:min(len(d.Events), shownEvents)] {
		events = append(events, aws.ToString(e.Message))
	}
	state.LastEvents = strings.Join(events, " ")
	for _, found := range d.Deployments {
		deployment := Deployment{
			ID: aws.ToString(found.Id), TaskDefinition: aws.ToString(found.TaskDefinition), CreatedAt: aws.ToTime(found.CreatedAt),
			UpdatedAt: aws.ToTime(found.UpdatedAt),
			Rollout:   found.RolloutState, Desired: found.DesiredCount, Running: found.RunningCount, Failed: found.FailedTasks,
		}
		if aws.ToString(found.Status) == "PRIMARY" {
			state.Deployments = slices.Insert(state.Deployments, 0, deployment)
		} else {
			state.Deployments = append(state.Deployments, deployment)
		}
	}
	return state
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
