package awssim

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"flexgw.io/controller/internal/awssim/core"
)

// someoneElse is what Someone writes.
const someoneElse = "someone-else"

// clusterOf is the cluster in the ARN of a service or a task.
func clusterOf(arn string) *string {
	return aws.String(strings.Split(arn, "/")[1])
}

func serviceMischiefs() []mischief {
	return []mischief{
		{"scales to nothing", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := ecs.NewFromConfig(c).UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: clusterOf(r.ID), Service: &r.ID, DesiredCount: aws.Int32(0)})
			return err
		}},
		{"deletes", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := ecs.NewFromConfig(c).DeleteService(ctx, &ecs.DeleteServiceInput{Cluster: clusterOf(r.ID), Service: &r.ID, Force: aws.Bool(true)})
			return err
		}},
		{"tags", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := ecs.NewFromConfig(c).TagResource(ctx, &ecs.TagResourceInput{
				ResourceArn: &r.ID, Tags: []ecstypes.Tag{{Key: aws.String("Name"), Value: aws.String(someoneElse)}},
			})
			return err
		}},
	}
}

func taskMischiefs() []mischief {
	return []mischief{{"stops", func(ctx context.Context, c aws.Config, r core.Resource) error {
		_, err := ecs.NewFromConfig(c).StopTask(ctx, &ecs.StopTaskInput{Cluster: clusterOf(r.ID), Task: &r.ID})
		return err
	}}}
}

func definitionMischiefs() []mischief {
	return []mischief{{"deregisters", func(ctx context.Context, c aws.Config, r core.Resource) error {
		_, err := ecs.NewFromConfig(c).DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &r.ID})
		return err
	}}}
}

func roleMischiefs() []mischief {
	name := func(r core.Resource) *string { return aws.String(r.ID[strings.LastIndex(r.ID, "/")+1:]) }
	return []mischief{
		{"detaches the policies of", func(ctx context.Context, c aws.Config, r core.Resource) error {
			client := iam.NewFromConfig(c)
			attached, err := client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: name(r)})
			if err != nil {
				return err
			}
			for _, policy := range attached.AttachedPolicies {
				if _, err := client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: name(r), PolicyArn: policy.PolicyArn}); err != nil {
					return err
				}
			}
			return nil
		}},
		{"lets nobody assume", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := iam.NewFromConfig(c).UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: name(r), PolicyDocument: aws.String(
				`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}}`)})
			return err
		}},
	}
}

func logGroupMischiefs() []mischief {
	name := func(r core.Resource) *string {
		_, after, _ := strings.Cut(r.ID, ":log-group:")
		return aws.String(strings.TrimSuffix(after, ":*"))
	}
	return []mischief{
		{"keeps for a day", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := cloudwatchlogs.NewFromConfig(c).PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: name(r), RetentionInDays: aws.Int32(1)})
			return err
		}},
		{"deletes", func(ctx context.Context, c aws.Config, r core.Resource) error {
			_, err := cloudwatchlogs.NewFromConfig(c).DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: name(r)})
			return err
		}},
	}
}
