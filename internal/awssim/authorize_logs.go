package awssim

import "flexgw.io/controller/internal/awssim/iam"

// logsRules follow "Actions, resources, and condition keys for Amazon CloudWatch
// Logs". What names a group is authorized on the group with an empty stream, as AWS's
// refusals show it.
func logsRules() map[string]rule {
	group := func(r *request) []iam.Ask { return r.on(r.logGroup(r.text("LogGroupName"))) }
	either := func(r *request) []iam.Ask {
		if arn := r.text("LogGroupIdentifier"); arn != "" {
			return r.on(arn)
		}
		return group(r)
	}
	return map[string]rule{
		"CreateLogGroup": func(r *request) []iam.Ask {
			asks := group(r)
			if len(r.tags()) == 0 {
				return asks
			}
			return append(asks, r.ask("logs:TagResource", r.arn("log-group:"+r.text("LogGroupName"))))
		},
		"DescribeLogGroups":     func(r *request) []iam.Ask { return r.on(r.logGroup("")) },
		"DeleteLogGroup":        group,
		"PutRetentionPolicy":    group,
		"DeleteRetentionPolicy": group,
		"DescribeLogStreams":    either,
		"GetLogEvents":          either,
		"FilterLogEvents":       either,
		"TagResource":           each("ResourceArn"),
		"UntagResource":         each("ResourceArn"),
		"ListTagsForResource":   each("ResourceArn"),
	}
}

func (r *request) logGroup(name string) string { return r.arn("log-group:" + name + ":log-stream:") }
