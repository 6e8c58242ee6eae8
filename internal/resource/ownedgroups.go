package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awscloud"
)

// OwnedGroups reads all security groups of a gateway once for all of them in a walk. It
// is made anew for each walk.
type OwnedGroups struct {
	Cloud *awscloud.Clients
	// UID is the owner's.
	UID string

	groups once[[]ec2types.SecurityGroup]
}

// part are the groups that carry the owner's tag and play the part.
func (o *OwnedGroups) part(ctx context.Context, part string) ([]ec2types.SecurityGroup, error) {
	all, err := o.groups.get(func() ([]ec2types.SecurityGroup, error) {
		out, err := o.Cloud.EC2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
			Filters: []ec2types.Filter{{Name: aws.String("tag:" + awscloud.TagOwnerUID), Values: []string{o.UID}}},
		})
		if err != nil {
			return nil, err
		}
		return out.SecurityGroups, nil
	})
	if err != nil {
		return nil, err
	}
	var found []ec2types.SecurityGroup
	for _, group := range all {
		if ec2TagMap(group.Tags)[awscloud.TagPart] == part {
			found = append(found, group)
		}
	}
	return found, nil
}

func ec2TagMap(tags []ec2types.Tag) map[string]string {
	return awscloud.TagMap(tags, func(t ec2types.Tag) (*string, *string) { return t.Key, t.Value })
}
