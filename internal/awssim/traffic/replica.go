package traffic

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"flexgw.io/controller/internal/clock"
)

// Replica is what answers behind a network interface: a gateway with an API.
type Replica struct {
	// Task is the id of its task, Zone its availability zone, Image its image and
	// Revision its task definition, FAMILY:N. Each answer says them.
	Task, Zone, Image, Revision string
	// Ports are those of its APIs.
	Ports []int32
	// ProbePort is where it tells whether it is ready; 0 is nowhere.
	ProbePort int32
	// Delay is how long each answer takes.
	Delay time.Duration
}

// replica is a Replica that runs.
type replica struct {
	Replica
	address netip.Addr
	clock   clock.Clock
	servers []*http.Server
	// draining is set by SIGTERM.
	draining atomic.Bool
	// gone is closed with the process.
	gone chan struct{}
}

// readyPath is where the gateway's probe answers (MuleSoft, "Configuring readiness and
// liveness probes").
const readyPath = "/probes/readiness"

// Start opens the ports of a replica. A replica that runs behind the interface already
// is replaced.
func (p *Plane) Start(eni string, what Replica) {
	p.Stop(eni)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	r := &replica{Replica: what, address: p.network.next(), clock: p.clock, gone: make(chan struct{})}
	for _, port := range what.Ports {
		p.serve(r, port, http.HandlerFunc(r.answer))
	}
	if what.ProbePort != 0 && !slices.Contains(what.Ports, what.ProbePort) {
		probes := http.NewServeMux()
		probes.HandleFunc(readyPath, r.answer)
		p.serve(r, what.ProbePort, probes)
	}
	p.replicas[eni] = r
}

func (p *Plane) serve(r *replica, port int32, handler http.Handler) {
	socket := p.listen(r.address, port, "task "+r.Task)
	if socket == nil {
		return
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: nil}
	r.servers = append(r.servers, server)
	p.running.Go(func() {
		if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
			p.logger.Error("a simulated replica stopped serving", "task", r.Task, "error", err)
		}
	})
}

// Drain is SIGTERM: the replica goes on, and asks clients to leave with each answer.
func (p *Plane) Drain(eni string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.replicas[eni]; ok {
		r.draining.Store(true)
	}
}

// Stop is the end of the process: connections that are open break off.
func (p *Plane) Stop(eni string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.replicas[eni]
	if !ok {
		return
	}
	delete(p.replicas, eni)
	if err := r.close(); err != nil {
		p.logger.Warn("a simulated replica did not end in order", "task", r.Task, "error", err)
	}
	for flow := range p.flows {
		if flow.hop.Interface == eni {
			flow.cut()
		}
	}
}

func (r *replica) close() error {
	close(r.gone)
	var errs []error
	for _, server := range r.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}

// answer is what an API behind the gateway would say. The parameter wait, a duration
// such as 1.5s of simulated time, makes it slower.
func (r *replica) answer(w http.ResponseWriter, request *http.Request) {
	wait := r.Delay
	if text := request.URL.Query().Get("wait"); text != "" {
		more, err := time.ParseDuration(text)
		if err != nil {
			http.Error(w, "wait is no duration, such as 1.5s: "+text, http.StatusBadRequest)
			return
		}
		wait += more
	}
	if wait > 0 && !r.pause(request, wait) {
		return
	}
	if r.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"task": r.Task, "zone": r.Zone, "image": r.Image, "revision": r.Revision, "path": request.URL.Path,
	})
}

// pause waits in simulated time; false says that nobody waits for the answer any more.
func (r *replica) pause(request *http.Request, wait time.Duration) bool {
	timer := time.NewTimer(r.clock.Real(wait))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.gone:
	case <-request.Context().Done():
	}
	return false
}
