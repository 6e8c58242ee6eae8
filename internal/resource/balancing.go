package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awscloud"
)

// Balancing reads what the load balancer, its target groups and its listeners have in
// common once for all of them in a walk: seven resources would otherwise ask the same
// questions. It is made anew for each walk.
type Balancing struct {
	Cloud *awscloud.Clients
	// TargetGroupNames are the names of all target groups of the gateway.
	TargetGroupNames []string

	groups    once[map[string]elbtypes.TargetGroup]
	listeners once[[]elbtypes.Listener]
	tags      once[map[string]map[string]string]
}

// targetGroups are the gateway's target groups by name: one call where all are there.
func (b *Balancing) targetGroups(ctx context.Context) (map[string]elbtypes.TargetGroup, error) {
	return b.groups.get(func() (map[string]elbtypes.TargetGroup, error) {
		found := map[string]elbtypes.TargetGroup{}
		err := b.readTargetGroups(ctx, b.TargetGroupNames, found)
		if awscloud.IsNotFound(err) { // one of the names is missing: ask for each
			for _, name := range b.TargetGroupNames {
				if err := gone(b.readTargetGroups(ctx, []string{name}, found)); err != nil {
					return nil, err
				}
			}
			return found, nil
		}
		return found, err
	})
}

func (b *Balancing) readTargetGroups(ctx context.Context, names []string, into map[string]elbtypes.TargetGroup) error {
	if len(names) == 0 {
		return nil
	}
	out, err := b.Cloud.ELB.DescribeTargetGroups(ctx, &elbv2.DescribeTargetGroupsInput{Names: names})
	if err != nil {
		return err
	}
	for _, group := range out.TargetGroups {
		into[aws.ToString(group.TargetGroupName)] = group
	}
	return nil
}

// listenersOf are the listeners of the load balancer.
func (b *Balancing) listenersOf(ctx context.Context, loadBalancer string) ([]elbtypes.Listener, error) {
	return b.listeners.get(func() ([]elbtypes.Listener, error) {
		var found []elbtypes.Listener
		pages := elbv2.NewDescribeListenersPaginator(b.Cloud.ELB, &elbv2.DescribeListenersInput{LoadBalancerArn: &loadBalancer})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, gone(err)
			}
			found = append(found, page.Listeners...)
		}
		return found, nil
	})
}

// tagsOf are the tags of one of the three kinds, read for all of them in one call.
func (b *Balancing) tagsOf(ctx context.Context, loadBalancer, arn string) (map[string]string, error) {
	all, err := b.tags.get(func() (map[string]map[string]string, error) { return b.readTags(ctx, loadBalancer) })
	if err != nil {
		return nil, err
	}
	if tags, ok := all[arn]; ok {
		return tags, nil
	}
	found, err := b.describeTags(ctx, []string{arn}) // made by someone else a moment ago
	return found[arn], err
}

func (b *Balancing) readTags(ctx context.Context, loadBalancer string) (map[string]map[string]string, error) {
	groups, err := b.targetGroups(ctx)
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, group := range groups {
		arns = append(arns, aws.ToString(group.TargetGroupArn))
	}
	if loadBalancer != "" {
		listeners, err := b.listenersOf(ctx, loadBalancer)
		if err != nil {
			return nil, err
		}
		arns = append(arns, loadBalancer)
		for _, listener := range listeners {
			arns = append(arns, aws.ToString(listener.ListenerArn))
		}
	}
	return b.describeTags(ctx, arns)
}

// describeTags reads tags; ELB takes 20 ARNs in a call, and one gateway has at most 16.
func (b *Balancing) describeTags(ctx context.Context, arns []string) (map[string]map[string]string, error) {
	tags := map[string]map[string]string{}
	if len(arns) == 0 {
		return tags, nil
	}
	out, err := b.Cloud.ELB.DescribeTags(ctx, &elbv2.DescribeTagsInput{ResourceArns: arns})
	if err != nil {
		return nil, gone(err)
	}
	for _, d := range out.TagDescriptions {
		tags[aws.ToString(d.ResourceArn)] = awscloud.TagMap(d.Tags, func(t elbtypes.Tag) (*string, *string) { return t.Key, t.Value })
	}
	return tags, nil
}

// addELBTags writes tags on one of the three kinds.
func addELBTags(ctx context.Context, client *elbv2.Client, arn string, tags map[string]string) error {
	_, err := client.AddTags(ctx, &elbv2.AddTagsInput{ResourceArns: []string{arn}, Tags: elbTags(tags)})
	return err
}

// removeELBTags takes the owner tags off one of the three kinds.
func removeELBTags(ctx context.Context, client *elbv2.Client, arn string) error {
	_, err := client.RemoveTags(ctx, &elbv2.RemoveTagsInput{ResourceArns: []string{arn}, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

func elbTags(tags map[string]string) []elbtypes.Tag {
	return awscloud.TagList(tags, func(k, v *string) elbtypes.Tag { return elbtypes.Tag{Key: k, Value: v} })
}
