package v1alpha1

// NetworkSpec is where the gateway runs and who may reach it.
//
// +kubebuilder:validation:XValidation:rule="has(self.vpcID) == has(oldSelf.vpcID) && (!has(self.vpcID) || self.vpcID == oldSelf.vpcID)",fieldPath=".vpcID",message="the VPC of a gateway cannot change: create another FlexGatewayDeployment in the new VPC and delete this one"
// +kubebuilder:validation:XValidation:rule="has(self.subnetIDs) == has(oldSelf.subnetIDs) && (!has(self.subnetIDs) || (self.subnetIDs.all(s, s in oldSelf.subnetIDs) && oldSelf.subnetIDs.all(s, s in self.subnetIDs)))",fieldPath=".subnetIDs",message="the subnets of a gateway cannot change: create another FlexGatewayDeployment in the new subnets and delete this one"
// +kubebuilder:validation:XValidation:rule="!has(self.subnetIDs) || has(self.vpcID)",fieldPath=".vpcID",message="subnetIDs needs vpcID: name the VPC of the subnets"
type NetworkSpec struct {
	// VPCID is the VPC of the gateway. Default: the region's default VPC. It is
	// used as it is, never changed, and cannot be exchanged for another.
	// +kubebuilder:validation:XValidation:rule="self.matches('^vpc-[0-9a-f]{8,17}$')",message="this is no id of a VPC: ids look like vpc-0123456789abcdef0"
	// +kubebuilder:validation:MaxLength=21
	// +optional
	VPCID string `json:"vpcID,omitempty"`

	// SubnetIDs are the subnets of the replicas, the load balancer and the mount
	// targets, at most one in each availability zone. Default: one subnet in each
	// zone of the VPC that has Fargate, chosen once and kept in status.network.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="self.all(s, s.matches('^subnet-[0-9a-f]{8,17}$'))",message="each entry must be the id of a subnet, such as subnet-0123456789abcdef0"
	// +kubebuilder:validation:items:MaxLength=24
	// +listType=set
	// +optional
	SubnetIDs []string `json:"subnetIDs,omitempty"`

	// SecurityGroupIDs are security groups that are there already, used for the
	// replicas and the load balancer instead of a group of the controller's own.
	// They are never changed: their rules must let clients, the load balancer's
	// health checks and NFS through.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +kubebuilder:validation:XValidation:rule="self.all(s, s.matches('^sg-[0-9a-f]{8,17}$'))",message="each entry must be the id of a security group, such as sg-0123456789abcdef0"
	// +kubebuilder:validation:items:MaxLength=20
	// +listType=set
	// +optional
	SecurityGroupIDs []string `json:"securityGroupIDs,omitempty"`

	// AssignPublicIP gives each replica a public address. Without it the subnets
	// need a NAT gateway or VPC endpoints, or the image cannot be pulled.
	// +kubebuilder:default=true
	// +optional
	AssignPublicIP *bool `json:"assignPublicIP,omitempty"`

	// AllowedCIDRs are the networks whose clients may reach the gateway's ports, in
	// IPv4 or IPv6. Default: none; until one is named, only the load balancer's
	// own health checks get through.
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=49
	// +listType=set
	// +kubebuilder:validation:XValidation:rule="self.all(c, isCIDR(c) && string(cidr(c).masked()) == c)",message="each entry must be the address of a network in CIDR notation, such as 203.0.113.7/32, 10.0.0.0/16 or 2001:db8::/32: with no bits set beyond the prefix, and IPv6 in its short form"
	// +optional
	AllowedCIDRs []string `json:"allowedCIDRs,omitempty"`
}
