package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/engine"
)

// healthyTargets are the addresses that the load balancer finds healthy; none without a
// target group.
func healthyTargets(ctx context.Context, client *elbv2.Client, ref *engine.Ref[TargetGroupState]) (map[string]bool, error) {
	healthy := map[string]bool{}
	if ref == nil || ref.Value() == nil {
		return healthy, nil
	}
	out, err := client.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &ref.Value().ARN})
	if err != nil {
		return healthy, gone(err)
	}
	for _, d := range out.TargetHealthDescriptions {
		if d.Target != nil && d.TargetHealth != nil && d.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy {
			healthy[aws.ToString(d.Target.Id)] = true
		}
	}
	return healthy, nil
}
