package elbv2

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// ModifyLoadBalancerAttributes changes the given attributes and returns them all.
func (s *Service) ModifyLoadBalancerAttributes(c *core.Call, in *sdk.ModifyLoadBalancerAttributesInput) (*sdk.ModifyLoadBalancerAttributesOutput, error) {
	r := s.regions.In(c.Scope)
	lb := r.loadBalancer(aws.ToString(in.LoadBalancerArn))
	if lb == nil {
		return nil, errLoadBalancerNotFound(aws.ToString(in.LoadBalancerArn))
	}
	for _, a := range in.Attributes {
		if err := checkAttribute("Load balancer", loadBalancerAttributes, aws.ToString(a.Key), aws.ToString(a.Value)); err != nil {
			return nil, err
		}
	}
	for _, a := range in.Attributes {
		lb.attributes[*a.Key] = aws.ToString(a.Value)
	}
	return &sdk.ModifyLoadBalancerAttributesOutput{Attributes: lb.describeAttributes()}, nil
}

// DescribeLoadBalancerAttributes returns all attributes of a load balancer.
func (s *Service) DescribeLoadBalancerAttributes(c *core.Call, in *sdk.DescribeLoadBalancerAttributesInput) (*sdk.DescribeLoadBalancerAttributesOutput, error) {
	lb := s.regions.In(c.Scope).loadBalancer(aws.ToString(in.LoadBalancerArn))
	if lb == nil {
		return nil, errLoadBalancerNotFound(aws.ToString(in.LoadBalancerArn))
	}
	return &sdk.DescribeLoadBalancerAttributesOutput{Attributes: lb.describeAttributes()}, nil
}

func (lb *loadBalancer) describeAttributes() []types.LoadBalancerAttribute {
	var list []types.LoadBalancerAttribute
	for _, key := range sortedKeys(lb.attributes) {
		list = append(list, types.LoadBalancerAttribute{Key: aws.String(key), Value: aws.String(lb.attributes[key])})
	}
	return list
}

// ModifyTargetGroupAttributes changes the given attributes and returns them all.
func (s *Service) ModifyTargetGroupAttributes(c *core.Call, in *sdk.ModifyTargetGroupAttributesInput) (*sdk.ModifyTargetGroupAttributesOutput, error) {
	tg := s.regions.In(c.Scope).targetGroup(aws.ToString(in.TargetGroupArn))
	if tg == nil {
		return nil, errTargetGroupNotFound(aws.ToString(in.TargetGroupArn))
	}
	for _, a := range in.Attributes {
		key, value := aws.ToString(a.Key), aws.ToString(a.Value)
		if err := checkAttribute("Target group", targetGroupAttributes, key, value); err != nil {
			return nil, err
		}
		if isUDP(tg.protocol) && (key == preserveClientIP && value == "false" || key == unhealthyTermination && value == "true") {
			return nil, misconfigured("Target group attribute '%s' cannot be '%s' for target groups with protocol '%s'", key, value, tg.protocol)
		}
	}
	for _, a := range in.Attributes {
		tg.attributes[*a.Key] = aws.ToString(a.Value)
	}
	return &sdk.ModifyTargetGroupAttributesOutput{Attributes: tg.describeAttributes()}, nil
}

// DescribeTargetGroupAttributes returns all attributes of a target group.
func (s *Service) DescribeTargetGroupAttributes(c *core.Call, in *sdk.DescribeTargetGroupAttributesInput) (*sdk.DescribeTargetGroupAttributesOutput, error) {
	tg := s.regions.In(c.Scope).targetGroup(aws.ToString(in.TargetGroupArn))
	if tg == nil {
		return nil, errTargetGroupNotFound(aws.ToString(in.TargetGroupArn))
	}
	return &sdk.DescribeTargetGroupAttributesOutput{Attributes: tg.describeAttributes()}, nil
}

func (tg *targetGroup) describeAttributes() []types.TargetGroupAttribute {
	var list []types.TargetGroupAttribute
	for _, key := range sortedKeys(tg.attributes) {
		list = append(list, types.TargetGroupAttribute{Key: aws.String(key), Value: aws.String(tg.attributes[key])})
	}
	return list
}
