package elbv2

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// internetClient is the address from which security groups see all clients of load
// balancers that face the internet: that of the person in the samples (RFC 5737,
// TEST-NET-3). Clients of internal ones are seen at the load balancer's own address.
const internetClient = "203.0.113.7"

// Hop is the port behind a network interface that a connection goes to.
type Hop struct {
	Interface string
	Port      int32
}

// Route is where a load balancer sends a new connection of a listener; false drops it,
// and the hop is then the target that does not answer, if one was chosen.
// choose draws one of n. The client is taken to have asked DNS a moment ago, so it comes
// to the node of a zone that has a target; without cross-zone balancing that node sends
// it to a target of its own zone (Network Load Balancers guide, "Cross-zone load
// balancing"). The world must be locked.
func (s *Service) Route(sc core.Scope, arn string, choose func(n int) int) (Hop, bool) {
	l, ok := s.regions.In(sc).listeners[arn]
	if !ok || l.loadBalancer.state != types.LoadBalancerStateEnumActive {
		return Hop{}, false
	}
	lb, tg := l.loadBalancer, s.drawGroup(l, choose)
	if tg == nil {
		return Hop{}, false
	}
	byNode, nodes := s.candidates(s.regions.In(sc), lb, tg)
	if len(nodes) == 0 {
		return Hop{}, false
	}
	node := nodes[choose(len(nodes))]
	client := internetClient
	if lb.scheme == types.LoadBalancerSchemeEnumInternal {
		client = ""
	}
	if !s.ec2.Admits(sc, node, client, l.port) {
		return Hop{}, false
	}
	targets := byNode[node]
	t := targets[choose(len(targets))]
	eni, ok := s.ec2.InterfaceAt(sc, tg.vpc, t.ip)
	return Hop{Interface: eni, Port: t.port}, ok && s.ec2.Reach(sc, node, t.ip, t.port) == ec2.Open
}

// drawGroup is the target group of a new connection, nil where all weights are 0. A
// group without a target that could take it gets its share all the same (Application
// and Network Load Balancers fail over within a target group, not between them).
func (s *Service) drawGroup(l *listener, choose func(n int) int) *targetGroup {
	shares := l.forward.shares()
	if s.world.Now().Before(l.heardAt) {
		shares = l.before.shares()
	}
	sum, open := 0, []Share{}
	for _, share := range shares {
		if share.Weight > 0 || len(shares) == 1 {
			sum, open = sum+int(share.Weight), append(open, share)
		}
	}
	at := 0
	if len(open) > 1 {
		at = choose(sum)
	}
	for _, share := range open {
		if at -= int(share.Weight); at < 0 || len(open) == 1 {
			i := slices.IndexFunc(l.targetGroups, func(tg *targetGroup) bool { return tg.arn == share.TargetGroup })
			return l.targetGroups[i]
		}
	}
	return nil
}

// weigh notes from when on connections follow the new weights of a listener's groups.
// Other groups are followed at once.
func (s *Service) weigh(l *listener, now forward) {
	switch {
	case now == l.forward:
	case !now.sameGroups(l.forward):
		l.heardAt = time.Time{}
	default:
		if !s.world.Now().Before(l.heardAt) {
			l.before = l.forward
		}
		l.heardAt = s.world.Now().Add(s.world.Delay(core.WeightsHeard))
	}
}

// candidates are the targets that each node may choose from, and the nodes that have
// any, in the order of their zones. Where no target is healthy, all that are unhealthy
// are tried: the load balancer fails open.
func (s *Service) candidates(r *region, lb *loadBalancer, tg *targetGroup) (byNode map[string][]*target, nodes []string) {
	usable := tg.targetsWhere(func(t *target) bool { return t.state == types.TargetHealthStateEnumHealthy || s.isLingering(t) })
	if len(usable) == 0 {
		usable = tg.targetsWhere(func(t *target) bool { return t.state == types.TargetHealthStateEnumUnhealthy })
	}
	everywhere := lb.attributes[crossZone] == "true"
	switch tg.attributes[crossZone] {
	case "true":
		everywhere = true
	case "false":
		everywhere = false
	}
	byNode = map[string][]*target{}
	for _, t := range usable {
		home, ok := s.node(r, lb, t)
		for _, z := range lb.zones {
			if everywhere || ok && z.eni == home {
				byNode[z.eni] = append(byNode[z.eni], t)
			}
		}
	}
	for _, z := range lb.zones {
		if len(byNode[z.eni]) > 0 {
			nodes = append(nodes, z.eni)
		}
	}
	return byNode, nodes
}

// isLingering reports whether the nodes have not heard yet that a target drains.
func (s *Service) isLingering(t *target) bool {
	return t.state == types.TargetHealthStateEnumDraining && s.world.Now().Before(t.lingersUntil)
}

func (tg *targetGroup) targetsWhere(keep func(*target) bool) []*target {
	var found []*target
	for _, t := range tg.targets {
		if keep(t) {
			found = append(found, t)
		}
	}
	return found
}
