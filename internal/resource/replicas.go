package resource

import (
	"context"
	"fmt"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// Replicas are the running tasks of the service and their health in the load
// balancer. They belong to ECS: they are only looked at, when they are awaited and
// whenever the service itself is not as it was.
type Replicas struct {
	Common
	Cluster        *engine.Ref[ClusterState]
	Service        *engine.Ref[ServiceState]
	TaskDefinition *engine.Ref[TaskDefinitionState]
	// Container is the name of the container whose image counts.
	Container string
	// TargetGroups are those whose health counts; all check the same port.
	TargetGroups []*engine.Ref[TargetGroupState]
	// PublicIPs is true where tasks have public addresses.
	PublicIPs bool
	// Known are the replicas of the last look: addresses never change.
	Known []Replica
	// HealthTime is how long it takes as a rule until a new task is healthy.
	HealthTime time.Duration
	// Goal is what the replicas are on their way to.
	Goal Goal
	// Connection is what the Anypoint Platform says of the replicas.
	Connection Connection
}

// Replica is a running task.
type Replica struct {
	ID, Zone, Status               string
	CapacityProvider               string
	PrivateIP, PublicIP, PublicDNS string
	TaskDefinition                 string
	// ImageDigest is the digest of the image that it runs, once that is pulled.
	ImageDigest string
	StartedAt   time.Time
	Healthy     bool

	networkInterface string
}

// ReplicasState is what is running.
type ReplicasState struct {
	Replicas []Replica
	// Unhealthy is how many replicas of the wanted revision are yet to be healthy.
	Unhealthy int32
	// Leaving is how many replicas drain.
	Leaving  int32
	Progress Progress
	// of is the service as it was when they were looked at.
	of ReplicasWish
}

// healthLook is how often the health of replicas is looked at while the service itself is
// awaited. Each change of the service is followed by a look at once.
const healthLook = 30 * time.Second

// ReplicasWish is that the replicas have been looked at since the service changed.
type ReplicasWish struct {
	Deployment       string
	Rollout          ecstypes.DeploymentRolloutState
	Desired, Running int32
}

// Healthy is the number of healthy replicas.
func (s *ReplicasState) Healthy() int32 {
	var n int32
	for _, r := range s.Replicas {
		if r.Healthy {
			n++
		}
	}
	return n
}

// Identity is Replicas/gateway.
func (r Replicas) Identity() engine.Identity {
	return engine.Identity{Kind: "Replicas", Name: "gateway"}
}

// Needs the service, whatever its trouble, and the target group, without which nothing
// is healthy.
func (r Replicas) Needs() []engine.Need {
	needs := []engine.Need{engine.Seen(r.Service), engine.Seen(r.TaskDefinition)}
	for _, group := range r.TargetGroups {
		needs = append(needs, engine.Seen(group))
	}
	return needs
}

// Wish follows the service: ECS makes replicas.
func (r Replicas) Wish() (ReplicasWish, error) {
	s := r.Service.Value()
	return ReplicasWish{Deployment: s.Primary().ID, Rollout: s.Primary().Rollout, Desired: s.Desired, Running: s.Running}, nil
}

// Observe lists the tasks, describes them, and asks for their health.
func (r Replicas) Observe(ctx context.Context, _ engine.Record) (*ReplicasState, error) {
	service, cluster := r.Service.Value(), r.Cluster.Value()
	if service == nil || cluster == nil {
		return nil, nil
	}
	state := &ReplicasState{}
	if service.Running+service.Pending > 0 && !r.isFirstRollout(service) {
		if err := r.addTasks(ctx, state, cluster, service); err != nil {
			return nil, err
		}
	}
	if r.TaskDefinition.Value() != nil {
		state.of, _ = r.Wish()
		r.addProgress(state)
	}
	return state, nil
}

// isFirstRollout is true where nothing serves yet that would have to be watched. One that
// takes twice as long as usual is watched all the same: many may serve and one be missing.
func (r Replicas) isFirstRollout(service *ServiceState) bool {
	primary := service.Primary()
	return len(r.Known) == 0 && primary.Rollout == ecstypes.DeploymentRolloutStateInProgress &&
		r.Now().Sub(primary.CreatedAt) < 2*r.HealthTime
}

func (r Replicas) addTasks(ctx context.Context, state *ReplicasState, cluster *ClusterState, service *ServiceState) error {
	pages := ecs.NewListTasksPaginator(r.Cloud.ECS, &ecs.ListTasksInput{Cluster: &cluster.ARN, ServiceName: &service.ARN})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return gone(err)
		}
		if len(page.TaskArns) == 0 {
			continue
		}
		out, err := r.Cloud.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster.ARN, Tasks: page.TaskArns})
		if err != nil {
			return err
		}
		for _, task := range out.Tasks {
			state.Replicas = append(state.Replicas, r.replica(task))
		}
	}
	if err := r.addPublicIPs(ctx, state); err != nil {
		return err
	}
	return r.addHealth(ctx, state)
}

func (r Replicas) replica(task ecstypes.Task) Replica {
	found := Replica{
		ID: revision(aws.ToString(task.TaskArn)), Zone: aws.ToString(task.AvailabilityZone), CapacityProvider: aws.ToString(task.CapacityProviderName), Status: aws.ToString(task.LastStatus),
		TaskDefinition: aws.ToString(task.TaskDefinitionArn), StartedAt: aws.ToTime(task.StartedAt),
	}
	for _, container := range task.Containers {
		if aws.ToString(container.Name) == r.Container {
			found.ImageDigest = aws.ToString(container.ImageDigest)
		}
	}
	for _, attachment := range task.Attachments {
		for _, detail := range attachment.Details {
			switch aws.ToString(detail.Name) {
			case "privateIPv4Address":
				found.PrivateIP = aws.ToString(detail.Value)
			case "networkInterfaceId":
				found.networkInterface = aws.ToString(detail.Value)
			}
		}
	}
	return found
}

// addPublicIPs reads the public addresses of tasks that are new since the last look.
func (r Replicas) addPublicIPs(ctx context.Context, state *ReplicasState) error {
	known := map[string]Replica{}
	for _, k := range r.Known {
		known[k.ID] = k
	}
	byInterface := map[string]*Replica{}
	for i := range state.Replicas {
		found := &state.Replicas[i]
		if before := known[found.ID]; before.PublicIP != "" {
			found.PublicIP, found.PublicDNS = before.PublicIP, before.PublicDNS
		} else if found.networkInterface != "" {
			byInterface[found.networkInterface] = found
		}
	}
	if !r.PublicIPs || len(byInterface) == 0 {
		return nil
	}
	var ids []string
	for id := range byInterface {
		ids = append(ids, id)
	}
	out, err := r.Cloud.EC2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: ids})
	if err != nil {
		return gone(err) // a task ended in between: the next look has the addresses
	}
	for _, n := range out.NetworkInterfaces {
		if found := byInterface[aws.ToString(n.NetworkInterfaceId)]; found != nil && n.Association != nil {
			found.PublicIP, found.PublicDNS = aws.ToString(n.Association.PublicIp), aws.ToString(n.Association.PublicDnsName)
		}
	}
	return nil
}

func (r Replicas) addHealth(ctx context.Context, state *ReplicasState) error {
	if len(state.Replicas) == 0 {
		return nil
	}
	healthy, err := healthyTargets(ctx, r.Cloud.ELB, r.TargetGroups)
	if err != nil {
		return err
	}
	for i, found := range state.Replicas {
		state.Replicas[i].Healthy = found.PrivateIP != "" && healthy[found.PrivateIP]
	}
	return nil
}

// Owner is external: replicas belong to ECS.
func (r Replicas) Owner(*ReplicasState) engine.Ownership { return engine.External() }

// Diff is what makes the engine look again: the service is not as it was at the last
// look. There is nothing to change.
func (r Replicas) Diff(wish ReplicasWish, observed *ReplicasState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "service", wish, observed.of)
	return delta
}

// Create is never asked for: the state is there whenever the service is.
func (r Replicas) Create(context.Context, ReplicasWish) (*ReplicasState, error) {
	return nil, engine.WaitFor(5*time.Second, "ECS does not show the tasks yet")
}

// Update does nothing.
func (r Replicas) Update(_ context.Context, _ ReplicasWish, observed *ReplicasState, _ *compare.Delta) (*ReplicasState, error) {
	return observed, nil
}

// Delete does nothing.
func (r Replicas) Delete(context.Context, *ReplicasState) error { return nil }

// Settled once as many replicas are healthy as the service should have, and connected,
// where that is awaited. Where ECS has given up, no more are to come, and it is the
// service's problem.
func (r Replicas) Settled(observed *ReplicasState) error {
	desired, healthy := r.Service.Value().Desired, observed.Healthy()
	if r.isStuck(observed) {
		return r.stuck(observed)
	}
	switch {
	case r.Service.Value().isGivenUp():
		return nil
	case !r.Service.Value().isSteady() && observed.Unhealthy > 0:
		return engine.WaitFor(healthLook, "the load balancer finds %d of %d replicas healthy", healthy, desired)
	case healthy >= desired:
		return r.Connection.wait(r.running())
	}
	return engine.WaitTypically(r.HealthTime, "the load balancer finds %d of %d replicas healthy", healthy, desired)
}

// ID is the number of healthy replicas, for people.
func (r Replicas) ID(observed *ReplicasState) string {
	return fmt.Sprintf("%d healthy", observed.Healthy())
}
