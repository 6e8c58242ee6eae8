package traffic

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
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
	// Routes are its APIs. A port without any answers at every path.
	Routes []Route
	// ProbePort is where it tells whether it is ready; 0 is nowhere.
	ProbePort int32
	// NotReady is what it tells there.
	NotReady bool
	// Delay is how long each answer takes.
	Delay time.Duration
}

// Route is an API of a replica: requests below a path of a port.
type Route struct {
	Port     int32
	BasePath string
	// Upstream is what the API stands for. Each answer says it; nothing is sent there.
	Upstream string
}

// covers reports whether a path is the route's, or below it.
func (r Route) covers(path string) bool {
	base := strings.TrimSuffix(r.BasePath, "/")
	return path == base || strings.HasPrefix(path, base+"/")
}

// route is the API that answers at a path of a port: the one with the longest base path.
func (r *Replica) route(port int32, path string) (best Route, ok bool) {
	routed := false
	for _, route := range r.Routes {
		if route.Port != port {
			continue
		}
		routed = true
		if route.covers(path) && (!ok || len(route.BasePath) > len(best.BasePath)) {
			best, ok = route, true
		}
	}
	return best, ok || !routed
}

// Answers is the HTTP status of an answer at a path of a port that is open.
func (r *Replica) Answers(port int32, path string) int {
	if port == r.ProbePort && !slices.Contains(r.Ports, port) {
		switch {
		case path != readyPath:
			return http.StatusNotFound
		case r.NotReady:
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}
	if _, ok := r.route(port, path); !ok {
		return http.StatusNotFound
	}
	return http.StatusOK
}

// open are all ports on which a replica listens.
func (r *Replica) open() []int32 {
	if r.ProbePort == 0 || slices.Contains(r.Ports, r.ProbePort) {
		return r.Ports
	}
	return append(slices.Clone(r.Ports), r.ProbePort)
}

// replica is a Replica that runs.
type replica struct {
	// now is what it is at the moment.
	now     atomic.Pointer[Replica]
	address netip.Addr
	clock   clock.Clock
	servers map[int32]*http.Server
	// draining is set by SIGTERM.
	draining atomic.Bool
	// gone is closed with the process.
	gone chan struct{}
}

// readyPath is where the gateway's probe answers (MuleSoft, "Configuring readiness and
// liveness probes").
const readyPath = "/probes/readiness"

// Start opens the ports of a replica. If its task runs behind the interface already, it
// changes: ports that stay open keep their connections. A replica of another task is
// replaced.
func (p *Plane) Start(eni string, what Replica) {
	p.mu.Lock()
	running, ok := p.replicas[eni]
	p.mu.Unlock()
	if ok && running.now.Load().Task != what.Task {
		p.Stop(eni)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	r, ok := p.replicas[eni]
	if !ok {
		r = &replica{address: p.network.next(), clock: p.clock, servers: map[int32]*http.Server{}, gone: make(chan struct{})}
		p.replicas[eni] = r
	}
	r.now.Store(&what)
	for port, server := range r.servers {
		if !slices.Contains(what.open(), port) {
			delete(r.servers, port)
			_ = server.Close() // its connections are cut, whatever it says
		}
	}
	for _, port := range what.open() {
		if r.servers[port] == nil {
			p.serve(r, port)
		}
	}
}

func (p *Plane) serve(r *replica, port int32) {
	task := r.now.Load().Task
	socket := p.listen(r.address, port, "task "+task)
	if socket == nil {
		return
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) { r.answer(w, request, port) })
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: nil}
	r.servers[port] = server
	p.running.Go(func() {
		if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
			p.logger.Error("a simulated replica stopped serving", "task", task, "error", err)
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
		p.logger.Warn("a simulated replica did not end in order", "task", r.now.Load().Task, "error", err)
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
func (r *replica) answer(w http.ResponseWriter, request *http.Request, port int32) {
	what := r.now.Load()
	if status := what.Answers(port, request.URL.Path); status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	wait := what.Delay
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
	said := map[string]string{
		"task": what.Task, "zone": what.Zone, "image": what.Image, "revision": what.Revision, "path": request.URL.Path,
	}
	if route, _ := what.route(port, request.URL.Path); route.Upstream != "" {
		said["upstream"] = route.Upstream
	}
	_ = json.NewEncoder(w).Encode(said)
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
