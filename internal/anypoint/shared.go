package anypoint

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"
)

// shared does something once for all who ask for it at the same time. One who gives up
// does not end it for the others: it has a time of its own.
func shared[T any](ctx context.Context, flights *singleflight.Group, key string, within time.Duration, do func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := flights.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
		defer cancel()
		return do(ctx)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(T), nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
