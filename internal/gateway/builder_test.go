package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

func TestClientsReachTheListenersAndTheLoadBalancerReachesThePorts(t *testing.T) {
	ports := []v1alpha1.PortSpec{{Port: 8081, ListenerPort: 80}, {Port: 8082}}
	for _, test := range []struct {
		name  string
		cidrs []string
		want  []resource.Rule
	}{
		{"nobody is allowed", nil, []resource.Rule{{Port: 8081, Self: true}, {Port: 8082, Self: true}}},
		{"two networks are allowed", []string{"203.0.113.7/32", "2001:db8::/32"}, []resource.Rule{
			{Port: 8081, Self: true}, {Port: 80, CIDR: "203.0.113.7/32"}, {Port: 80, CIDR: "2001:db8::/32"},
			{Port: 8082, Self: true}, {Port: 8082, CIDR: "203.0.113.7/32"}, {Port: 8082, CIDR: "2001:db8::/32"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if difference := cmp.Diff(test.want, gatewayRules(ports, test.cidrs)); difference != "" {
				t.Errorf("rules (-want +got):\n%s", difference)
			}
		})
	}
}

func TestAPortThatWasTakenOutStaysUntilItsResourcesAreGone(t *testing.T) {
	record := func(kind, name string) engine.Record {
		return engine.Record{Identity: engine.Identity{Kind: kind, Name: name}, ID: "arn"}
	}
	b := newBuilder(inputOf(deployment(), record("TargetGroup", "8081"), record("TargetGroup", "9090"), record("Listener", "9090"),
		record("Listener", "7070"), record("SecurityGroup", "gateway"), record("TaskDefinition", "443"),
		record("TargetGroup", "6060-alternate"), record("TargetGroup", "9090-alternate"), record("TargetGroup", "05050-alternate")))
	got := map[int32]bool{}
	for _, p := range b.ports() {
		got[p.Port] = p.wanted
	}
	if difference := cmp.Diff(map[int32]bool{8081: true, 8082: true, 9090: false, 7070: false, 6060: false}, got); difference != "" {
		t.Errorf("ports and whether they are wanted (-want +got):\n%s", difference)
	}
}

// TestTheStackOfEachVariantIsBuilt finds two resources of one name and needs that are
// not there, which the engine refuses with a panic.
func TestTheStackOfEachVariantIsBuilt(t *testing.T) {
	for name, change := range map[string]func(*v1alpha1.FlexGatewayDeployment){
		"the guide's": func(*v1alpha1.FlexGatewayDeployment) {},
		"by environment": func(gw *v1alpha1.FlexGatewayDeployment) {
			gw.Spec.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		},
		"with groups that were there": func(gw *v1alpha1.FlexGatewayDeployment) {
			gw.Spec.Network.SecurityGroupIDs = []string{"sg-01234567"}
		},
		"with two target groups for each port": func(gw *v1alpha1.FlexGatewayDeployment) {
			gw.Spec.Rollout.Strategy = v1alpha1.StrategyCanary
		},
		"with five ports": func(gw *v1alpha1.FlexGatewayDeployment) {
			gw.Spec.Ports = []v1alpha1.PortSpec{{Port: 1}, {Port: 2}, {Port: 3}, {Port: 4}, {Port: 8081}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			gw := deployment()
			change(gw)
			if stack := Stack(inputOf(gw)); stack.Service == nil || stack.Replicas == nil {
				t.Error("the stack has no service")
			}
		})
	}
}

func TestTheHealthOfTheCheckedPortCounts(t *testing.T) {
	gw := deployment()
	gw.Spec.LoadBalancer.HealthCheck.Port = 8082
	b := newBuilder(inputOf(gw))
	vpc := engine.Add(b.stack, Network, b.network())
	groups, _ := b.addTargetGroups(vpc)
	targets := b.addListeners(engine.Add(b.stack, LoadBalancing, b.loadBalancer(vpc, clientGroups{})), groups)
	if len(targets.checked) != 1 || targets.checked[0] != targets.groups[8082] {
		t.Error("the target group of the checked port is not the one whose health counts")
	}
	if got := len(targets.listeners); got != 2 {
		t.Errorf("%d listeners, want one for each port", got)
	}
}

func TestAPortHasTwoTargetGroupsForAStrategyThatMovesTrafficAndEverAfter(t *testing.T) {
	made := engine.Record{Identity: engine.Identity{Kind: "TargetGroup", Name: "8081-alternate"}, ID: "arn"}
	for _, test := range []struct {
		name     string
		strategy v1alpha1.RolloutStrategy
		records  []engine.Record
		want     map[int32]bool
	}{
		{"rolling updates", v1alpha1.StrategyRolling, nil, map[int32]bool{8081: false, 8082: false}},
		{"no API server has filled in a strategy", "", nil, map[int32]bool{8081: false, 8082: false}},
		{"blue/green", v1alpha1.StrategyBlueGreen, nil, map[int32]bool{8081: true, 8082: true}},
		{"rolling updates after blue/green", v1alpha1.StrategyRolling, []engine.Record{made}, map[int32]bool{8081: true, 8082: false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := deployment()
			gw.Spec.Rollout.Strategy = test.strategy
			b := newBuilder(inputOf(gw, test.records...))
			got := map[int32]bool{}
			for _, p := range b.ports() {
				got[p.Port] = b.hasPair(p)
			}
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("ports and whether they have two (-want +got):\n%s", difference)
			}
			if names := len(b.balancing.TargetGroupNames); names != 2 && !got[8081] || got[8082] && names != 4 {
				t.Errorf("%d target groups are looked for", names)
			}
		})
	}
}
