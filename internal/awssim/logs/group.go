package logs

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// retentions are the days that PutRetentionPolicy accepts (CloudWatch Logs API
// reference).
var retentions = []int32{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545,
	731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// CreateLogGroup makes an empty log group that keeps its events for ever.
func (s *Service) CreateLogGroup(c *core.Call, in *sdk.CreateLogGroupInput) (*sdk.CreateLogGroupOutput, error) {
	name := aws.ToString(in.LogGroupName)
	if strings.HasPrefix(name, "aws/") {
		return nil, core.Errorf(invalidParameter, "Log groups starting with AWS/ are reserved for AWS.")
	}
	all := *s.groups.In(c.Scope)
	if _, ok := all[name]; ok {
		return nil, core.Errorf(alreadyExists, "The specified log group already exists")
	}
	if s.world.Exceeds(core.LogGroups, len(all)+1) {
		return nil, core.Errorf("LimitExceededException", "Resource limit exceeded.")
	}
	if err := checkTags(nil, in.Tags); err != nil {
		return nil, err
	}
	class := in.LogGroupClass
	if class == "" {
		class = types.LogGroupClassStandard
	}
	all[name] = &group{
		name: name, arn: c.ARN("logs", "log-group:"+name), kmsKey: aws.ToString(in.KmsKeyId),
		class: string(class), created: s.world.Now(), tags: copyTags(in.Tags),
		deletionProtection: aws.ToBool(in.DeletionProtectionEnabled), streams: map[string]*stream{},
	}
	return &sdk.CreateLogGroupOutput{}, nil
}

// DescribeLogGroups lists log groups by name: those with a prefix, those that
// contain a pattern whatever its case, or exactly the identified ones (at most 50).
func (s *Service) DescribeLogGroups(c *core.Call, in *sdk.DescribeLogGroupsInput) (*sdk.DescribeLogGroupsOutput, error) {
	if in.LogGroupNamePrefix != nil && in.LogGroupNamePattern != nil {
		return nil, core.Errorf(invalidParameter, "LogGroupNamePrefix and LogGroupNamePattern are mutually exclusive parameters.")
	}
	if len(in.LogGroupIdentifiers) > 0 && (in.LogGroupNamePrefix != nil || in.LogGroupNamePattern != nil) {
		return nil, core.Errorf(validation, "LogGroupIdentifiers cannot be used with LogGroupNamePrefix or LogGroupNamePattern.")
	}
	exact := map[string]bool{}
	for _, id := range in.LogGroupIdentifiers {
		exact[groupName(id)] = true
	}
	pattern := strings.ToLower(aws.ToString(in.LogGroupNamePattern))
	all := *s.groups.In(c.Scope)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, aws.ToString(in.LogGroupNamePrefix)) &&
			strings.Contains(strings.ToLower(name), pattern) &&
			(len(exact) == 0 || exact[name]) &&
			(in.LogGroupClass == "" || string(in.LogGroupClass) == all[name].class) {
			names = append(names, name)
		}
	}
	names, next, err := page(names, in.NextToken, aws.ToInt32(in.Limit))
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeLogGroupsOutput{NextToken: next, LogGroups: []types.LogGroup{}}
	for _, name := range names {
		out.LogGroups = append(out.LogGroups, all[name].describe())
	}
	return out, nil
}

func (g *group) describe() types.LogGroup {
	d := types.LogGroup{
		Arn: aws.String(g.arn + ":*"), LogGroupArn: aws.String(g.arn), LogGroupName: aws.String(g.name),
		LogGroupClass: types.LogGroupClass(g.class), CreationTime: millis(g.created),
		MetricFilterCount: aws.Int32(0), StoredBytes: aws.Int64(g.storedBytes()),
		DeletionProtectionEnabled: aws.Bool(g.deletionProtection),
	}
	if g.retention > 0 {
		d.RetentionInDays = aws.Int32(g.retention)
	}
	if g.kmsKey != "" {
		d.KmsKeyId = aws.String(g.kmsKey)
	}
	return d
}

// PutRetentionPolicy sets for how many days events are kept.
func (s *Service) PutRetentionPolicy(c *core.Call, in *sdk.PutRetentionPolicyInput) (*sdk.PutRetentionPolicyOutput, error) {
	g, err := s.lookup(c, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	days := aws.ToInt32(in.RetentionInDays)
	if !slices.Contains(retentions, days) {
		return nil, core.Errorf(invalidParameter, "Retention value is not valid: %d. Valid values are: %v.", days, retentions)
	}
	g.retention = days
	return &sdk.PutRetentionPolicyOutput{}, nil
}

// DeleteRetentionPolicy keeps the events of a group for ever again.
func (s *Service) DeleteRetentionPolicy(c *core.Call, in *sdk.DeleteRetentionPolicyInput) (*sdk.DeleteRetentionPolicyOutput, error) {
	g, err := s.lookup(c, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	g.retention = 0
	return &sdk.DeleteRetentionPolicyOutput{}, nil
}
