package resource

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

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

// addTasks reads the tasks of the service, their addresses and their health.
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
