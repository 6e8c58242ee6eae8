package traffic

import (
	"net"
	"net/netip"
)

// forwarder is one listener of a load balancer.
type forwarder struct {
	plane    *Plane
	listener string
	balancer string
	socket   net.Listener
}

// OpenListener opens a port of a load balancer.
func (p *Plane) OpenListener(loadBalancer, listener string, port int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.listeners[listener] != nil {
		return
	}
	socket := p.listen(p.addressOf(loadBalancer), port, listener)
	if socket == nil {
		return
	}
	f := &forwarder{plane: p, listener: listener, balancer: loadBalancer, socket: socket}
	p.listeners[listener] = f
	p.running.Go(f.serve)
}

// CloseListener closes the port; its connections end.
func (p *Plane) CloseListener(listener string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.listeners[listener]
	if !ok {
		return
	}
	delete(p.listeners, listener)
	_ = f.socket.Close() // serve sees it
	for flow := range p.flows {
		if flow.listener == listener {
			flow.cut()
		}
	}
}

// Cut ends the connections to a target: what a load balancer does with those to a
// target that has become unhealthy.
func (p *Plane) Cut(hop Hop) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for flow := range p.flows {
		if flow.hop == hop {
			flow.cut()
		}
	}
}

func (f *forwarder) serve() {
	for {
		client, err := f.socket.Accept()
		if err != nil {
			return // closed; Linux reports no other errors that pass
		}
		f.plane.running.Go(func() { f.forward(client) })
	}
}

// forward carries one connection. Where there is no target, or it does not answer, the
// client's connection is reset.
func (f *forwarder) forward(client net.Conn) {
	what := Connection{At: f.plane.clock.Now(), Client: client.RemoteAddr().String(), Address: client.LocalAddr().String()}
	target := f.dial(&what)
	what.Dropped = target == nil
	f.plane.announce(what)
	if target == nil {
		reset(client)
		return
	}
	newFlow(f, what.Hop, client, target).run()
}

// dial connects to the target that the router chooses; nil where nothing answers.
func (f *forwarder) dial(what *Connection) net.Conn {
	hop, ok := f.plane.route(f.listener)
	what.Hop = hop
	if !ok {
		return nil
	}
	at, ok := f.plane.replicaAt(hop)
	if !ok {
		return nil
	}
	target, err := net.Dial("tcp4", at.String())
	if err != nil {
		return nil
	}
	return target
}

func (p *Plane) announce(c Connection) {
	p.mu.Lock()
	tell := p.tell
	p.mu.Unlock()
	if tell != nil {
		tell(c)
	}
}

// replicaAt is the socket of a replica's port.
func (p *Plane) replicaAt(hop Hop) (netip.AddrPort, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.replicas[hop.Interface]
	if !ok {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(r.address, uint16(hop.Port)), true
}

// reset closes a connection as a peer does that has nothing to say.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // else the peer would see an orderly end
	}
	_ = c.Close()
}
