package resource

import (
	"context"
	"slices"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// SecurityGroup is a security group with its ingress rules. All its ingress rules
// are the controller's: others are revoked, but those of other resources of the stack.
// Egress is left as AWS makes it (open).
type SecurityGroup struct {
	Common
	// Owned has the gateway's security groups.
	Owned *OwnedGroups
	// Part is the part that the group plays: gateway or storage.
	Part string
	// Name is the group's name, unique in its VPC.
	Name string
	// Description is shown in AWS's console; it cannot change.
	Description string
	// Network has the VPC.
	Network *engine.Ref[NetworkState]
	// Ingress are the wanted rules; it is asked once the sources are there.
	Ingress func() []Rule
	// Others are rules that other resources of the stack let in and revoke.
	Others []Rule
	// Sources are the groups that the rules refer to.
	Sources []engine.Need
}

// SecurityGroupWish is the security group that should be there.
type SecurityGroupWish struct {
	VPC   string
	Rules []Rule
	Tags  map[string]string
}

// SecurityGroupState is the security group that is there.
type SecurityGroupState struct {
	GroupID string
	// Rules are the ingress rules in AWS's own form.
	Rules []ec2types.IpPermission
	Tags  map[string]string

	recorded bool
}

// Identity is SecurityGroup/part.
func (g SecurityGroup) Identity() engine.Identity {
	return engine.Identity{Kind: "SecurityGroup", Name: g.Part}
}

// Needs the network and the groups that its rules refer to.
func (g SecurityGroup) Needs() []engine.Need {
	return append([]engine.Need{engine.Settled(g.Network)}, g.Sources...)
}

// CreatesFirst: EC2 refuses a second group of the same name in a VPC.
func (g SecurityGroup) CreatesFirst() bool { return true }

// Wish is the group in the network's VPC.
func (g SecurityGroup) Wish() (SecurityGroupWish, error) {
	return SecurityGroupWish{VPC: g.Network.Value().VPC, Rules: g.Ingress(), Tags: g.tags(g.Part, g.Name)}, nil
}

// Observe finds the group by the owner's tags, whatever its VPC.
func (g SecurityGroup) Observe(ctx context.Context, recorded engine.Record) (*SecurityGroupState, error) {
	groups, err := g.Owned.part(ctx, g.Part)
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 {
		if groups, err = g.describeUnowned(ctx, recorded); err != nil {
			return nil, err
		}
	}
	group, err := atMostOne(g.Identity(), groups)
	if err != nil || group == nil {
		return nil, err
	}
	state := g.state(group)
	state.recorded = isRecorded(recorded, state.GroupID)
	return state, complete(g.Identity(), state.GroupID)
}

// describeUnowned finds the group that took the name or lost its tags.
func (g SecurityGroup) describeUnowned(ctx context.Context, recorded engine.Record) ([]ec2types.SecurityGroup, error) {
	if recorded.ID != "" {
		return g.describe(ctx, ec2types.Filter{Name: aws.String("group-id"), Values: []string{recorded.ID}})
	}
	network := g.Network.Value()
	if network == nil {
		return nil, nil
	}
	return g.describe(ctx, ec2types.Filter{Name: aws.String("group-name"), Values: []string{g.Name}},
		ec2types.Filter{Name: aws.String("vpc-id"), Values: []string{network.VPC}})
}

func (g SecurityGroup) describe(ctx context.Context, filters ...ec2types.Filter) ([]ec2types.SecurityGroup, error) {
	out, err := g.Cloud.EC2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: filters})
	if err != nil {
		return nil, gone(err)
	}
	return out.SecurityGroups, nil
}

func (g SecurityGroup) state(group *ec2types.SecurityGroup) *SecurityGroupState {
	return &SecurityGroupState{
		GroupID: aws.ToString(group.GroupId),
		Rules:   group.IpPermissions,
		Tags:    ec2TagMap(group.Tags),
	}
}

// Owner reads the tags; a recorded group that lost them is still ours.
func (g SecurityGroup) Owner(observed *SecurityGroupState) engine.Ownership {
	return g.ownership(observed.Tags, observed.recorded)
}

// Diff compares the rules as a set, and the tags.
func (g SecurityGroup) Diff(wish SecurityGroupWish, observed *SecurityGroupState) *compare.Delta {
	delta := compare.NewDelta()
	wanted, present := ruleKeys(permissions(wish.Rules, observed.GroupID)), ruleKeys(g.own(observed))
	if !slices.Equal(wanted, present) {
		delta.Add("ingress", wanted, present)
	}
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// own are the rules that are nobody else's.
func (g SecurityGroup) own(observed *SecurityGroupState) []ec2types.IpPermission {
	return without(observed.Rules, permissions(g.Others, observed.GroupID))
}

// Create makes the group, then lets its rules in.
func (g SecurityGroup) Create(ctx context.Context, wish SecurityGroupWish) (*SecurityGroupState, error) {
	out, err := g.Cloud.EC2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: &g.Name, Description: &g.Description, VpcId: &wish.VPC,
		TagSpecifications: []ec2types.TagSpecification{{ResourceType: ec2types.ResourceTypeSecurityGroup, Tags: ec2Tags(wish.Tags)}},
	})
	if err != nil {
		return nil, creating(err)
	}
	state := &SecurityGroupState{GroupID: aws.ToString(out.GroupId), Tags: wish.Tags}
	if err := complete(g.Identity(), state.GroupID); err != nil {
		return nil, err
	}
	wanted := permissions(wish.Rules, state.GroupID)
	if err := g.authorize(ctx, state.GroupID, wanted); err != nil {
		return state, err
	}
	state.Rules = wanted
	return state, nil
}

// Update lets the missing rules in, then revokes what is too much, then writes tags.
func (g SecurityGroup) Update(ctx context.Context, wish SecurityGroupWish, observed *SecurityGroupState, delta *compare.Delta) (*SecurityGroupState, error) {
	updated := *observed
	if delta.DifferentAt("ingress") {
		wanted := permissions(wish.Rules, observed.GroupID)
		if err := g.authorize(ctx, observed.GroupID, without(wanted, observed.Rules)); err != nil {
			return nil, err
		}
		if err := g.revoke(ctx, observed.GroupID, without(g.own(observed), wanted)); err != nil {
			return nil, err
		}
		updated.Rules = append(wanted, without(observed.Rules, g.own(observed))...)
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := g.Cloud.EC2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{observed.GroupID}, Tags: ec2Tags(tags)})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete removes the group. Network interfaces that are on their way out hold it for
// a while: DependencyViolation, a wait.
func (g SecurityGroup) Delete(ctx context.Context, observed *SecurityGroupState) error {
	_, err := g.Cloud.EC2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &observed.GroupID})
	if awscloud.IsBusy(err) {
		return engine.WaitFor(5*time.Second, "security group %s is still used: AWS takes network interfaces of tasks and load balancers away in minutes; "+
			"another interface, or a rule of another group that names it, must be removed by hand (%s)", observed.GroupID, awscloud.Code(err))
	}
	return gone(err)
}

// Release takes the owner tags away.
func (g SecurityGroup) Release(ctx context.Context, observed *SecurityGroupState) error {
	var keys []ec2types.Tag
	for _, key := range awscloud.OwnerTagKeys() {
		keys = append(keys, ec2types.Tag{Key: &key})
	}
	_, err := g.Cloud.EC2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: []string{observed.GroupID}, Tags: keys})
	return err
}

// Settled at once.
func (g SecurityGroup) Settled(*SecurityGroupState) error { return nil }

// ID is the group's id.
func (g SecurityGroup) ID(observed *SecurityGroupState) string { return observed.GroupID }

func (g SecurityGroup) authorize(ctx context.Context, group string, rules []ec2types.IpPermission) error {
	if len(rules) == 0 {
		return nil
	}
	_, err := g.Cloud.EC2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: rules})
	return err
}

func (g SecurityGroup) revoke(ctx context.Context, group string, rules []ec2types.IpPermission) error {
	if len(rules) == 0 {
		return nil
	}
	_, err := g.Cloud.EC2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: rules})
	return gone(err)
}

func ec2Tags(tags map[string]string) []ec2types.Tag {
	return awscloud.TagList(tags, func(k, v *string) ec2types.Tag { return ec2types.Tag{Key: k, Value: v} })
}
