package gateway

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"flexgw.io/controller/api/v1alpha1"
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
}

func newBuilder(in Input) *builder {
	gw := in.Gateway
	b := &builder{
		in: in, spec: &gw.Spec, names: NamesOf(gw),
		common: resource.Common{
			Cloud: in.Cloud, Tags: gw.Spec.Tags, Now: in.Now,
			Gateway: awscloud.Owner{Namespace: gw.Namespace, Name: gw.Name, UID: string(gw.UID)},
		},
		stack: engine.NewStack(in.Records, awscloud.Classify, in.Now),
	}
	if in.Memory != nil {
		b.stack.Remember(in.Memory)
	}
	b.owned = &resource.OwnedGroups{Cloud: in.Cloud, UID: string(gw.UID)}
	b.balancing = &resource.Balancing{Cloud: in.Cloud}
	for _, port := range b.ports() {
		b.balancing.TargetGroupNames = append(b.balancing.TargetGroupNames, b.names.TargetGroup(port.Port))
	}
	return b
}

func (b *builder) onEFS() bool {
	return b.spec.Registration.Delivery != v1alpha1.RegistrationDeliveryEnvironment
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
}

func (b *builder) groups(own *engine.Ref[resource.SecurityGroupState]) clientGroups {
	if brought := b.spec.Network.SecurityGroupIDs; len(brought) > 0 {
		return clientGroups{ids: func() []string { return brought }}
	}
	return clientGroups{
		ids:     func() []string { return []string{own.Value().GroupID} },
		sources: []engine.Need{engine.Settled(own)},
	}
}

func (b *builder) gatewayGroup(vpc *engine.Ref[resource.NetworkState]) resource.SecurityGroup {
	return resource.SecurityGroup{
		Common: b.common, Owned: b.owned, Part: "gateway", Name: b.names.GatewayGroup, Network: vpc,
		Description: fmt.Sprintf("Flex Gateway %s: replicas and load balancer", b.common.Gateway),
		Ingress:     func() []resource.Rule { return gatewayRules(b.spec.Ports, b.spec.Network.AllowedCIDRs) },
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

func (b *builder) executionRole() resource.ExecutionRole {
	return resource.ExecutionRole{
		Common: b.common, Name: b.names.Role, ARN: b.spec.Identity.ExecutionRoleARN, LogGroup: b.names.LogGroup, Secret: b.names.Secret,
	}
}

func (b *builder) cluster() resource.Cluster {
	return resource.Cluster{Common: b.common, Name: b.spec.Compute.ClusterName}
}

func (b *builder) secret() resource.Secret {
	return resource.Secret{Common: b.common, Name: b.names.Secret, Content: b.in.Registration}
}

func (b *builder) registrationFile(
	cluster *engine.Ref[resource.ClusterState], writer *engine.Ref[resource.TaskDefinitionState],
	directory *engine.Ref[resource.AccessPointState], mounts *engine.Ref[resource.MountTargetsState],
	vpc *engine.Ref[resource.NetworkState], secret *engine.Ref[resource.SecretState], clients clientGroups,
) resource.RegistrationFile {
	return resource.RegistrationFile{
		Common: b.common, Cluster: cluster, TaskDefinition: writer, AccessPoint: directory, MountTargets: mounts,
		Network: vpc, Secret: secret, SecurityGroups: clients.ids, AssignPublicIP: b.publicIP(),
	}
}

func (b *builder) loadBalancer(vpc *engine.Ref[resource.NetworkState], clients clientGroups) resource.LoadBalancer {
	return resource.LoadBalancer{
		Common: b.common, Balancing: b.balancing, Name: b.names.LoadBalancer, Scheme: b.spec.LoadBalancer.Scheme,
		CrossZone: isTrue(b.spec.LoadBalancer.CrossZone), Network: vpc, Groups: clients.ids, Sources: clients.sources,
	}
}

// port is a port of the gateway: one of the spec's, or one that was taken out of it and
// still has resources.
type port struct {
	v1alpha1.PortSpec
	wanted bool
}

// ports are the spec's ports and, after them, those that are on their way out.
func (b *builder) ports() []port {
	var all []port
	seen := map[string]bool{}
	for _, p := range b.spec.Ports {
		all = append(all, port{PortSpec: p, wanted: true})
		seen[strconv.Itoa(int(p.Port))] = true
	}
	for _, record := range b.in.Records {
		number, err := strconv.ParseInt(record.Name, 10, 32)
		if err != nil || seen[record.Name] || record.Kind != "TargetGroup" && record.Kind != "Listener" {
			continue
		}
		seen[record.Name] = true
		all = append(all, port{PortSpec: v1alpha1.PortSpec{Port: int32(number), Protocol: "TCP"}})
	}
	return all
}

// portTargets are the target groups of the wanted ports, and the listeners that ECS
// wants to see before it takes them.
type portTargets struct {
	groups    map[int32]*engine.Ref[resource.TargetGroupState]
	listeners []engine.Need
	checked   *engine.Ref[resource.TargetGroupState]
}

// addPorts adds a target group and a listener for every port.
func (b *builder) addPorts(vpc *engine.Ref[resource.NetworkState], lb *engine.Ref[resource.LoadBalancerState]) portTargets {
	targets := portTargets{groups: map[int32]*engine.Ref[resource.TargetGroupState]{}}
	for _, p := range b.ports() {
		group := engine.Add(b.stack, LoadBalancing, b.targetGroup(p, vpc), engine.Wanted(p.wanted))
		listener := engine.Add(b.stack, LoadBalancing, resource.Listener{
			Common: b.common, Balancing: b.balancing, Port: p.Port, ListenerPort: p.LoadBalancerPort(), Protocol: p.Protocol,
			LoadBalancer: lb, TargetGroup: group,
		}, engine.Wanted(p.wanted))
		if !p.wanted {
			continue
		}
		targets.groups[p.Port] = group
		targets.listeners = append(targets.listeners, engine.Exists(listener))
		if targets.checked == nil || p.Port == b.spec.LoadBalancer.HealthCheck.Port {
			targets.checked = group
		}
	}
	return targets
}

func (b *builder) targetGroup(p port, vpc *engine.Ref[resource.NetworkState]) resource.TargetGroup {
	check := b.spec.LoadBalancer.HealthCheck
	settings := resource.TargetGroupSettings{
		Port: p.Port, Protocol: p.Protocol,
		Check: resource.HealthCheck{
			Port: check.Port, Protocol: check.Protocol, Path: check.Path,
			Interval: check.IntervalSeconds, Healthy: check.HealthyThreshold, Unhealthy: check.UnhealthyThreshold,
		},
	}
	if check.Protocol == "HTTP" && check.Path == "" {
		settings.Check.Path = "/"
	}
	if delay := b.spec.LoadBalancer.DeregistrationDelaySeconds; delay != nil {
		settings.DeregistrationDelay = *delay
	}
	return resource.TargetGroup{Common: b.common, Balancing: b.balancing, Name: b.names.TargetGroup(p.Port), Settings: settings, Network: vpc}
}

// What ELB and ECS need as a rule, in seconds: to start a task, and to begin with the
// health checks of a new target. The longest time before the first check is known from
// AWS's own engineers.
const (
	taskStartSeconds        = 30
	targetRegisterSeconds   = 100
	longestRegistrationTime = 180
)

func (b *builder) service(
	cluster *engine.Ref[resource.ClusterState], task *engine.Ref[resource.TaskDefinitionState], vpc *engine.Ref[resource.NetworkState],
	clients clientGroups, targets portTargets, role *engine.Ref[resource.RoleState], logs *engine.Ref[resource.LogGroupState],
	mounts *engine.Ref[resource.MountTargetsState], file *engine.Ref[resource.RegistrationState], secret *engine.Ref[resource.SecretState],
) resource.Service {
	prerequisites := slices.Concat(targets.listeners, clients.sources, []engine.Need{engine.Settled(role), engine.Settled(logs), engine.Settled(secret)})
	if b.onEFS() {
		prerequisites = append(prerequisites, engine.Settled(mounts), engine.Settled(file))
	}
	checks := b.checkSeconds()
	return resource.Service{
		Common: b.common, Name: b.names.Service, Container: containerName, Replicas: b.spec.Replicas, AssignPublicIP: b.publicIP(),
		Grace: longestRegistrationTime + checks, RolloutTime: seconds(taskStartSeconds + targetRegisterSeconds + checks), Before: b.in.Rollout,
		Cluster: cluster, TaskDefinition: task, Network: vpc, SecurityGroups: clients.ids, TargetGroups: targets.groups, Prerequisites: prerequisites,
	}
}

// checkSeconds is how long the health checks of a good target take.
func (b *builder) checkSeconds() int32 {
	check := b.spec.LoadBalancer.HealthCheck
	return check.IntervalSeconds * check.HealthyThreshold
}

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }

func (b *builder) replicas(cluster *engine.Ref[resource.ClusterState], service *engine.Ref[resource.ServiceState], targets portTargets) resource.Replicas {
	return resource.Replicas{
		Common: b.common, Cluster: cluster, Service: service, TargetGroup: targets.checked, PublicIPs: b.publicIP(), Known: b.in.Known,
		HealthTime: seconds(targetRegisterSeconds + b.checkSeconds()),
	}
}
