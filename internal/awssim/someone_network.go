package awssim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

func groupMischiefs() []mischief {
	return []mischief{
		{"revokes the rules of", func(ctx context.Context, c aws.Config, r core.Resource) error {
			client := ec2.NewFromConfig(c)
			groups, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{r.ID}})
			if err != nil || len(groups.SecurityGroups[0].IpPermissions) == 0 {
				return err
			}
			_, err = client.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: &r.ID, IpPermissions: groups.SecurityGroups[0].IpPermissions})
			return err
		}},
		{"opens", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := ec2.NewFromConfig(c).AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: &r.ID, IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), CidrIp: aws.String("0.0.0.0/0"),
			})
			return err
		}},
		{"renames", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := ec2.NewFromConfig(c).CreateTags(ctx, &ec2.CreateTagsInput{
				Resources: []string{r.ID}, Tags: []ec2types.Tag{{Key: aws.String("Name"), Value: aws.String(someoneElse)}},
			})
			return err
		}},
	}
}

func fileSystemMischiefs() []mischief {
	return []mischief{
		{"ends the backups of", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := efs.NewFromConfig(c).PutBackupPolicy(ctx, &efs.PutBackupPolicyInput{
				FileSystemId: &r.ID, BackupPolicy: &efstypes.BackupPolicy{Status: efstypes.StatusDisabled},
			})
			return err
		}},
		{"renames", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := efs.NewFromConfig(c).TagResource(ctx, &efs.TagResourceInput{
				ResourceId: &r.ID, Tags: []efstypes.Tag{{Key: aws.String("Name"), Value: aws.String(someoneElse)}},
			})
			return err
		}},
	}
}

func listenerMischiefs() []mischief {
	return []mischief{
		{"deletes", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := elb.NewFromConfig(c).DeleteListener(ctx, &elb.DeleteListenerInput{ListenerArn: &r.ID})
			return err
		}},
	}
}

func loadBalancerMischiefs() []mischief {
	return []mischief{
		{"makes zonal", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := elb.NewFromConfig(c).ModifyLoadBalancerAttributes(ctx, &elb.ModifyLoadBalancerAttributesInput{
				LoadBalancerArn: &r.ID, Attributes: []elbtypes.LoadBalancerAttribute{{Key: aws.String("load_balancing.cross_zone.enabled"), Value: aws.String("false")}},
			})
			return err
		}},
		{"deletes", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := elb.NewFromConfig(c).DeleteLoadBalancer(ctx, &elb.DeleteLoadBalancerInput{LoadBalancerArn: &r.ID})
			return err
		}},
	}
}

func targetGroupMischiefs() []mischief {
	return []mischief{
		{"checks more rarely", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := elb.NewFromConfig(c).ModifyTargetGroup(ctx, &elb.ModifyTargetGroupInput{TargetGroupArn: &r.ID, HealthCheckIntervalSeconds: aws.Int32(60)})
			return err
		}},
		{"lets drain for an hour", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := elb.NewFromConfig(c).ModifyTargetGroupAttributes(ctx, &elb.ModifyTargetGroupAttributesInput{
				TargetGroupArn: &r.ID, Attributes: []elbtypes.TargetGroupAttribute{{Key: aws.String("deregistration_delay.timeout_seconds"), Value: aws.String("3600")}},
			})
			return err
		}},
	}
}
