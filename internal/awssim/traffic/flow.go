package traffic

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// idleTimeout is how long a connection may be silent before a network load balancer
// forgets it (Network Load Balancers guide, "Connection idle timeout").
const idleTimeout = 350 * time.Second

// flow is one connection through a load balancer.
type flow struct {
	plane          *Plane
	listener       string
	hop            Hop
	client, target net.Conn
	// moved counts what was carried, in both directions.
	moved atomic.Int64
}

func newFlow(f *forwarder, hop Hop, client, target net.Conn) *flow {
	return &flow{plane: f.plane, listener: f.listener, hop: hop, client: client, target: target}
}

// run carries bytes both ways until both sides have ended, one has been cut off, or
// nothing has moved for the idle timeout.
func (f *flow) run() {
	if !f.enter() {
		f.cut()
		return
	}
	defer f.leave()
	var both sync.WaitGroup
	both.Go(func() { f.carry(f.client, f.target) })
	both.Go(func() { f.carry(f.target, f.client) })
	both.Wait()
	_ = f.client.Close()
	_ = f.target.Close()
}

func (f *flow) enter() bool {
	f.plane.mu.Lock()
	defer f.plane.mu.Unlock()
	if f.plane.closed {
		return false
	}
	f.plane.flows[f] = true
	return true
}

func (f *flow) leave() {
	f.plane.mu.Lock()
	defer f.plane.mu.Unlock()
	delete(f.plane.flows, f)
}

// carry copies one direction. An orderly end is passed on; anything else cuts both.
func (f *flow) carry(from, to net.Conn) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := f.read(from, buffer)
		if n > 0 {
			f.moved.Add(int64(n))
			if _, writeErr := to.Write(buffer[:n]); writeErr != nil {
				f.cut()
				return
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			if tcp, ok := to.(*net.TCPConn); ok {
				_ = tcp.CloseWrite() // the other direction may go on
			}
			return
		default:
			f.cut()
			return
		}
	}
}

// read waits for bytes as long as the flow is not idle in both directions.
func (f *flow) read(from net.Conn, buffer []byte) (int, error) {
	for {
		before := f.moved.Load()
		if patience := f.plane.clock.Real(idleTimeout); patience > 0 { // 0 while time stands still
			_ = from.SetReadDeadline(time.Now().Add(patience))
		}
		n, err := from.Read(buffer)
		if errors.Is(err, os.ErrDeadlineExceeded) && f.moved.Load() != before {
			continue
		}
		return n, err
	}
}

// cut ends both connections at once.
func (f *flow) cut() {
	reset(f.client)
	reset(f.target)
}
