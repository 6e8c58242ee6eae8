package core

// Quota names a limit on how much of something there may be.
type Quota string

// The quotas of the simulated AWS. Their figures, and the evidence for them, are in
// DefaultQuotas.
const (
	SecurityGroups              Quota = "ec2.SecurityGroups"
	RulesPerSecurityGroup       Quota = "ec2.RulesPerSecurityGroup"
	SecurityGroupsPerInterface  Quota = "ec2.SecurityGroupsPerInterface"
	Clusters                    Quota = "ecs.Clusters"
	ServicesPerCluster          Quota = "ecs.ServicesPerCluster"
	ContainersPerTaskDefinition Quota = "ecs.ContainersPerTaskDefinition"
	TaskDefinitionBytes         Quota = "ecs.TaskDefinitionBytes"
	FargateVCPUs                Quota = "ecs.FargateVCPUs"
	FargateSpotVCPUs            Quota = "ecs.FargateSpotVCPUs"
	FileSystems                 Quota = "efs.FileSystems"
	AccessPointsPerFileSystem   Quota = "efs.AccessPointsPerFileSystem"
	SecurityGroupsPerTarget     Quota = "efs.SecurityGroupsPerMountTarget"
	LoadBalancers               Quota = "elbv2.LoadBalancers"
	TargetGroups                Quota = "elbv2.TargetGroups"
	ListenersPerLoadBalancer    Quota = "elbv2.ListenersPerLoadBalancer"
	TargetsPerTargetGroup       Quota = "elbv2.TargetsPerTargetGroup"
	Roles                       Quota = "iam.Roles"
	InlinePolicySizePerRole     Quota = "iam.InlinePolicySizePerRole"
	AttachedPoliciesPerRole     Quota = "iam.AttachedPoliciesPerRole"
	LogGroups                   Quota = "logs.LogGroups"
)

// DefaultQuotas are AWS's own for an account that has asked for nothing else, of each
// region where nothing else is said. The source is the page of quotas in the user guide
// of the service, unless there is another.
func DefaultQuotas() map[Quota]int {
	return map[Quota]int{
		SecurityGroups:              2500, // the default groups of VPCs count
		RulesPerSecurityGroup:       60,   // in each direction, for each of IPv4 and IPv6
		SecurityGroupsPerInterface:  5,
		Clusters:                    10_000,
		ServicesPerCluster:          5000,
		ContainersPerTaskDefinition: 10,
		TaskDefinitionBytes:         64 << 10,
		// 6 in a new account, which AWS raises by itself as the account is used. How fast is
		// not known, so there is no limit here until somebody sets one.
		FargateVCPUs:              0,
		FargateSpotVCPUs:          0, // the same
		FileSystems:               1000,
		AccessPointsPerFileSystem: 10_000,
		SecurityGroupsPerTarget:   5,
		LoadBalancers:             50, // network load balancers
		TargetGroups:              3000,
		ListenersPerLoadBalancer:  50,
		TargetsPerTargetGroup:     1000,
		Roles:                     1000,   // of the account
		InlinePolicySizePerRole:   10_240, // characters that are not white space, of all inline policies of a role
		AttachedPoliciesPerRole:   10,
		LogGroups:                 1_000_000,
	}
}

// Exceeds tells whether so much is more than the quota allows. A quota of zero allows
// everything. The world must be locked.
func (w *World) Exceeds(q Quota, amount int) bool {
	limit := w.Quota(q)
	return limit > 0 && amount > limit
}

// Quota is the figure of a quota; zero is no limit. The world must be locked.
func (w *World) Quota(q Quota) int { return w.Settings.Quotas[q] }
