package ecs

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim/platform"
	"flexgw.io/controller/internal/awssim/traffic"
)

const probeDocument = "kind: Configuration\nmetadata: {name: probe}\nspec: {probe: {enabled: true, port: 3000}}\n"

var orders = platform.API{ID: 7, Port: 8081, BasePath: "/orders", Upstream: "http://orders.example.com"}

// connected starts a task of a gateway with the platform's registration on its file
// system, and lets it connect.
func (b *bench) connected(t *testing.T, change ...func(*sdk.RegisterTaskDefinitionInput)) *fakeAnypoint {
	t.Helper()
	f := b.withAnypoint(t)
	b.aws.files["registration.yaml"] = []byte(f.file)
	b.started(change...)
	return f
}

func (b *bench) started(change ...func(*sdk.RegisterTaskDefinitionInput)) {
	b.t.Helper()
	try(b, b.RegisterTaskDefinition, definition(change...))
	try(b, b.RunTask, runOf())
	b.wait(2 * time.Minute)
}

// ports are those on which the only task listens.
func (b *bench) ports() []int32 {
	return append([]int32{}, b.aws.listening["10.0.0.1"]...)
}

// asked is the status that the only task answers with.
func (b *bench) asked(port int32, path string) int {
	if !slices.Contains(b.ports(), port) {
		return 0
	}
	return b.aws.answers["10.0.0.1"](port, path)
}

func (b *bench) printed(text string) int {
	n := 0
	for _, line := range b.aws.lines {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// put changes a file of the gateway's configuration and has gateways look.
func (b *bench) put(name, text string) {
	b.world.Do(func() {
		b.aws.files[name] = []byte(text)
		b.lookAgain(b.regions.In(b.call.Scope))
	})
}

func TestAGatewayListensWhereItsAPIsAre(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.connected(t)
		if len(b.ports()) != 0 || b.printed("Gateway not started: no API instances registered") != 1 {
			t.Errorf("without an API it listens on %v and printed %q", b.ports(), b.aws.lines)
		}
		b.deploy(f, orders)
		got := map[string]int{}
		for _, path := range []string{"/", "/orders", "/orders/1", "/ordersome", "/orders?x=1"} {
			got[path] = b.asked(8081, path)
		}
		want := map[string]int{"/": 404, "/orders": 200, "/orders/1": 200, "/ordersome": 404, "/orders?x=1": 404}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
		b.deploy(f, orders, platform.API{ID: 8, Port: 9999, BasePath: "/"})
		if diff := cmp.Diff([]int32{8081}, b.ports()); diff != "" || b.printed("API instance 8: the container has no port 9999") != 1 {
			t.Errorf("ports (-want +got):\n%s\nit printed %q", diff, b.aws.lines)
		}
		b.deploy(f)
		if len(b.ports()) != 0 {
			t.Errorf("without its API it listens on %v", b.ports())
		}
	})
}

func TestTheReplicaThatThePlatformSees(t *testing.T) {
	tests := []struct {
		name   string
		change func(*sdk.RegisterTaskDefinitionInput)
		want   platform.Replica
	}{
		{"is named by its host", func(*sdk.RegisterTaskDefinitionInput) {}, platform.Replica{Name: "ip-10-0-0-1.ec2.internal.default", Version: "1.12.3"}},
		{"is named by FLEX_NAME", func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[0].Environment = []types.KeyValuePair{{Name: aws.String("FLEX_NAME"), Value: aws.String("me")}}
			in.ContainerDefinitions[0].Image = aws.String("mulesoft/flex-gateway")
		}, platform.Replica{Name: "me", Version: "1.14.0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				f := b.connected(t, test.change)
				var got []platform.Replica
				for id, r := range b.replicas(f) {
					if r.ID != id || id == "" {
						t.Errorf("the connection %q has the id %q", r.ID, id)
					}
					r.ID = ""
					got = append(got, r)
				}
				if diff := cmp.Diff([]platform.Replica{test.want}, got); diff != "" {
					t.Errorf("replicas (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAConnectionEndsWithItsContainer(t *testing.T) {
	ends := map[string]func(b *bench, task types.Task){
		"is stopped": func(b *bench, task types.Task) {
			try(b, b.StopTask, &sdk.StopTaskInput{Cluster: aws.String("flex"), Task: task.TaskArn})
			if b.wait(10 * time.Second); len(b.replicas(b.deps.Anypoint.(*fakeAnypoint))) != 1 {
				b.t.Error("it has disconnected while it drains")
			}
		},
		"is lost":             func(b *bench, task types.Task) { b.world.Do(func() { b.KillTask(*task.TaskArn) }) },
		"goes with its world": func(b *bench, _ types.Task) { b.world.Do(b.HangUp) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				f := b.connected(t)
				if len(b.replicas(f)) != 1 {
					t.Fatalf("replicas = %v", b.replicas(f))
				}
				end(b, b.only())
				b.wait(time.Minute)
				if len(b.replicas(f)) != 0 {
					t.Errorf("replicas are left: %v", b.replicas(f))
				}
			})
		})
	}
}

func TestAGatewayThatIsNotLetInTriesAgain(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.withAnypoint(t)
		f.refuses, f.apis = errors.New("certificate is invalid"), []platform.API{orders}
		b.aws.files["registration.yaml"] = []byte(f.file)
		b.started()
		b.deploy(f, orders)
		if len(b.ports()) != 0 || b.attempts(f) < 2 || b.printed("Anypoint websocket: certificate is invalid") != 1 {
			t.Errorf("it listens on %v after %d attempts and printed %q", b.ports(), b.attempts(f), b.aws.lines)
		}
		b.world.Do(func() { f.refuses = nil })
		b.wait(time.Minute)
		if diff := cmp.Diff([]int32{8081}, b.ports()); diff != "" {
			t.Errorf("ports (-want +got):\n%s", diff)
		}
	})
}

func TestTheProbeTellsWhetherAnAPIWasThere(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.withAnypoint(t)
		b.aws.files["registration.yaml"], b.aws.files["probe.yaml"] = []byte(f.file), []byte(probeDocument)
		b.started(func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[0].HealthCheck.Command[1] = "flexctl probe --check=readiness"
		})
		if got := b.asked(3000, "/probes/readiness"); got != 503 {
			t.Errorf("before there is an API it answers %d", got)
		}
		b.wait(10 * time.Minute)
		if got := b.only().HealthStatus; got != types.HealthStatusUnhealthy {
			t.Errorf("the container is %s", got)
		}
		b.deploy(f, orders)
		b.wait(time.Minute)
		if got := b.only().HealthStatus; got != types.HealthStatusHealthy {
			t.Errorf("with an API the container is %s", got)
		}
		b.deploy(f)
		if ready, other := b.asked(3000, "/probes/readiness"), b.asked(3000, "/orders"); ready != 200 || other != 404 {
			t.Errorf("after there was an API it answers %d, and %d elsewhere", ready, other)
		}
	})
}

func TestDocumentsAreAppliedWithoutARestartButNotARegistration(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.connected(t)
		b.deploy(f, orders)
		b.put("probe.yaml", probeDocument)
		if diff := cmp.Diff([]int32{8081, 3000}, b.ports(), cmp.Transformer("sort", func(p []int32) []int32 { return slices.Sorted(slices.Values(p)) })); diff != "" {
			t.Errorf("ports (-want +got):\n%s", diff)
		}
		b.put("registration.yaml", strings.ReplaceAll(f.file, testAgent, "99999999-2222-3333-4444-555555555555"))
		b.wait(5 * time.Minute)
		if b.attempts(f) != 1 || len(b.replicas(f)) != 1 || !slices.Contains(b.ports(), 8081) {
			t.Errorf("after %d attempts it has %d connections and listens on %v", b.attempts(f), len(b.replicas(f)), b.ports())
		}
	})
}

func TestTheCertificateMayBeInAFileOfItsOwn(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.withAnypoint(t)
		rest, secret := splitSecrets([]byte(f.file))
		b.aws.files["registration.yaml"], b.aws.files["certificate.yaml"] = rest, secret
		b.started()
		if len(b.replicas(f)) != 1 {
			t.Errorf("replicas = %v; it printed %q", b.replicas(f), b.aws.lines)
		}
	})
}

const instanceDocument = "kind: ApiInstance\nmetadata: {name: orders}\nspec:\n  address: http://0.0.0.0:8081/orders\n" +
	"  services: {upstream: {address: http://orders.example.com}}\n---\nkind: PolicyBinding\nmetadata: {name: limit}\nspec: {}\n"

func TestWhoTakesAPIInstancesFromDocuments(t *testing.T) {
	t.Run("not a gateway in Connected Mode", func(t *testing.T) {
		inBench(t, func(t *testing.T, b *bench) {
			b.aws.files["api.yaml"] = []byte(instanceDocument)
			b.connected(t)
			b.put("api.yaml", instanceDocument)
			refused := b.printed("ApiInstance/orders: the resource is not allowed in connected mode") + b.printed("PolicyBinding/limit: the resource is not allowed in connected mode")
			if len(b.ports()) != 0 || refused != 2 {
				t.Errorf("it listens on %v and printed %q", b.ports(), b.aws.lines)
			}
		})
	})
	t.Run("a gateway in Local Mode", func(t *testing.T) {
		inBench(t, func(t *testing.T, b *bench) {
			f := b.withAnypoint(t)
			b.aws.files["registration.yaml"] = []byte(testRegistration + "    connected: false\n")
			b.started()
			b.put("api.yaml", instanceDocument)
			if b.asked(8081, "/orders/1") != 200 || b.asked(8081, "/") != 404 || b.attempts(f) != 0 {
				t.Errorf("it listens on %v after %d attempts to connect", b.ports(), b.attempts(f))
			}
		})
	})
}

// fakeTraffic notes what answers.
type fakeTraffic struct{ now traffic.Replica }

func (f *fakeTraffic) Start(_ string, r traffic.Replica) { f.now = r }
func (f *fakeTraffic) Drain(string)                      {}
func (f *fakeTraffic) Stop(string)                       { f.now = traffic.Replica{} }

func TestTrafficFollowsTheAPIs(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		plane := &fakeTraffic{}
		b.SetTraffic(plane)
		f := b.connected(t)
		b.deploy(f, orders)
		got := plane.now
		got.Task = ""
		want := traffic.Replica{
			Zone: "us-east-1a", Image: "docker.io/mulesoft/flex-gateway:1.12.3", Revision: "gw:1", Ports: []int32{8081},
			Routes: []traffic.Route{{Port: 8081, BasePath: "/orders", Upstream: "http://orders.example.com"}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("replica (-want +got):\n%s", diff)
		}
	})
}
