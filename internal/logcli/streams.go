package logcli

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/gateway"
)

// streamName is the stream of a container on Fargate: prefix/container/task (Amazon ECS
// Developer Guide, "awslogs-stream-prefix").
func streamName(container, task string) string {
	return gateway.LogPrefix + "/" + container + "/" + task
}

// streams are the names of the streams that are asked for. Those of replicas that run follow
// from their ids, and may not be there yet; others are looked up.
func (s *source) streams(ctx context.Context, o Options) ([]string, error) {
	if !o.Previous && !o.Registration {
		if running := streamsOf(s.gateway, o); len(running) > 0 || o.Task == "" {
			return running, nil
		}
	}
	var found []types.LogStream
	for _, container := range o.containers() {
		list, err := s.list(ctx, streamName(container, o.Task))
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	if o.Previous {
		found = slices.DeleteFunc(found, func(st types.LogStream) bool { return s.runs(aws.ToString(st.LogStreamName)) })
	}
	slices.SortStableFunc(found, func(a, b types.LogStream) int {
		return cmp.Compare(lastWord(b), lastWord(a)) // the newest first
	})
	if o.Previous && len(found) > 1 {
		found = found[:1]
	}
	var names []string
	for _, st := range found {
		names = append(names, aws.ToString(st.LogStreamName))
	}
	return names, nil
}

// streamsOf are the streams of the replicas that run.
func streamsOf(gw *v1alpha1.FlexGatewayDeployment, o Options) []string {
	var names []string
	for _, task := range gw.Status.Tasks {
		for _, container := range o.containers() {
			if strings.HasPrefix(task.ID, o.Task) {
				names = append(names, streamName(container, task.ID))
			}
		}
	}
	return names
}

// runs is true of a stream of a replica that runs.
func (s *source) runs(stream string) bool {
	return slices.ContainsFunc(s.gateway.Status.Tasks, func(t v1alpha1.TaskStatus) bool { return strings.HasSuffix(stream, "/"+t.ID) })
}

// lastWord is when a stream was last written to, in milliseconds. CloudWatch fills it in after
// a while; until then its beginning counts.
func lastWord(st types.LogStream) int64 {
	return max(aws.ToInt64(st.LastEventTimestamp), aws.ToInt64(st.CreationTime))
}

// isThere fails where the log group is gone. GetLogEvents has the same code for that and for a
// stream that is yet to come, and of a replica that cannot write its log there would be silence.
func (s *source) isThere(ctx context.Context) error {
	_, err := s.client.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: &s.group, Limit: aws.Int32(1)})
	return err
}

// list reads the streams whose names begin with a prefix. CloudWatch sorts them by name only.
func (s *source) list(ctx context.Context, prefix string) ([]types.LogStream, error) {
	var list []types.LogStream
	pages := cloudwatchlogs.NewDescribeLogStreamsPaginator(s.client, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: &s.group, LogStreamNamePrefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, page.LogStreams...)
	}
	return list, nil
}
