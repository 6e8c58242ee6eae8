package logs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"flexgw.io/controller/internal/awssim/core"
)

// Clients that index the lists of an answer need them to be there, as AWS's are.
func TestAnAnswerWithoutItemsHasAnEmptyList(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			groups, err := s.DescribeLogGroups(c, &sdk.DescribeLogGroupsInput{})
			if err != nil || groups.LogGroups == nil {
				t.Errorf("DescribeLogGroups = %#v, error %v, want an empty list", groups, err)
			}
			create(t, s, c, "/ecs/gateway")
			streams, err := s.DescribeLogStreams(c, &sdk.DescribeLogStreamsInput{LogGroupName: aws.String("/ecs/gateway")})
			if err != nil || streams.LogStreams == nil {
				t.Errorf("DescribeLogStreams = %#v, error %v, want an empty list", streams, err)
			}
			events, err := s.FilterLogEvents(c, &sdk.FilterLogEventsInput{LogGroupName: aws.String("/ecs/gateway")})
			if err != nil || events.Events == nil {
				t.Errorf("FilterLogEvents = %#v, error %v, want an empty list", events, err)
			}
		})
	})
}
