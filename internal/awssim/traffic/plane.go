package traffic

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"flexgw.io/controller/internal/clock"
)

// Hop is where a load balancer sends a new connection: a port of the replica behind a
// network interface.
type Hop struct {
	Interface string
	Port      int32
}

// Router chooses the target of a new connection of a listener, by its ARN; false drops
// the connection. It may wait for the world's lock.
type Router func(listener string) (Hop, bool)

// Connection is one that a client has opened.
type Connection struct {
	// At is when it came, on the plane's clock.
	At time.Time
	// Client and Address are its two ends, "host:port"; Address is the load balancer's.
	Client, Address string
	// Hop is where it was sent, or would have been if anything had answered there; zero
	// without any target.
	Hop Hop
	// Dropped says that nothing answered there: the client is reset.
	Dropped bool
}

// Plane is all sockets of one simulated AWS. Its methods do not wait for anything but
// the system, so that they can be called with the world locked.
type Plane struct {
	clock  clock.Clock
	route  Router
	logger *slog.Logger

	mu        sync.Mutex
	network   *network
	addresses map[string]netip.Addr // of load balancers, by ARN
	listeners map[string]*forwarder // by ARN
	replicas  map[string]*replica   // by network interface
	flows     map[*flow]bool
	tell      func(Connection) // nil where nobody listens
	closed    bool
	running   sync.WaitGroup
}

// Open claims loopback addresses. The error is ErrNoLoopbackRange where the machine has
// none; time in requests to replicas passes on the clock.
func Open(c clock.Clock, logger *slog.Logger, route Router) (*Plane, error) {
	n, err := claimNetwork()
	if err != nil {
		return nil, err
	}
	return &Plane{
		clock: c, route: route, logger: logger, network: n,
		addresses: map[string]netip.Addr{}, listeners: map[string]*forwarder{}, replicas: map[string]*replica{}, flows: map[*flow]bool{},
	}, nil
}

// Close ends everything and returns once no connection is left.
func (p *Plane) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	errs := []error{p.network.claim.Close()}
	for _, f := range p.listeners {
		errs = append(errs, f.socket.Close())
	}
	for _, r := range p.replicas {
		errs = append(errs, r.close())
	}
	for f := range p.flows {
		f.cut()
	}
	p.mu.Unlock()
	p.running.Wait()
	return errors.Join(errs...)
}

// OnConnection has fn told of every connection from now on, before it carries anything.
// Connections that come together call it at the same time.
func (p *Plane) OnConnection(fn func(Connection)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell = fn
}

// Address is the address that stands for the DNS name of a load balancer.
func (p *Plane) Address(loadBalancer string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addressOf(loadBalancer).String()
}

func (p *Plane) addressOf(loadBalancer string) netip.Addr {
	a, ok := p.addresses[loadBalancer]
	if !ok {
		a = p.network.next()
		p.addresses[loadBalancer] = a
	}
	return a
}

// listen opens a port of a loopback address. What cannot be listened on is logged: the
// simulation goes on without it.
func (p *Plane) listen(address netip.Addr, port int32, what string) net.Listener {
	at := net.JoinHostPort(address.String(), strconv.Itoa(int(port)))
	socket, err := net.Listen("tcp4", at)
	if err != nil {
		p.logger.Warn("a simulated port cannot be opened on this machine", "for", what, "address", at, "error", err)
		return nil
	}
	return socket
}
