package resource

import (
	"context"
	"strconv"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/engine"
)

// TargetGroup is the target group of one port, or the second one of the port. Its
// targets belong to ECS: the controller neither registers nor deregisters any.
type TargetGroup struct {
	Common
	Balancing *Balancing
	// Alternate says that it is the port's second group, for strategies that move traffic
	// from one to the other.
	Alternate bool
	// Name is the group's name, at most 32 characters.
	Name     string
	Settings TargetGroupSettings
	// Gate holds the check of the probe back, nil where the check is not of the probe.
	Gate    *ProbeGate
	Network *engine.Ref[NetworkState]
}

// TargetGroupSettings are the settings of a target group.
type TargetGroupSettings struct {
	Port     int32
	Protocol string
	// Check is the health check; its port is the same for all target groups. Unprobed is
	// the one for replicas without a probe.
	Check, Unprobed HealthCheck
	// DeregistrationDelay is how long connections to a leaving target are kept, in
	// seconds.
	DeregistrationDelay int32
}

// TargetGroupWish is the target group that should be there.
type TargetGroupWish struct {
	TargetGroupSettings
	VPC  string
	Tags map[string]string
}

// TargetGroupState is the target group that is there.
type TargetGroupState struct {
	ARN                 string
	Port                int32
	Check               HealthCheck
	DeregistrationDelay int32
	Tags                map[string]string

	// held is true while the load balancer must not ask the probe yet.
	held     bool
	recorded bool
}

// AWS's attribute of the deregistration delay, and its default in seconds.
const (
	delayAttribute = "deregistration_delay.timeout_seconds"
	delayDefault   = 300
)

// AlternateSuffix follows the port in the name of its second target group.
const AlternateSuffix = "-alternate"

// Identity is TargetGroup/port, or TargetGroup/port-alternate.
func (t TargetGroup) Identity() engine.Identity {
	name := strconv.Itoa(int(t.Settings.Port))
	if t.Alternate {
		name += AlternateSuffix
	}
	return engine.Identity{Kind: "TargetGroup", Name: name}
}

// Needs the network.
func (t TargetGroup) Needs() []engine.Need { return []engine.Need{engine.Settled(t.Network)} }

// CreatesFirst: the name ends in a hash of the owner's UID, and ELB answers with the
// existing group, or refuses, where the name is taken.
func (t TargetGroup) CreatesFirst() bool { return true }

// Wish is the group in the network's VPC.
func (t TargetGroup) Wish() (TargetGroupWish, error) {
	return TargetGroupWish{TargetGroupSettings: t.Settings, VPC: t.Network.Value().VPC, Tags: t.tags("gateway", t.Name)}, nil
}

// Observe finds the group by name and reads its attributes and tags.
func (t TargetGroup) Observe(ctx context.Context, recorded engine.Record) (*TargetGroupState, error) {
	groups, err := t.Balancing.targetGroups(ctx)
	if err != nil {
		return nil, err
	}
	group, found := groups[t.Name]
	if !found {
		return nil, nil
	}
	state := targetGroupState(group)
	if err := complete(t.Identity(), state.ARN); err != nil {
		return nil, err
	}
	state.recorded = isRecorded(recorded, state.ARN)
	if state.DeregistrationDelay, err = t.readDelay(ctx, state.ARN); err != nil {
		return nil, err
	}
	var loadBalancer string
	if len(group.LoadBalancerArns) > 0 {
		loadBalancer = group.LoadBalancerArns[0]
	}
	if state.Tags, err = t.Balancing.tagsOf(ctx, loadBalancer, state.ARN); err != nil {
		return nil, err
	}
	if t.Gate != nil && !t.Settings.Check.asks(state.Check) {
		open, err := t.Gate.isOpen(ctx)
		if err != nil {
			return nil, err
		}
		state.held = !open
	}
	return state, nil
}

func targetGroupState(g elbtypes.TargetGroup) *TargetGroupState {
	port, _ := strconv.ParseInt(aws.ToString(g.HealthCheckPort), 10, 32) // "traffic-port" differs from any port
	return &TargetGroupState{
		ARN: aws.ToString(g.TargetGroupArn), Port: aws.ToInt32(g.Port), DeregistrationDelay: delayDefault,
		Check: HealthCheck{
			Port: int32(port), Protocol: string(g.HealthCheckProtocol), Path: aws.ToString(g.HealthCheckPath), Codes: codesOf(g.Matcher),
			Interval: aws.ToInt32(g.HealthCheckIntervalSeconds),
			Healthy:  aws.ToInt32(g.HealthyThresholdCount), Unhealthy: aws.ToInt32(g.UnhealthyThresholdCount),
		},
	}
}

func (t TargetGroup) readDelay(ctx context.Context, arn string) (int32, error) {
	out, err := t.Cloud.ELB.DescribeTargetGroupAttributes(ctx, &elbv2.DescribeTargetGroupAttributesInput{TargetGroupArn: &arn})
	if err != nil {
		return 0, gone(err)
	}
	for _, a := range out.Attributes {
		if aws.ToString(a.Key) == delayAttribute {
			seconds, err := strconv.ParseInt(aws.ToString(a.Value), 10, 32)
			return int32(seconds), err
		}
	}
	return delayDefault, nil
}

// Owner reads the tags.
func (t TargetGroup) Owner(observed *TargetGroupState) engine.Ownership {
	return t.ownership(observed.Tags, observed.recorded)
}

// Diff compares the health check, the delay and the tags.
func (t TargetGroup) Diff(wish TargetGroupWish, observed *TargetGroupState) *compare.Delta {
	delta := compare.NewDelta()
	t.check(wish, observed).diff(delta, observed.Check)
	diff(delta, "deregistrationDelay", wish.DeregistrationDelay, observed.DeregistrationDelay)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// Create makes the group, and sets the delay where it is not AWS's default.
func (t TargetGroup) Create(ctx context.Context, wish TargetGroupWish) (*TargetGroupState, error) {
	out, err := t.Cloud.ELB.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: &t.Name, Protocol: elbtypes.ProtocolEnum(wish.Protocol), Port: &wish.Port, VpcId: &wish.VPC,
		TargetType:          elbtypes.TargetTypeEnumIp,
		HealthCheckProtocol: elbtypes.ProtocolEnum(wish.Check.Protocol), HealthCheckPort: ptr(strconv.Itoa(int(wish.Check.Port))),
		HealthCheckPath: pathOf(wish.Check), Matcher: matcherOf(wish.Check), HealthCheckIntervalSeconds: &wish.Check.Interval,
		HealthCheckTimeoutSeconds: wish.Check.timeout(), HealthyThresholdCount: &wish.Check.Healthy, UnhealthyThresholdCount: &wish.Check.Unhealthy,
		Tags: elbTags(wish.Tags),
	})
	if err != nil {
		return nil, creating(err)
	}
	state := targetGroupState(first(out.TargetGroups))
	if err := complete(t.Identity(), state.ARN); err != nil {
		return nil, err
	}
	state.Tags = wish.Tags
	if wish.DeregistrationDelay == delayDefault {
		return state, nil
	}
	if err := t.setDelay(ctx, state.ARN, wish.DeregistrationDelay); err != nil {
		return state, err
	}
	state.DeregistrationDelay = wish.DeregistrationDelay
	return state, nil
}

func (t TargetGroup) setDelay(ctx context.Context, arn string, seconds int32) error {
	_, err := t.Cloud.ELB.ModifyTargetGroupAttributes(ctx, &elbv2.ModifyTargetGroupAttributesInput{
		TargetGroupArn: &arn, Attributes: []elbtypes.TargetGroupAttribute{{Key: ptr(delayAttribute), Value: ptr(strconv.Itoa(int(seconds)))}},
	})
	return err
}

// Update changes the health check, the delay and the tags.
func (t TargetGroup) Update(ctx context.Context, wish TargetGroupWish, observed *TargetGroupState, delta *compare.Delta) (*TargetGroupState, error) {
	updated := *observed
	if delta.DifferentAt("healthCheck") {
		check := t.check(wish, observed)
		_, err := t.Cloud.ELB.ModifyTargetGroup(ctx, &elbv2.ModifyTargetGroupInput{
			TargetGroupArn: &observed.ARN, HealthCheckProtocol: elbtypes.ProtocolEnum(check.Protocol),
			HealthCheckPort: ptr(strconv.Itoa(int(check.Port))), HealthCheckPath: pathOf(check), Matcher: matcherOf(check),
			HealthCheckIntervalSeconds: &check.Interval, HealthCheckTimeoutSeconds: check.timeout(),
			HealthyThresholdCount: &check.Healthy, UnhealthyThresholdCount: &check.Unhealthy,
		})
		if err != nil {
			return nil, err
		}
		updated.Check = check
	}
	if delta.DifferentAt("deregistrationDelay") {
		if err := t.setDelay(ctx, observed.ARN, wish.DeregistrationDelay); err != nil {
			return nil, err
		}
		updated.DeregistrationDelay = wish.DeregistrationDelay
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		return addELBTags(ctx, t.Cloud.ELB, observed.ARN, tags)
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete removes the group. A listener that still refers to it holds it.
func (t TargetGroup) Delete(ctx context.Context, observed *TargetGroupState) error {
	_, err := t.Cloud.ELB.DeleteTargetGroup(ctx, &elbv2.DeleteTargetGroupInput{TargetGroupArn: &observed.ARN})
	return gone(err)
}

// Release takes the owner tags away.
func (t TargetGroup) Release(ctx context.Context, observed *TargetGroupState) error {
	return removeELBTags(ctx, t.Cloud.ELB, observed.ARN)
}

// gateLook is how often it is looked whether all replicas have the probe.
const gateLook = 15 * time.Second

// Settled once the load balancer asks what it should.
func (t TargetGroup) Settled(observed *TargetGroupState) error {
	if t.Gate == nil || !observed.held {
		return nil
	}
	return engine.WaitFor(gateLook, "the load balancer checks port %d until all replicas answer the probe on port %d",
		t.Settings.Unprobed.Port, t.Settings.Check.Port)
}

// ID is the group's ARN.
func (t TargetGroup) ID(observed *TargetGroupState) string { return observed.ARN }
