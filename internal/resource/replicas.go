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
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/engine"
)

// Replicas are the running tasks of the service and their health in the load
// balancer. They belong to ECS: they are only looked at, and only once the service
// itself has settled.
type Replicas struct {
	Common
	Cluster *engine.Ref[ClusterState]
	Service *engine.Ref[ServiceState]
	// TargetGroup is the one whose health counts; all check the same port.
	TargetGroup *engine.Ref[TargetGroupState]
	// PublicIPs is true where tasks have public addresses.
	PublicIPs bool
	// Known are the replicas of the last look: addresses never change.
	Known []Replica
	// HealthTime is how long it takes as a rule until a new task is healthy.
	HealthTime time.Duration
}

// Replica is a running task.
type Replica struct {
	ID, Zone, Status               string
	PrivateIP, PublicIP, PublicDNS string
	TaskDefinition                 string
	StartedAt                      time.Time
	Healthy                        bool

	networkInterface string
}

// ReplicasState is what is running.
type ReplicasState struct {
	Replicas []Replica
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

// Needs the service, settled, and the target group, without which nothing is healthy.
func (r Replicas) Needs() []engine.Need {
	needs := []engine.Need{engine.Settled(r.Service).Inside()}
	if r.TargetGroup != nil {
		needs = append(needs, engine.Exists(r.TargetGroup))
	}
	return needs
}

// Wish is nothing: ECS makes replicas.
func (r Replicas) Wish() (struct{}, error) { return struct{}{}, nil }

// Observe lists the tasks, describes them, and asks for their health.
func (r Replicas) Observe(ctx context.Context, _ engine.Record) (*ReplicasState, error) {
	service, cluster := r.Service.Value(), r.Cluster.Value()
	if service == nil || cluster == nil {
		return nil, nil
	}
	state := &ReplicasState{}
	pages := ecs.NewListTasksPaginator(r.Cloud.ECS, &ecs.ListTasksInput{Cluster: &cluster.ARN, ServiceName: &service.ARN})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, gone(err)
		}
		if len(page.TaskArns) == 0 {
			continue
		}
		out, err := r.Cloud.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster.ARN, Tasks: page.TaskArns})
		if err != nil {
			return nil, err
		}
		for _, task := range out.Tasks {
			state.Replicas = append(state.Replicas, replica(task))
		}
	}
	if err := r.addPublicIPs(ctx, state); err != nil {
		return nil, err
	}
	return state, r.addHealth(ctx, state)
}

func replica(task ecstypes.Task) Replica {
	found := Replica{
		ID: revision(aws.ToString(task.TaskArn)), Zone: aws.ToString(task.AvailabilityZone), Status: aws.ToString(task.LastStatus),
		TaskDefinition: aws.ToString(task.TaskDefinitionArn), StartedAt: aws.ToTime(task.StartedAt),
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
	group := r.TargetGroup.Value()
	if group == nil || len(state.Replicas) == 0 {
		return nil
	}
	out, err := r.Cloud.ELB.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group.ARN})
	if err != nil {
		return gone(err)
	}
	healthy := map[string]bool{}
	for _, d := range out.TargetHealthDescriptions {
		if d.Target != nil && d.TargetHealth != nil && d.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy {
			healthy[aws.ToString(d.Target.Id)] = true
		}
	}
	for i, found := range state.Replicas {
		state.Replicas[i].Healthy = found.PrivateIP != "" && healthy[found.PrivateIP]
	}
	return nil
}

// Owner is external: replicas belong to ECS.
func (r Replicas) Owner(*ReplicasState) engine.Ownership { return engine.External() }

// Diff is empty.
func (r Replicas) Diff(struct{}, *ReplicasState) *compare.Delta { return nil }

// Create is never asked for: the state is there whenever the service is.
func (r Replicas) Create(context.Context, struct{}) (*ReplicasState, error) {
	return nil, engine.WaitFor(5*time.Second, "ECS has not listed the tasks yet")
}

// Update does nothing.
func (r Replicas) Update(_ context.Context, _ struct{}, observed *ReplicasState, _ *compare.Delta) (*ReplicasState, error) {
	return observed, nil
}

// Delete does nothing.
func (r Replicas) Delete(context.Context, *ReplicasState) error { return nil }

// Volatile: ECS starts and stops tasks by itself.
func (r Replicas) Volatile() bool { return true }

// Settled once as many replicas are healthy as the service should have.
func (r Replicas) Settled(observed *ReplicasState) error {
	desired, healthy := r.Service.Value().Desired, observed.Healthy()
	if healthy >= desired {
		return nil
	}
	return engine.WaitTypically(r.HealthTime, "the load balancer finds %d of %d replicas healthy", healthy, desired)
}

// ID is the number of healthy replicas, for people.
func (r Replicas) ID(observed *ReplicasState) string {
	return fmt.Sprintf("%d healthy", observed.Healthy())
}
