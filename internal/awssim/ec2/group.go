package ec2

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// group is a security group.
type group struct {
	resource
	vpc               *vpc
	name, description string
	isDefault         bool
	rules             []*rule
}

const defaultGroupName = "default"

// groupText is what names and descriptions of groups and rules are made of.
var groupText = regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}$`)

const groupTextRule = "strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"

// newDefaultGroup makes the group that every VPC has, whose members reach each
// other. The ids are the group's and those of its two rules.
func newDefaultGroup(n *network, v *vpc, id, ingressID, egressID string) *group {
	g := &group{
		resource:    n.newResource(id, nil),
		vpc:         v,
		name:        defaultGroupName,
		description: "default VPC security group",
		isDefault:   true,
	}
	g.rules = []*rule{
		{resource: n.newResource(ingressID, nil), group: g, protocol: allProtocols, from: anyPort, to: anyPort, source: source{groupID: g.id}},
		{resource: n.newResource(egressID, nil), group: g, egress: true, protocol: allProtocols, from: anyPort, to: anyPort, source: source{cidr: everywhere}},
	}
	return g
}

func (n *network) defaultGroup(v *vpc) *group {
	i := slices.IndexFunc(n.groups.all(), func(g *group) bool { return g.vpc == v && g.isDefault })
	return n.groups.all()[i]
}

func (g *group) arn(sc core.Scope) string { return sc.ARN("ec2", "security-group/"+g.id) }

// CreateSecurityGroup makes a group that lets everything out and nothing in. A
// name is taken within its VPC whatever its case.
func (s *Service) CreateSecurityGroup(c *core.Call, in *sdk.CreateSecurityGroupInput) (*sdk.CreateSecurityGroupOutput, error) {
	n := s.networks.In(c.Scope)
	v, err := n.vpcOrDefault(in.VpcId)
	if err != nil {
		return nil, err
	}
	name, description := aws.ToString(in.GroupName), aws.ToString(in.Description)
	if err := checkGroupText(name, description); err != nil {
		return nil, err
	}
	if n.groupNamed(v, name) != nil {
		return nil, core.Errorf("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", name, v.id)
	}
	if s.world.Exceeds(core.SecurityGroups, len(n.groups.all())+1) {
		return nil, core.Errorf("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.")
	}
	tags, err := tagsFor(types.ResourceTypeSecurityGroup, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	g := &group{resource: n.newResource(s.world.ID("sg"), tags), vpc: v, name: name, description: description}
	g.rules = []*rule{{
		resource: n.newResource(s.world.ID("sgr"), nil), group: g,
		egress: true, protocol: allProtocols, from: anyPort, to: anyPort, source: source{cidr: everywhere},
	}}
	g.Appearance = s.world.Appears()
	n.groups.add(g)
	return &sdk.CreateSecurityGroupOutput{
		GroupId: aws.String(g.id), SecurityGroupArn: aws.String(g.arn(c.Scope)), Tags: g.tags.list(),
	}, nil
}

func checkGroupText(name, description string) error {
	switch {
	case name == "":
		return missingParameter("GroupName")
	case strings.HasPrefix(strings.ToLower(name), "sg-"):
		return invalidValue("Value (%s) for parameter GroupName is invalid. Group names may not be in the format sg-*", name)
	case strings.EqualFold(name, defaultGroupName):
		return invalidValue("Cannot use reserved security group name: %s", name)
	case !groupText.MatchString(name):
		return invalidValue("Value (%s) for parameter GroupName is invalid. Invalid security group name. Valid names are %s", name, groupTextRule)
	case description == "":
		return missingParameter("GroupDescription")
	case !groupText.MatchString(description):
		return invalidValue("Value (%s) for parameter GroupDescription is invalid. Invalid security group description. Valid descriptions are %s", description, groupTextRule)
	}
	return nil
}

func (n *network) vpcOrDefault(id *string) (*vpc, error) {
	if aws.ToString(id) != "" {
		v, ok := n.vpcs.get(*id)
		if !ok {
			return nil, vpcNotFound(*id)
		}
		return v, nil
	}
	v, ok := n.defaultVPC()
	if !ok {
		return nil, core.Errorf("VPCIdNotSpecified", "No default VPC for this user")
	}
	return v, nil
}

func (n *network) groupNamed(v *vpc, name string) *group {
	for _, g := range n.groups.all() {
		if g.vpc == v && strings.EqualFold(g.name, name) {
			return g
		}
	}
	return nil
}

// groupFor finds the group that a call names by id or, in the default VPC, by name.
func (n *network) groupFor(id, name *string) (*group, error) {
	if aws.ToString(id) != "" {
		g, ok := n.groups.seen(*id)
		if !ok {
			return nil, groupNotFound(*id)
		}
		return g, nil
	}
	if aws.ToString(name) == "" {
		return nil, missingParameter("groupName or groupId")
	}
	if v, ok := n.defaultVPC(); ok {
		if g := n.groupNamed(v, *name); g != nil && g.Seen() {
			return g, nil
		}
	}
	return nil, core.Errorf("InvalidGroup.NotFound", "The security group '%s' does not exist in default VPC", *name)
}

// DeleteSecurityGroup deletes a group that no network interface has and no rule
// of another group names.
func (s *Service) DeleteSecurityGroup(c *core.Call, in *sdk.DeleteSecurityGroupInput) (*sdk.DeleteSecurityGroupOutput, error) {
	n := s.networks.In(c.Scope)
	g, err := n.groupFor(in.GroupId, in.GroupName)
	if err != nil {
		return nil, err
	}
	if g.isDefault {
		return nil, core.Errorf("CannotDelete", `the specified group: "%s" name: "%s" cannot be deleted by a user`, g.id, g.name)
	}
	if n.groupInUse(g) {
		return nil, core.Errorf("DependencyViolation", "resource %s has a dependent object", g.id)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	n.groups.remove(g.id)
	return &sdk.DeleteSecurityGroupOutput{GroupId: aws.String(g.id), Return: aws.Bool(true)}, nil
}

func (n *network) groupInUse(g *group) bool {
	if slices.ContainsFunc(n.interfaces.all(), func(i *networkInterface) bool { return slices.Contains(i.groups, g) }) {
		return true
	}
	return slices.ContainsFunc(n.groups.all(), func(other *group) bool {
		return other != g && slices.ContainsFunc(other.rules, func(r *rule) bool { return r.source.groupID == g.id })
	})
}

// SecurityGroupVPC returns the VPC of a security group that reads show. The world must be locked.
func (s *Service) SecurityGroupVPC(sc core.Scope, id string) (vpc string, ok bool) {
	g, ok := s.networks.In(sc).groups.seen(id)
	if !ok {
		return "", false
	}
	return g.vpc.id, true
}
