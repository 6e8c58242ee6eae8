package localcluster

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
)

// pollPeriod is how often the API server is asked for something that will be true
// within seconds.
const pollPeriod = 50 * time.Millisecond

// waitReady returns when kube-apiserver answers /readyz.
func waitReady(ctx context.Context, cfg *rest.Config) error {
	client, err := discovery.NewDiscoveryClientForConfig(cfg)
	if err != nil {
		return err
	}
	return poll(ctx, func(ctx context.Context) error {
		return client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

// poll calls check until it returns nil. When ctx ends first, the error says what
// check said last.
func poll(ctx context.Context, check func(context.Context) error) error {
	tick := time.NewTicker(pollPeriod)
	defer tick.Stop()
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-tick.C:
		}
	}
}
