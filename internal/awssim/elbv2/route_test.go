package elbv2

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/ec2"
)

// balanced is a load balancer with a listener and targets in both zones.
type balanced struct {
	*world
	lb, tg, listener string
}

func (w *world) balanced() *balanced {
	w.Helper()
	b := &balanced{world: w, lb: w.loadBalancer("gateway"), tg: w.targetGroup("tg")}
	b.listener = w.listener(b.lb, b.tg, port)
	time.Sleep(141 * time.Second)
	w.register(b.tg, "10.0.0.10", "us-east-1a")
	w.register(b.tg, "10.0.1.20", "us-east-1b")
	w.register(b.tg, "10.0.1.21", "us-east-1b")
	return b
}

// answers sets what becomes of connections to an address.
func (w *world) answers(at string, how ec2.Reach) { w.Do(func() { w.net.closed[at] = how }) }

// healthy waits until all targets have passed their checks.
func (b *balanced) healthy() { time.Sleep(3 * time.Minute) }

// reached counts where connections go when chance gives every number once.
func (b *balanced) reached() []string {
	b.Helper()
	seen := map[string]bool{}
	b.Do(func() {
		for node := range 3 {
			for target := range 3 {
				numbers := []int{node, target}
				choose := func(n int) int {
					drawn := numbers[0] % n
					numbers = numbers[1:]
					return drawn
				}
				if hop, ok := b.Route(here, b.listener, choose); ok {
					seen[hop.Interface] = true
				}
			}
		}
	})
	return slices.Sorted(maps.Keys(seen))
}

func (b *balanced) wantReached(when string, want ...string) {
	b.Helper()
	if diff := cmp.Diff(want, b.reached()); diff != "" {
		b.Errorf("%s, connections reach (-want +got):\n%s", when, diff)
	}
}

const (
	inA     = "eni of 10.0.0.10"
	inB     = "eni of 10.0.1.20"
	alsoInB = "eni of 10.0.1.21"
	leaving = "10.0.1.20"
)

func TestConnectionsGoToHealthyTargetsAndOnlyOnceTheyAre(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.wantReached("before the first health check")
		b.healthy()
		b.wantReached("once healthy", inA, inB, alsoInB)
		w.answers("10.0.1.20:8081", ec2.Refused)
		time.Sleep(time.Minute)
		b.wantReached("with one that fails its checks", inA, alsoInB)
	})
}

func TestALoadBalancerWithoutHealthyTargetsFailsOpen(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.healthy()
		all := []string{"10.0.0.10:8081", "10.0.1.20:8081", "10.0.1.21:8081"}
		for _, at := range all {
			w.answers(at, ec2.Refused)
		}
		time.Sleep(time.Minute)
		b.wantReached("while nothing answers")
		for _, at := range all {
			w.answers(at, ec2.Open)
		}
		b.wantReached("when they answer again, unhealthy as they still are", inA, inB, alsoInB)
	})
}

func TestNewConnectionsReachATargetForAWhileAfterItBeganToDrain(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.healthy()
		w.Do(func() { b.Deregister(here, b.tg, leaving, port) })
		time.Sleep(9 * time.Second)
		b.wantReached("while the nodes have not heard", inA, inB, alsoInB)
		time.Sleep(2 * time.Second)
		b.wantReached("when they have", inA, alsoInB)
	})
}

func TestAConnectionThatIsDroppedSaysWhichTargetDidNotAnswer(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.healthy()
		w.answers("10.0.0.10:8081", ec2.Refused)
		w.Do(func() {
			hop, ok := b.Route(here, b.listener, func(int) int { return 0 })
			if ok || hop.Interface != inA {
				t.Errorf("sent to %v, %t; want %s, dropped", hop, ok, inA)
			}
		})
	})
}

func TestANodeSendsConnectionsToItsOwnZoneOnly(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.healthy()
		first := func(n int) int { return 0 }
		last := func(n int) int { return n - 1 }
		b.Do(func() {
			for name, test := range map[string]struct {
				choose func(int) int
				want   string
			}{"first": {first, inA}, "last": {last, alsoInB}} {
				if hop, ok := b.Route(here, b.listener, test.choose); !ok || hop != (Hop{Interface: test.want, Port: port}) {
					t.Errorf("the %s of each goes to %v, want %s", name, hop, test.want)
				}
			}
		})
		must(w, b.ModifyLoadBalancerAttributes, &sdk.ModifyLoadBalancerAttributesInput{
			LoadBalancerArn: &b.lb, Attributes: []types.LoadBalancerAttribute{{Key: aws.String(crossZone), Value: aws.String("true")}},
		})
		crossed := map[string]bool{}
		b.Do(func() {
			for target := range 3 {
				numbers := []int{0, target} // the node in zone a
				hop, _ := b.Route(here, b.listener, func(int) int { n := numbers[0]; numbers = numbers[1:]; return n })
				crossed[hop.Interface] = true
			}
		})
		if diff := cmp.Diff([]string{inA, inB, alsoInB}, slices.Sorted(maps.Keys(crossed))); diff != "" {
			t.Errorf("with cross-zone balancing the node reaches (-want +got):\n%s", diff)
		}
	})
}

func TestSecurityGroupsOfTheLoadBalancerKeepClientsOut(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.healthy()
		w.Do(func() { w.net.shut["eni-1:8081"] = true }) // the node of zone a
		b.wantReached("with one node shut", inB, alsoInB)
	})
}

// edgeOf is an Edge that writes down what it is told.
type edgeOf struct{ told []string }

func (e *edgeOf) Address(string) string { return "127.7.0.1" }

func (e *edgeOf) OpenListener(_, _ string, port int32) { e.say("open %d", port) }

func (e *edgeOf) CloseListener(string) { e.say("close") }

func (e *edgeOf) Cut(eni string, port int32) { e.say("cut %s:%d", eni, port) }

func (e *edgeOf) say(format string, args ...any) {
	e.told = append(e.told, fmt.Sprintf(format, args...))
}

func TestTheEdgeIsToldWhatOpensClosesAndIsCut(t *testing.T) {
	inWorld(t, func(w *world) {
		edge := &edgeOf{}
		w.SetEdge(edge)
		b := w.balanced()
		b.healthy()
		described := must(w, b.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{})
		if name := *described.LoadBalancers[0].DNSName; name != "127.7.0.1" {
			t.Errorf("the DNS name is %s", name)
		}
		w.answers("10.0.1.20:8081", ec2.Refused)
		time.Sleep(time.Minute) // its connections are cut once, not with every check
		must(w, b.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: &b.listener, Port: aws.Int32(8082)})
		must(w, b.DeleteListener, &sdk.DeleteListenerInput{ListenerArn: &b.listener})
		want := []string{"open 8081", "cut " + inB + ":8081", "close", "open 8082", "close"}
		if diff := cmp.Diff(want, edge.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}
