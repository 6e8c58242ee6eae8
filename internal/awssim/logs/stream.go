package logs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// eventOverhead is what CloudWatch Logs counts for an event beside its message, in
// bytes (PutLogEvents in the API reference).
const eventOverhead = 26

// stream is one log stream; its events are in the order of their arrival, which
// here is the order of their time.
type stream struct {
	name    string
	created time.Time
	events  []event
}

// event is one line of a log.
type event struct {
	id      string
	at      time.Time
	message string
}

// Put writes lines to a stream, which it makes when it is not there, at the
// present moment. Lines for a group that does not exist are lost, as a log driver
// that does not block loses them.
func (s *Service) Put(sc core.Scope, group, name string, lines ...string) {
	g, ok := (*s.groups.In(sc))[group]
	if !ok {
		return
	}
	st, ok := g.streams[name]
	if !ok {
		st = &stream{name: name, created: s.world.Now()}
		g.streams[name] = st
	}
	for _, line := range lines {
		st.events = append(st.events, event{id: s.world.Digits(56), at: s.world.Now(), message: line})
	}
}

// DescribeLogStreams lists the streams of a group by name or by their last event.
func (s *Service) DescribeLogStreams(c *core.Call, in *sdk.DescribeLogStreamsInput) (*sdk.DescribeLogStreamsOutput, error) {
	g, err := s.lookupEither(c, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	byTime := in.OrderBy == types.OrderByLastEventTime
	if byTime && in.LogStreamNamePrefix != nil {
		return nil, core.Errorf(invalidParameter, "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	var list []*stream
	for _, st := range g.streams {
		if strings.HasPrefix(st.name, aws.ToString(in.LogStreamNamePrefix)) {
			list = append(list, st)
		}
	}
	slices.SortFunc(list, func(a, b *stream) int {
		if byTime && !a.last().Equal(b.last()) {
			return a.last().Compare(b.last())
		}
		return cmp.Compare(a.name, b.name)
	})
	if aws.ToBool(in.Descending) {
		slices.Reverse(list)
	}
	names := make([]string, len(list))
	for i, st := range list {
		names[i] = st.name
	}
	names, next, err := page(names, in.NextToken, aws.ToInt32(in.Limit))
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeLogStreamsOutput{NextToken: next, LogStreams: []types.LogStream{}}
	for _, name := range names {
		out.LogStreams = append(out.LogStreams, g.streams[name].describe(g))
	}
	return out, nil
}

// last is the time of the last event, zero without events.
func (st *stream) last() time.Time {
	if len(st.events) == 0 {
		return time.Time{}
	}
	return st.events[len(st.events)-1].at
}

func (st *stream) describe(g *group) types.LogStream {
	d := types.LogStream{
		LogStreamName: aws.String(st.name), CreationTime: millis(st.created),
		Arn:         aws.String(fmt.Sprintf("%s:log-stream:%s", g.arn, st.name)),
		StoredBytes: aws.Int64(0), // always 0 since 2019, says the API reference
	}
	if len(st.events) > 0 {
		d.FirstEventTimestamp = millis(st.events[0].at)
		d.LastEventTimestamp = millis(st.last())
		d.LastIngestionTime = millis(st.last())
	}
	return d
}

// storedBytes is the size of all events of the group.
func (g *group) storedBytes() int64 {
	var n int64
	for _, st := range g.streams {
		for _, e := range st.events {
			n += int64(len(e.message) + eventOverhead)
		}
	}
	return n
}
