package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/engine"
)

// healthyTargets are the addresses that the load balancer finds healthy in any of the
// target groups.
func healthyTargets(ctx context.Context, client *elbv2.Client, refs []*engine.Ref[TargetGroupState]) (map[string]bool, error) {
	healthy := map[string]bool{}
	for _, ref := range refs {
		if ref.Value() == nil {
			continue
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
	}
	return healthy, nil
}
