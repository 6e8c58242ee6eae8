package installation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"flexgw.io/controller/internal/child"
)

// await returns when the process is ready, or has ended.
func await(ctx context.Context, p *child.Process, ready func(context.Context) error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.Done():
			return errors.Join(errors.New("it ended"), p.Err())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// listens is whether somebody listens at the address.
func listens(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return c.Close()
	}
}

// answers is whether /healthz there says that all is well.
func answers(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return errors.Join(err, answer.Body.Close())
		}
		if answer.StatusCode != http.StatusOK {
			return errors.Join(errors.New(answer.Status), answer.Body.Close())
		}
		return answer.Body.Close()
	}
}

// freePorts are ports of this machine that nothing listens on: all are open at once, so
// that none is given twice.
func freePorts(ctx context.Context, count int) (ports []int, err error) {
	var listen net.ListenConfig
	for range count {
		l, failed := listen.Listen(ctx, "tcp", "127.0.0.1:0")
		if failed != nil {
			return nil, failed
		}
		defer func() { err = errors.Join(err, l.Close()) }()
		address, ok := l.Addr().(*net.TCPAddr)
		if !ok {
			return nil, fmt.Errorf("%s is no TCP address", l.Addr())
		}
		ports = append(ports, address.Port)
	}
	return ports, nil
}
