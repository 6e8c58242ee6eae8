package gateway

import (
	"fmt"
	"slices"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// builder turns the sections of the spec into resources.
type builder struct {
	in        Input
	spec      *v1alpha1.FlexGatewayDeploymentSpec
	names     Names
	common    resource.Common
	balancing *resource.Balancing
	owned     *resource.OwnedGroups
	stack     *engine.Stack
	// copied are the credentials of the Connected App in Secrets Manager.
	copied *engine.Ref[resource.SecretState]
}

func newBuilder(in Input) *builder {
	gw := in.Gateway
	b := &builder{
		in: in, spec: &gw.Spec, names: NamesOf(gw),
		common: resource.Common{
			Cloud: in.Cloud, Tags: gw.Spec.Tags, Now: in.Now,
			Gateway: awscloud.Owner{Namespace: gw.Namespace, Name: gw.Name, UID: string(gw.UID)},
		},
		stack: engine.NewStack(in.Records, classify, in.Now),
	}
	if in.Memory != nil {
		b.stack.Remember(in.Memory)
	}
	b.owned = &resource.OwnedGroups{Cloud: in.Cloud, UID: string(gw.UID)}
	b.balancing = &resource.Balancing{Cloud: in.Cloud}
	for _, port := range b.ports() {
		b.balancing.TargetGroupNames = append(b.balancing.TargetGroupNames, b.names.TargetGroup(port.Port))
		if b.hasPair(port) {
			b.balancing.TargetGroupNames = append(b.balancing.TargetGroupNames, b.names.AlternateTargetGroup(port.Port))
		}
	}
	return b
}

// classify asks the doorways to AWS and to the Anypoint Platform.
func classify(err error) error {
	if classified := anypoint.Classify(err); classified != nil {
		return classified
	}
	return awscloud.Classify(err)
}

func (b *builder) publicIP() bool { return isTrue(b.spec.Network.AssignPublicIP) }

func isTrue(p *bool) bool { return p != nil && *p }

func (b *builder) network() resource.Network {
	subnets := b.spec.Network.SubnetIDs
	if chosen := b.in.Gateway.Status.Network; len(subnets) == 0 && chosen != nil {
		subnets = chosen.SubnetIDs
	}
	return resource.Network{Common: b.common, VPC: b.spec.Network.VPCID, Subnets: subnets}
}

// ownGroup wants a security group of the gateway's own unless the spec brings some.
func (b *builder) ownGroup() engine.Option {
	return engine.Wanted(len(b.spec.Network.SecurityGroupIDs) == 0)
}

// clientGroups are the security groups of replicas and load balancer.
type clientGroups struct {
	ids     func() []string
	sources []engine.Need
	// order is sources for who can do without.
	order []engine.Need
}

func (b *builder) groups(own *engine.Ref[resource.SecurityGroupState]) clientGroups {
	if brought := b.spec.Network.SecurityGroupIDs; len(brought) > 0 {
		return clientGroups{ids: func() []string { return brought }}
	}
	return clientGroups{
		ids: func() []string {
			if own.Value() == nil {
				return nil
			}
			return []string{own.Value().GroupID}
		},
		sources: []engine.Need{engine.Settled(own)}, order: []engine.Need{engine.After(own)},
	}
}

func (b *builder) gatewayGroup(vpc *engine.Ref[resource.NetworkState]) resource.SecurityGroup {
	return resource.SecurityGroup{
		Common: b.common, Owned: b.owned, Part: "gateway", Name: b.names.GatewayGroup, Network: vpc,
		Description: fmt.Sprintf("Flex Gateway %s: replicas and load balancer", b.common.Gateway),
		Ingress:     func() []resource.Rule { return gatewayRules(b.spec.Ports, b.spec.Network.AllowedCIDRs) },
		Others:      b.probeRules(),
	}
}

// gatewayRules let clients reach the load balancer's ports, and the load balancer the
// replicas' (they share the group).
func gatewayRules(ports []v1alpha1.PortSpec, cidrs []string) []resource.Rule {
	var rules []resource.Rule
	for _, port := range ports {
		rules = append(rules, resource.Rule{Port: port.Port, Self: true})
		for _, cidr := range cidrs {
			rules = append(rules, resource.Rule{Port: port.LoadBalancerPort(), CIDR: cidr})
		}
	}
	return rules
}

// nfsPort is the port of EFS.
const nfsPort = 2049

func (b *builder) storageGroup(vpc *engine.Ref[resource.NetworkState], clients clientGroups) resource.SecurityGroup {
	return resource.SecurityGroup{
		Common: b.common, Owned: b.owned, Part: "storage", Name: b.names.StorageGroup, Network: vpc, Sources: clients.sources,
		Description: fmt.Sprintf("Flex Gateway %s: EFS mount targets", b.common.Gateway),
		Ingress: func() []resource.Rule {
			var rules []resource.Rule
			for _, group := range clients.ids() {
				rules = append(rules, resource.Rule{Port: nfsPort, Group: group})
			}
			return rules
		},
	}
}

func (b *builder) fileSystem() resource.FileSystem {
	storage := b.spec.Storage
	settings := resource.FileSystemSettings{
		PerformanceMode: storage.PerformanceMode, ThroughputMode: storage.ThroughputMode,
		Backup: isTrue(storage.Backup), Encrypted: isTrue(storage.Encrypted), KMSKeyID: storage.KMSKeyID,
	}
	if storage.ProvisionedThroughputMiBps != nil {
		settings.ProvisionedMiBps = float64(*storage.ProvisionedThroughputMiBps)
	}
	return resource.FileSystem{Common: b.common, Name: b.names.FileSystem, Token: b.names.FileSystemToken, Settings: settings}
}

func (b *builder) mountTargets(fs *engine.Ref[resource.FileSystemState], vpc *engine.Ref[resource.NetworkState], nfs *engine.Ref[resource.SecurityGroupState]) resource.MountTargets {
	return resource.MountTargets{Common: b.common, FileSystem: fs, Network: vpc, SecurityGroup: nfs}
}

func (b *builder) accessPoint(fs *engine.Ref[resource.FileSystemState]) resource.AccessPoint {
	return resource.AccessPoint{Common: b.common, Name: b.names.FileSystem, Directory: b.names.Directory, FileSystem: fs}
}

func (b *builder) logGroup() resource.LogGroup {
	return resource.LogGroup{Common: b.common, Name: b.names.LogGroup, RetentionDays: b.spec.Logging.RetentionDays}
}

func (b *builder) executionRole() resource.Role {
	return resource.ExecutionRole(b.common, b.names.Role, b.spec.Identity.ExecutionRoleARN, b.names.LogGroup, b.executionSecrets())
}

// infrastructureRole is what ECS moves traffic with.
func (b *builder) infrastructureRole() resource.Role {
	var groups []string
	for _, p := range b.spec.Ports {
		groups = append(groups, b.names.TargetGroup(p.Port), b.names.AlternateTargetGroup(p.Port))
	}
	return resource.InfrastructureRole(b.common, b.names.InfrastructureRole, b.spec.Identity.InfrastructureRoleARN, b.names.LoadBalancer, groups)
}

func (b *builder) cluster() resource.Cluster {
	return resource.Cluster{Common: b.common, Name: b.spec.Compute.ClusterName, Providers: b.providers()}
}

func (b *builder) loadBalancer(vpc *engine.Ref[resource.NetworkState], clients clientGroups) resource.LoadBalancer {
	return resource.LoadBalancer{
		Common: b.common, Balancing: b.balancing, Name: b.names.LoadBalancer, Scheme: b.spec.LoadBalancer.Scheme,
		CrossZone: isTrue(b.spec.LoadBalancer.CrossZone), Network: vpc, Groups: clients.ids, Sources: clients.sources,
	}
}

// What ELB and ECS need as a rule, in seconds: to start a task, and to begin with the
// health checks of a new target. The longest time before the first check is known from
// AWS's own engineers.
const (
	taskStartSeconds        = 32
	targetRegisterSeconds   = 100
	longestRegistrationTime = 180
)

func (b *builder) service(
	cluster *engine.Ref[resource.ClusterState], task *engine.Ref[resource.TaskDefinitionState], vpc *engine.Ref[resource.NetworkState],
	clients clientGroups, targets portTargets, role, mover *engine.Ref[resource.RoleState], logs *engine.Ref[resource.LogGroupState],
	mounts *engine.Ref[resource.MountTargetsState], file *engine.Ref[resource.RegistrationState], secret *engine.Ref[resource.SecretState],
	probing []engine.Need,
) resource.Service {
	prerequisites := slices.Concat(targets.needs(), clients.sources, probing, []engine.Need{engine.Settled(role), engine.Settled(logs), engine.Settled(secret)})
	if b.onEFS() {
		prerequisites = append(prerequisites, engine.Settled(mounts), engine.Settled(file))
	}
	return resource.Service{
		Common: b.common, Name: b.names.Service, Container: ContainerName, AssignPublicIP: b.publicIP(),
		Replicas: b.replicasWanted(), First: b.firstReplicas(), Providers: b.providers(),
		Grace: b.grace(), Settings: b.rolloutSettings(), Before: b.in.Rollout, Connection: b.in.Connection,
		StartTime: seconds(taskStartSeconds), RolloutTime: seconds(taskStartSeconds + targetRegisterSeconds + b.checkSeconds()),
		DrainTime: b.usualDrainTime(),
		Cluster:   cluster, TaskDefinition: task, Network: vpc, SecurityGroups: clients.ids,
		TargetGroups: targets.groups, Alternates: targets.alternates, Listeners: targets.listeners, InfrastructureRole: mover,
		CheckedGroups: targets.checked, Prerequisites: prerequisites,
		Abort: b.in.Gateway.Annotations[v1alpha1.AnnotationAbort], Promote: b.in.Gateway.Annotations[v1alpha1.AnnotationPromote],
	}
}

// checkSeconds is how long the health checks of a good target take.
func (b *builder) checkSeconds() int32 {
	check := b.spec.LoadBalancer.HealthCheck
	return check.IntervalSeconds * check.HealthyThreshold
}

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }

func (b *builder) replicas(
	cluster *engine.Ref[resource.ClusterState], service *engine.Ref[resource.ServiceState],
	task *engine.Ref[resource.TaskDefinitionState], targets portTargets,
) resource.Replicas {
	return resource.Replicas{
		Common: b.common, Cluster: cluster, Service: service, TaskDefinition: task, Container: ContainerName,
		TargetGroups: targets.checked, PublicIPs: b.publicIP(), Known: b.in.Known,
		HealthTime: seconds(targetRegisterSeconds + b.checkSeconds()), Goal: b.goal(), Connection: b.in.Connection,
	}
}
