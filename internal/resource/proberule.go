package resource

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// ProbeRule lets the load balancer reach the probe of the replicas, which share its
// security group. It is a resource of its own, and no rule of SecurityGroup, because it
// goes last: a load balancer that still asks the probe would find all targets unhealthy.
type ProbeRule struct {
	Common
	// Owned has the gateway's security groups, and Group is the one of replicas and load
	// balancer.
	Owned *OwnedGroups
	Group *engine.Ref[SecurityGroupState]
	// Port is the probe's.
	Port int32
}

// ProbeRuleWish is the rule in its security group.
type ProbeRuleWish struct{ GroupID string }

// ProbeRuleState is the rule that is there.
type ProbeRuleState struct{ GroupID string }

// Rule is the rule as its security group has it.
func (p ProbeRule) Rule() Rule { return Rule{Port: p.Port, Self: true} }

// Identity is SecurityGroupRule/port.
func (p ProbeRule) Identity() engine.Identity {
	return engine.Identity{Kind: "SecurityGroupRule", Name: strconv.Itoa(int(p.Port))}
}

// Needs the security group.
func (p ProbeRule) Needs() []engine.Need { return []engine.Need{engine.Settled(p.Group).Inside()} }

// Wish is the rule in the group.
func (p ProbeRule) Wish() (ProbeRuleWish, error) {
	return ProbeRuleWish{GroupID: p.Group.Value().GroupID}, nil
}

// Observe finds the rule in the group of the replicas.
func (p ProbeRule) Observe(ctx context.Context, _ engine.Record) (*ProbeRuleState, error) {
	groups, err := p.Owned.part(ctx, "gateway")
	if err != nil {
		return nil, err
	}
	for _, group := range groups {
		id := aws.ToString(group.GroupId)
		if len(without(permissions([]Rule{p.Rule()}, id), group.IpPermissions)) == 0 {
			return &ProbeRuleState{GroupID: id}, nil
		}
	}
	return nil, nil
}

// Owner is ours: the rule is in our group.
func (p ProbeRule) Owner(*ProbeRuleState) engine.Ownership { return engine.Ours() }

// Diff is empty: a rule is there or not.
func (p ProbeRule) Diff(ProbeRuleWish, *ProbeRuleState) *compare.Delta { return compare.NewDelta() }

// Create lets the rule in. One that is there already is as good.
func (p ProbeRule) Create(ctx context.Context, wish ProbeRuleWish) (*ProbeRuleState, error) {
	_, err := p.Cloud.EC2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &wish.GroupID, IpPermissions: permissions([]Rule{p.Rule()}, wish.GroupID),
	})
	if err != nil && !awscloud.IsExists(err) {
		return nil, err
	}
	return &ProbeRuleState{GroupID: wish.GroupID}, nil
}

// Update does nothing.
func (p ProbeRule) Update(_ context.Context, _ ProbeRuleWish, observed *ProbeRuleState, _ *compare.Delta) (*ProbeRuleState, error) {
	return observed, nil
}

// Delete revokes the rule.
func (p ProbeRule) Delete(ctx context.Context, observed *ProbeRuleState) error {
	_, err := p.Cloud.EC2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
		GroupId: &observed.GroupID, IpPermissions: permissions([]Rule{p.Rule()}, observed.GroupID),
	})
	return gone(err)
}

// Settled at once.
func (p ProbeRule) Settled(*ProbeRuleState) error { return nil }

// ID is the group and the port.
func (p ProbeRule) ID(observed *ProbeRuleState) string {
	return fmt.Sprintf("%s/tcp/%d", observed.GroupID, p.Port)
}
