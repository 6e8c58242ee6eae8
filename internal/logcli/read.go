package logcli

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"flexgw.io/controller/internal/awscloud"
)

// line is an event of a stream.
type line struct {
	// at is the time of the event in milliseconds.
	at      int64
	stream  string
	id      string
	message string
}

// largestPage is how many events an answer of GetLogEvents has at most (CloudWatch Logs API
// reference; and at most 1 MB).
const largestPage = 10_000

// last reads the last lines of each stream from a time on, in the order of their times; with
// tail -1 all. GetLogEvents reads a stream from its end, which FilterLogEvents cannot, and
// may be called 25 times in a second where that may 5 times.
func (s *source) last(ctx context.Context, streams []string, from int64, tail int) ([]line, error) {
	var lines []line
	for _, stream := range streams {
		more, err := s.lastOf(ctx, stream, from, tail)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	sortLines(lines)
	return lines, nil
}

// lastOf reads one stream backwards. One that is not there is empty: the container has not said
// anything yet.
func (s *source) lastOf(ctx context.Context, stream string, from int64, tail int) ([]line, error) {
	in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: &s.group, LogStreamName: &stream, StartTime: startTime(from)}
	var lines []line
	for tail < 0 || len(lines) < tail {
		in.Limit = aws.Int32(largestPage)
		if tail >= 0 {
			in.Limit = aws.Int32(int32(min(tail-len(lines), largestPage)))
		}
		out, err := s.client.GetLogEvents(ctx, in)
		if awscloud.IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		s.there[stream] = true
		page := make([]line, 0, len(out.Events)+len(lines))
		for _, e := range out.Events {
			page = append(page, line{at: aws.ToInt64(e.Timestamp), stream: stream, message: aws.ToString(e.Message)})
		}
		lines = append(page, lines...)
		// A token that comes back unchanged says that this was the beginning; an empty page does
		// not.
		if out.NextBackwardToken == nil || aws.ToString(out.NextBackwardToken) == aws.ToString(in.NextToken) {
			break
		}
		in.NextToken = out.NextBackwardToken
	}
	return lines, nil
}

// most streams that one call of FilterLogEvents may name (CloudWatch Logs API reference).
const mostStreams = 100

// since reads the lines of streams from a time on, in the order of their times. FilterLogEvents
// refuses streams that are not there.
func (s *source) since(ctx context.Context, streams []string, from int64) ([]line, error) {
	streams, err := s.present(ctx, streams)
	if err != nil {
		return nil, err
	}
	var lines []line
	for chunk := range slices.Chunk(streams, mostStreams) {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(s.client, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &s.group, LogStreamNames: chunk, StartTime: startTime(from),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, e := range page.Events {
				lines = append(lines, line{at: aws.ToInt64(e.Timestamp), stream: aws.ToString(e.LogStreamName), id: aws.ToString(e.EventId), message: aws.ToString(e.Message)})
			}
		}
	}
	sortLines(lines)
	return lines, nil
}

// present are the streams that are there by now.
func (s *source) present(ctx context.Context, streams []string) ([]string, error) {
	var found []string
	for _, stream := range streams {
		if !s.there[stream] {
			list, err := s.list(ctx, stream)
			if err != nil {
				return nil, err
			}
			s.there[stream] = len(list) > 0
		}
		if s.there[stream] {
			found = append(found, stream)
		}
	}
	return found, nil
}

func startTime(from int64) *int64 {
	if from <= 0 {
		return nil
	}
	return &from
}

// sortLines keeps the order of lines of one stream that have the same time.
func sortLines(lines []line) {
	slices.SortStableFunc(lines, func(a, b line) int { return int(max(min(a.at-b.at, 1), -1)) })
}
