package logcli

import (
	"context"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/internal/awscloud"
)

// pollPause is between two looks; FilterLogEvents may be called 5 times in a second, by all of
// an account and region together. slowest is between two looks while AWS says that there are
// too many.
const (
	pollPause = 2 * time.Second
	slowest   = 30 * time.Second
)

// overlap is how far back a look begins before the newest line: CloudWatch takes lines in with
// a delay, and not in their order.
const overlap = 10 * time.Second

// follow tells what the streams say from when this one began (in milliseconds) on, and those of replicas that come meanwhile.
// Replicas that go are listened to as long as this one looks: their last words are worth it.
func (t *Tool) follow(ctx context.Context, src *source, p *printer, streams []string, began int64, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends Follow
	seen := t.Follow(ctx, src.gateway.Name)
	pause := pollPause
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s := <-seen:
			if s.Err != nil {
				return s.Err
			}
			src.gateway = s.Gateway
			continue
		case <-time.After(pause):
		}
		var err error
		if streams, err = src.join(ctx, streams, o); err == nil {
			err = t.poll(ctx, src, p, streams, began)
		}
		switch {
		case awscloud.IsThrottle(err):
			pause = min(2*pause, slowest)
		case err != nil:
			return err
		case t.Screen.Err() != nil:
			return t.Screen.Err()
		default:
			pause = pollPause
		}
	}
}

// join adds the streams that have come. A look at what has stopped or registers asks AWS
// which there are; replicas are known from the cluster.
func (s *source) join(ctx context.Context, streams []string, o Options) ([]string, error) {
	if o.Previous {
		return streams, nil // that replica and no other
	}
	now, err := s.streams(ctx, o)
	for _, stream := range now {
		if !slices.Contains(streams, stream) {
			streams = append(streams, stream)
		}
	}
	return streams, err
}

func (t *Tool) poll(ctx context.Context, src *source, p *printer, streams []string, began int64) error {
	if len(streams) == 0 {
		return nil
	}
	from := began
	if p.newest > 0 {
		from = max(p.newest, began) - overlap.Milliseconds()
	}
	lines, err := src.since(ctx, streams, from)
	if err != nil {
		return err
	}
	p.print(lines)
	return nil
}

// containerAndTask are the parts of a stream's name that tell it from others.
func containerAndTask(stream string) (container, task string) {
	parts := strings.Split(stream, "/")
	if len(parts) < 3 {
		return "", stream
	}
	return parts[len(parts)-2], parts[len(parts)-1]
}
