package traffic

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"flexgw.io/controller/internal/clock"
)

const (
	balancer = "arn:lb"
	listener = "arn:listener"
	port     = 8081
)

// scene is a load balancer with one listener in front of replicas that the test starts.
type scene struct {
	*Plane
	t *testing.T
	// to is the interface that new connections go to.
	to atomic.Value
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t}
	s.to.Store("")
	p, err := Open(clock.Scaled{Anchor: time.Now(), Speed: 50}, slog.New(slog.DiscardHandler), func(arn string) (Hop, bool) {
		eni, _ := s.to.Load().(string)
		return Hop{Interface: eni, Port: port}, arn == listener && eni != ""
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Plane = p
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	p.OpenListener(balancer, listener, port)
	return s
}

// replica starts a replica and sends new connections to it.
func (s *scene) replica(eni string) {
	s.Start(eni, Replica{Task: "task of " + eni, Zone: "us-east-1a", Ports: []int32{port}, ProbePort: 3000})
	s.to.Store(eni)
}

func (s *scene) at() string { return fmt.Sprintf("%s:%d", s.Address(balancer), port) }

// get asks over a connection of its own and returns which task answered.
func (s *scene) get(query string) (string, error) {
	c, err := s.connect()
	if err != nil {
		return "", err
	}
	defer c.conn.Close()
	task, _, err := c.get(query)
	return task, err
}

// connection is a client's connection that stays.
type connection struct {
	conn net.Conn
	in   *bufio.Reader
}

func (s *scene) connect() (*connection, error) {
	conn, err := net.Dial("tcp4", s.at())
	if err != nil {
		return nil, err
	}
	return &connection{conn: conn, in: bufio.NewReader(conn)}, nil
}

func (c *connection) get(query string) (task string, last bool, err error) {
	if _, err := fmt.Fprintf(c.conn, "GET /api?%s HTTP/1.1\r\nHost: gateway\r\n\r\n", query); err != nil {
		return "", false, err
	}
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return "", false, err
	}
	defer response.Body.Close()
	var answer struct{ Task string }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", false, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return answer.Task, response.Close, err
}

func TestARequestReachesTheReplicaThatTheRouterChooses(t *testing.T) {
	s := newScene(t)
	if _, err := s.get(""); err == nil {
		t.Error("there is an answer, and no replica")
	}
	for _, eni := range []string{"eni-1", "eni-2"} {
		s.replica(eni)
		if task, err := s.get(""); err != nil || task != "task of "+eni {
			t.Errorf("answer of %q, error %v; want that of %s", task, err, eni)
		}
	}
}

func TestAConnectionStaysWhereItIsAndIsAskedToLeaveWhenItsReplicaDrains(t *testing.T) {
	s := newScene(t)
	s.replica("eni-1")
	c, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	ask := func(wantLast bool) {
		t.Helper()
		task, last, err := c.get("")
		if err != nil || task != "task of eni-1" || last != wantLast {
			t.Errorf("answer of %q, asked to leave: %t, error %v; want eni-1's, %t", task, last, err, wantLast)
		}
	}
	ask(false)
	s.replica("eni-2")
	ask(false)
	s.Drain("eni-1")
	ask(true)
}

func TestTheEndOfAReplicaBreaksOffWhatItWasDoing(t *testing.T) {
	ends := map[string]func(*scene){
		"the process ends":         func(s *scene) { s.Stop("eni-1") },
		"the target is unhealthy":  func(s *scene) { s.Cut(Hop{Interface: "eni-1", Port: port}) },
		"the listener is deleted":  func(s *scene) { s.CloseListener(listener) },
		"another task has its ENI": func(s *scene) { s.Start("eni-1", Replica{Task: "other"}) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.replica("eni-1")
			failed := make(chan error)
			go func() {
				_, err := s.get("wait=1h")
				failed <- err
			}()
			for s.flowing() == 0 {
				time.Sleep(time.Millisecond)
			}
			end(s)
			if err := <-failed; err == nil {
				t.Error("the request was answered all the same")
			}
		})
	}
}

// flowing counts the connections under way.
func (p *Plane) flowing() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.flows)
}

func TestAnswersTakeTheirSimulatedTime(t *testing.T) {
	s := newScene(t)
	s.replica("eni-1")
	began := time.Now()
	if _, err := s.get("wait=5s"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 100*time.Millisecond {
		t.Errorf("5 simulated seconds at speed 50 took %v of real time, want 100 ms or more", took)
	}
	if _, err := s.get("wait=soon"); err == nil {
		t.Error("a wait that is no duration was accepted")
	}
}

func TestTheProbePortTellsThatTheGatewayIsReady(t *testing.T) {
	s := newScene(t)
	s.replica("eni-1")
	at, ok := s.replicaAt(Hop{Interface: "eni-1", Port: 3000})
	if !ok {
		t.Fatal("the replica has no address")
	}
	for path, want := range map[string]int{readyPath: http.StatusOK, "/elsewhere": http.StatusNotFound} {
		response, err := http.Get("http://" + at.String() + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, response.Status, want)
		}
	}
}

// ask asks a replica itself and returns the status.
func (s *scene) ask(port int32, path string) (int, error) {
	at, ok := s.replicaAt(Hop{Interface: "eni-1", Port: port})
	if !ok {
		s.t.Fatal("the replica has no address")
	}
	response, err := http.Get("http://" + at.String() + path)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func TestAReplicaChangesWhileItRuns(t *testing.T) {
	s := newScene(t)
	s.Start("eni-1", Replica{Task: "t", ProbePort: 3000, NotReady: true})
	s.to.Store("eni-1")
	if status, err := s.ask(3000, readyPath); status != http.StatusServiceUnavailable {
		t.Errorf("a replica that is not ready answers %d, %v", status, err)
	}
	api := Replica{Task: "t", ProbePort: 3000, Ports: []int32{port}, Routes: []Route{{Port: port, BasePath: "/api"}}}
	s.Start("eni-1", api)
	for path, want := range map[string]int{"/api": 200, "/api/1": 200, "/": 404, "/apis": 404} {
		if status, err := s.ask(port, path); status != want {
			t.Errorf("%s: %d, %v, want %d", path, status, err, want)
		}
	}
	c, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	if _, _, err := c.get(""); err != nil {
		t.Fatal(err)
	}
	api.ProbePort, api.Routes = 0, append(api.Routes, Route{Port: port, BasePath: "/other"})
	s.Start("eni-1", api)
	if task, _, err := c.get(""); err != nil || task != "t" {
		t.Errorf("the connection did not outlive a change: %q, %v", task, err)
	}
	if status, _ := s.ask(port, "/other/1"); status != http.StatusOK {
		t.Errorf("the new API answers %d", status)
	}
	if _, err := s.ask(3000, readyPath); err == nil {
		t.Error("the probe's port is still open")
	}
}

func TestTwoPlanesHaveAddressesOfTheirOwn(t *testing.T) {
	a, b := newScene(t), newScene(t)
	if one := a.Address("one"); a.Address(balancer) == b.Address(balancer) || one == a.Address("other") || one != a.Address("one") {
		t.Errorf("addresses %s and %s", a.Address(balancer), b.Address(balancer))
	}
}

func TestEachConnectionIsToldWithWhereItWasSent(t *testing.T) {
	s := newScene(t)
	told := make(chan Connection, 1)
	s.OnConnection(func(c Connection) { told <- c })
	if _, err := s.get(""); err == nil {
		t.Error("there is an answer, and no replica")
	}
	if got := <-told; !got.Dropped || got.Hop.Interface != "" || got.Address != s.at() {
		t.Errorf("without a replica: %+v", got)
	}
	s.replica("eni-1")
	c, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	got := <-told
	if got.Dropped || got.Hop != (Hop{Interface: "eni-1", Port: port}) || got.Client != c.conn.LocalAddr().String() || got.At.IsZero() {
		t.Errorf("told of %+v; want one from %s to eni-1", got, c.conn.LocalAddr())
	}
}
