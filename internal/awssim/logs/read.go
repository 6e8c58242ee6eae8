package logs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// maxEvents is how many events an answer has at most.
const maxEvents = 10_000

// GetLogEvents reads a page of one stream: its end, or with StartFromHead its
// beginning. As in AWS the answer always has both tokens; a token that comes back
// unchanged says that there is nothing more in its direction.
func (s *Service) GetLogEvents(c *core.Call, in *sdk.GetLogEventsInput) (*sdk.GetLogEventsOutput, error) {
	g, err := s.lookupEither(c, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	st, ok := g.streams[aws.ToString(in.LogStreamName)]
	if !ok {
		return nil, core.Errorf(notFound, "The specified log stream does not exist.")
	}
	events := within(st.events, in.StartTime, in.EndTime)
	from, to, err := window(len(events), eventLimit(in.Limit), aws.ToBool(in.StartFromHead), in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &sdk.GetLogEventsOutput{
		Events:            []types.OutputLogEvent{},
		NextForwardToken:  aws.String(fmt.Sprintf("f/%d", to)),
		NextBackwardToken: aws.String(fmt.Sprintf("b/%d", from)),
	}
	for _, e := range events[from:to] {
		out.Events = append(out.Events, types.OutputLogEvent{
			Message: aws.String(e.message), Timestamp: millis(e.at), IngestionTime: millis(e.at),
		})
	}
	return out, nil
}

// window says which of n events a page of GetLogEvents has.
func window(n, limit int, fromHead bool, token *string) (from, to int, err error) {
	switch {
	case token == nil && fromHead:
		return 0, min(limit, n), nil
	case token == nil:
		return max(0, n-limit), n, nil
	}
	direction, number, _ := strings.Cut(*token, "/")
	at, convErr := strconv.Atoi(number)
	if convErr != nil || at < 0 || direction != "f" && direction != "b" {
		return 0, 0, core.Errorf(invalidParameter, "The specified nextToken is invalid.")
	}
	at = min(at, n)
	if direction == "f" {
		return at, min(at+limit, n), nil
	}
	return max(0, at-limit), at, nil
}

// FilterLogEvents reads the streams of a group together, in the order of time, and
// leaves out what the filter pattern does not match.
func (s *Service) FilterLogEvents(c *core.Call, in *sdk.FilterLogEventsInput) (*sdk.FilterLogEventsOutput, error) {
	g, err := s.lookupEither(c, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	if len(in.LogStreamNames) > 0 && in.LogStreamNamePrefix != nil {
		return nil, core.Errorf(invalidParameter, "LogStreamNames and LogStreamNamePrefix cannot both be specified.")
	}
	matches, err := parsePattern(aws.ToString(in.FilterPattern))
	if err != nil {
		return nil, err
	}
	from, err := offset(in.NextToken)
	if err != nil {
		return nil, err
	}
	found := g.filter(in, matches)
	from = min(from, len(found))
	to := min(from+eventLimit(in.Limit), len(found))
	out := &sdk.FilterLogEventsOutput{Events: append([]types.FilteredLogEvent{}, found[from:to]...), SearchedLogStreams: []types.SearchedLogStream{}}
	if to < len(found) {
		out.NextToken = aws.String(strconv.Itoa(to))
	}
	return out, nil
}

// filter collects the events that a request of FilterLogEvents asks for.
func (g *group) filter(in *sdk.FilterLogEventsInput, matches func(string) bool) []types.FilteredLogEvent {
	var found []types.FilteredLogEvent
	for _, st := range g.streams {
		named := len(in.LogStreamNames) == 0 || slices.Contains(in.LogStreamNames, st.name)
		if !named || !strings.HasPrefix(st.name, aws.ToString(in.LogStreamNamePrefix)) {
			continue
		}
		for _, e := range within(st.events, in.StartTime, in.EndTime) {
			if matches(e.message) {
				found = append(found, types.FilteredLogEvent{
					EventId: aws.String(e.id), LogStreamName: aws.String(st.name),
					Message: aws.String(e.message), Timestamp: millis(e.at), IngestionTime: millis(e.at),
				})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b types.FilteredLogEvent) int {
		if order := int(*a.Timestamp - *b.Timestamp); order != 0 {
			return order
		}
		return strings.Compare(*a.LogStreamName, *b.LogStreamName)
	})
	return found
}

// within returns the events from start on and before end, both in milliseconds.
func within(events []event, start, end *int64) []event {
	var in []event
	for _, e := range events {
		at := e.at.UnixMilli()
		if (start == nil || at >= *start) && (end == nil || at < *end) {
			in = append(in, e)
		}
	}
	return in
}

func eventLimit(limit *int32) int {
	if limit == nil || *limit <= 0 || *limit > maxEvents {
		return maxEvents
	}
	return int(*limit)
}

func offset(token *string) (int, error) {
	if token == nil {
		return 0, nil
	}
	n, err := strconv.Atoi(*token)
	if err != nil || n < 0 {
		return 0, core.Errorf(invalidParameter, "The specified nextToken is invalid.")
	}
	return n, nil
}
