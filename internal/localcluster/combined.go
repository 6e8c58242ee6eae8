package localcluster

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"flexgw.io/controller/internal/child"
)

// combined is the project's own program: everything in one child process.
type combined struct{ *child.Process }

func (c combined) done() <-chan struct{} { return c.Done() }
func (c combined) stop() error           { return c.Stop() }

// startCombined starts "controlplane up" and waits for the kubeconfig, which it
// writes when all of it is ready.
func startCombined(ctx context.Context, a Assets, dir string, output io.Writer) (plane, *rest.Config, error) {
	p, err := child.Start(child.Command{
		Path:   a.Path(controlplane),
		Args:   []string{"up", "--dir", dir},
		Output: output,
	})
	if err != nil {
		return nil, nil, err
	}
	if err := waitFile(ctx, kubeconfigIn(dir), p); err != nil {
		return nil, nil, errors.Join(err, p.Stop())
	}
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfigIn(dir))
	if err != nil {
		return nil, nil, errors.Join(err, p.Stop())
	}
	cfg.QPS, cfg.Burst = 100, 200
	return combined{p}, cfg, nil
}

func waitFile(ctx context.Context, path string, p *child.Process) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := os.Stat(path)
		if !errors.Is(err, os.ErrNotExist) {
			return err
		}
		select {
		case <-p.Done():
			return errors.Join(errors.New("it ended before it was ready; its log says why"), p.Err())
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
