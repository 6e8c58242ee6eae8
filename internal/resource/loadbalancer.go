package resource

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// LoadBalancer is the network load balancer. Its target groups and listeners do not
// wait for it to be active; only readiness does.
type LoadBalancer struct {
	Common
	Balancing *Balancing
	Name      string
	Scheme    string
	CrossZone bool
	Network   *engine.Ref[NetworkState]
	// Groups are the security groups; it is asked once Sources are there.
	Groups  func() []string
	Sources []engine.Need
}

// LoadBalancerWish is the load balancer that should be there.
type LoadBalancerWish struct {
	Subnets   []string
	Groups    []string
	CrossZone bool
	Tags      map[string]string
}

// LoadBalancerState is the load balancer that is there.
type LoadBalancerState struct {
	ARN, DNSName string
	State        elbtypes.LoadBalancerStateEnum
	Groups       []string
	CrossZone    bool
	Tags         map[string]string

	recorded bool
}

// loadBalancerCreation is how long ELB takes as a rule.
const loadBalancerCreation = 142 * time.Second

// crossZoneAttribute is the attribute of cross-zone load balancing; AWS's default is
// false for network load balancers.
const crossZoneAttribute = "load_balancing.cross_zone.enabled"

// Identity is LoadBalancer/gateway.
func (l LoadBalancer) Identity() engine.Identity {
	return engine.Identity{Kind: "LoadBalancer", Name: "gateway"}
}

// Needs the network and the security groups.
func (l LoadBalancer) Needs() []engine.Need {
	return append([]engine.Need{engine.Settled(l.Network)}, l.Sources...)
}

// CreatesFirst: the name ends in a hash of the owner's UID, and ELB answers with the
// existing load balancer, or refuses, where the name is taken.
func (l LoadBalancer) CreatesFirst() bool { return true }

// Wish is the load balancer in the network's subnets.
func (l LoadBalancer) Wish() (LoadBalancerWish, error) {
	return LoadBalancerWish{
		Subnets: l.Network.Value().SubnetIDs(), Groups: l.Groups(), CrossZone: l.CrossZone, Tags: l.tags("gateway", l.Name),
	}, nil
}

// Observe finds the load balancer by name and reads its attributes and tags.
func (l LoadBalancer) Observe(ctx context.Context, recorded engine.Record) (*LoadBalancerState, error) {
	out, err := l.Cloud.ELB.DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{Names: []string{l.Name}})
	if err != nil {
		return nil, gone(err)
	}
	found, err := atMostOne(l.Identity(), out.LoadBalancers)
	if err != nil || found == nil {
		return nil, err
	}
	state := loadBalancerState(found)
	if err := complete(l.Identity(), state.ARN); err != nil {
		return nil, err
	}
	state.recorded = isRecorded(recorded, state.ARN)
	if state.Tags, err = l.Balancing.tagsOf(ctx, state.ARN, state.ARN); err != nil {
		return nil, err
	}
	if state.State == elbtypes.LoadBalancerStateEnumProvisioning {
		state.CrossZone = l.CrossZone // read once it is active: nothing has changed since it was made
		return state, nil
	}
	state.CrossZone, err = l.readCrossZone(ctx, state.ARN)
	return state, err
}

// Poll reads the state alone.
func (l LoadBalancer) Poll(ctx context.Context, before *LoadBalancerState) (*LoadBalancerState, error) {
	out, err := l.Cloud.ELB.DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{LoadBalancerArns: []string{before.ARN}})
	if err != nil || len(out.LoadBalancers) == 0 {
		return nil, gone(err)
	}
	polled := *before
	polled.State = loadBalancerState(&out.LoadBalancers[0]).State
	return &polled, nil
}

func loadBalancerState(b *elbtypes.LoadBalancer) *LoadBalancerState {
	state := &LoadBalancerState{ARN: aws.ToString(b.LoadBalancerArn), DNSName: aws.ToString(b.DNSName), Groups: b.SecurityGroups}
	if b.State != nil {
		state.State = b.State.Code
	}
	return state
}

func (l LoadBalancer) readCrossZone(ctx context.Context, arn string) (bool, error) {
	out, err := l.Cloud.ELB.DescribeLoadBalancerAttributes(ctx, &elbv2.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &arn})
	if err != nil {
		return false, gone(err)
	}
	for _, a := range out.Attributes {
		if aws.ToString(a.Key) == crossZoneAttribute {
			return aws.ToString(a.Value) == "true", nil
		}
	}
	return false, nil
}

// Owner reads the tags.
func (l LoadBalancer) Owner(observed *LoadBalancerState) engine.Ownership {
	return l.ownership(observed.Tags, observed.recorded)
}

// Diff compares security groups, cross-zone balancing and tags.
func (l LoadBalancer) Diff(wish LoadBalancerWish, observed *LoadBalancerState) *compare.Delta {
	delta := compare.NewDelta()
	if !sameSet(wish.Groups, observed.Groups) {
		delta.Add("securityGroups", wish.Groups, observed.Groups)
	}
	diff(delta, "crossZone", wish.CrossZone, observed.CrossZone)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// sameSet is true where two lists have the same elements in whatever order.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Create makes the load balancer; it is usable by target groups and listeners at once.
func (l LoadBalancer) Create(ctx context.Context, wish LoadBalancerWish) (*LoadBalancerState, error) {
	out, err := l.Cloud.ELB.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{
		Name: &l.Name, Type: elbtypes.LoadBalancerTypeEnumNetwork, Scheme: elbtypes.LoadBalancerSchemeEnum(l.Scheme),
		Subnets: wish.Subnets, SecurityGroups: wish.Groups, Tags: elbTags(wish.Tags),
	})
	if err != nil {
		return nil, creating(err)
	}
	made := first(out.LoadBalancers)
	state := loadBalancerState(&made)
	if err := complete(l.Identity(), state.ARN); err != nil {
		return nil, err
	}
	state.Tags = wish.Tags
	if wish.CrossZone {
		if err := l.setCrossZone(ctx, state.ARN, true); err != nil {
			return state, err
		}
	}
	state.CrossZone = wish.CrossZone
	return state, nil
}

func (l LoadBalancer) setCrossZone(ctx context.Context, arn string, on bool) error {
	_, err := l.Cloud.ELB.ModifyLoadBalancerAttributes(ctx, &elbv2.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: &arn,
		Attributes:      []elbtypes.LoadBalancerAttribute{{Key: ptr(crossZoneAttribute), Value: ptr(strconv.FormatBool(on))}},
	})
	return err
}

// Update changes security groups, cross-zone balancing and tags.
func (l LoadBalancer) Update(ctx context.Context, wish LoadBalancerWish, observed *LoadBalancerState, delta *compare.Delta) (*LoadBalancerState, error) {
	updated := *observed
	if delta.DifferentAt("securityGroups") {
		_, err := l.Cloud.ELB.SetSecurityGroups(ctx, &elbv2.SetSecurityGroupsInput{LoadBalancerArn: &observed.ARN, SecurityGroups: wish.Groups})
		if err != nil {
			return nil, err
		}
		updated.Groups = wish.Groups
	}
	if delta.DifferentAt("crossZone") {
		if err := l.setCrossZone(ctx, observed.ARN, wish.CrossZone); err != nil {
			return nil, err
		}
		updated.CrossZone = wish.CrossZone
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		return addELBTags(ctx, l.Cloud.ELB, observed.ARN, tags)
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete removes the load balancer. Its network interfaces go a little later and hold
// the security group until then.
func (l LoadBalancer) Delete(ctx context.Context, observed *LoadBalancerState) error {
	_, err := l.Cloud.ELB.DeleteLoadBalancer(ctx, &elbv2.DeleteLoadBalancerInput{LoadBalancerArn: &observed.ARN})
	return gone(err)
}

// Release takes the owner tags away.
func (l LoadBalancer) Release(ctx context.Context, observed *LoadBalancerState) error {
	return removeELBTags(ctx, l.Cloud.ELB, observed.ARN)
}

// Settled once ELB calls it active.
func (l LoadBalancer) Settled(observed *LoadBalancerState) error {
	switch observed.State {
	case elbtypes.LoadBalancerStateEnumActive, elbtypes.LoadBalancerStateEnumActiveImpaired:
		return nil
	case elbtypes.LoadBalancerStateEnumFailed:
		return &engine.Problem{Reason: awscloud.ReasonAWSError, Message: "ELB could not set the load balancer up: delete it, and it is made anew"}
	default:
		return engine.WaitTypically(loadBalancerCreation, "ELB is preparing the load balancer (%s)", observed.State)
	}
}

// ID is the load balancer's ARN.
func (l LoadBalancer) ID(observed *LoadBalancerState) string { return observed.ARN }
