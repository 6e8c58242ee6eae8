package gateway

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// port is a port of the gateway: one of the spec's, or one that was taken out of it and
// still has resources.
type port struct {
	v1alpha1.PortSpec
	wanted bool
}

// ports are the spec's ports and, after them, those that are on their way out.
func (b *builder) ports() []port {
	var all []port
	seen := map[string]bool{}
	for _, p := range b.spec.Ports {
		all = append(all, port{PortSpec: p, wanted: true})
		seen[strconv.Itoa(int(p.Port))] = true
	}
	for _, record := range b.in.Records {
		name := strings.TrimSuffix(record.Name, resource.AlternateSuffix)
		number, isPort := portNumber(name)
		if !isPort || seen[name] || record.Kind != "TargetGroup" && record.Kind != "Listener" {
			continue
		}
		seen[name] = true
		all = append(all, port{PortSpec: v1alpha1.PortSpec{Port: number, Protocol: "TCP"}})
	}
	return all
}

// portNumber reads a port as the inventory names it. Another spelling of the number is no
// port: the status is a text that others can write too, and "08081" would be a second 8081.
func portNumber(name string) (int32, bool) {
	number, err := strconv.ParseUint(name, 10, 16)
	return int32(number), err == nil && number > 0 && strconv.FormatUint(number, 10) == name
}

// portTargets are the target groups of the wanted ports, and the listeners that ECS
// wants to see before it takes them.
type portTargets struct {
	groups, alternates map[int32]*engine.Ref[resource.TargetGroupState]
	listeners          map[int32]*engine.Ref[resource.ListenerState]
	// checked are the target groups whose health counts: those of one port.
	checked []*engine.Ref[resource.TargetGroupState]
}

// needs are the listeners, in the order of their ports.
func (t portTargets) needs() []engine.Need {
	var needs []engine.Need
	for _, port := range slices.Sorted(maps.Keys(t.listeners)) {
		needs = append(needs, engine.Exists(t.listeners[port]))
	}
	return needs
}

// hasPair is true for a port with two target groups: the strategy needs them, or one that
// did has made them. They stay then: the replicas may be in the second one.
func (b *builder) hasPair(p port) bool {
	if p.wanted && b.spec.Rollout.Strategy.ShiftsTraffic() {
		return true
	}
	alternate := resource.TargetGroup{Alternate: true, Settings: resource.TargetGroupSettings{Port: p.Port}}.Identity()
	return slices.ContainsFunc(b.in.Records, func(r engine.Record) bool { return r.Identity == alternate })
}

// targetGroups are the target groups of each port: one, or two.
type targetGroups map[int32][]*engine.Ref[resource.TargetGroupState]

// needs are the groups of all ports that are wanted, in the order of their ports.
func (g targetGroups) needs() []engine.Need {
	var needs []engine.Need
	for _, port := range slices.Sorted(maps.Keys(g)) {
		for _, group := range g[port] {
			needs = append(needs, engine.Exists(group))
		}
	}
	return needs
}

// addTargetGroups adds a target group, or two, for every port.
func (b *builder) addTargetGroups(vpc *engine.Ref[resource.NetworkState]) (all, wanted targetGroups) {
	all, wanted = targetGroups{}, targetGroups{}
	gate := b.probeGate()
	for _, p := range b.ports() {
		group := b.targetGroup(p, vpc, gate)
		all[p.Port] = append(all[p.Port], engine.Add(b.stack, LoadBalancing, group, engine.Wanted(p.wanted)))
		if b.hasPair(p) {
			group.Alternate, group.Name = true, b.names.AlternateTargetGroup(p.Port)
			all[p.Port] = append(all[p.Port], engine.Add(b.stack, LoadBalancing, group, engine.Wanted(p.wanted)))
		}
		if p.wanted {
			wanted[p.Port] = all[p.Port]
		}
	}
	return all, wanted
}

// addListeners adds a listener for every port.
func (b *builder) addListeners(lb *engine.Ref[resource.LoadBalancerState], all targetGroups) portTargets {
	targets := portTargets{
		groups:     map[int32]*engine.Ref[resource.TargetGroupState]{},
		alternates: map[int32]*engine.Ref[resource.TargetGroupState]{}, listeners: map[int32]*engine.Ref[resource.ListenerState]{},
	}
	for _, p := range b.ports() {
		groups := all[p.Port]
		listener := resource.Listener{
			Common: b.common, Balancing: b.balancing, Port: p.Port, ListenerPort: p.LoadBalancerPort(), Protocol: p.TransportProtocol(),
			LoadBalancer: lb, TargetGroup: groups[0],
		}
		if len(groups) > 1 {
			listener.Alternate = groups[1]
		}
		added := engine.Add(b.stack, LoadBalancing, listener, engine.Wanted(p.wanted))
		if p.wanted {
			targets.add(p.Port, groups, added, p.Port == b.spec.LoadBalancer.HealthCheck.Port)
		}
	}
	return targets
}

func (t *portTargets) add(port int32, groups []*engine.Ref[resource.TargetGroupState], listener *engine.Ref[resource.ListenerState], isChecked bool) {
	t.groups[port], t.listeners[port] = groups[0], listener
	if len(groups) > 1 {
		t.alternates[port] = groups[1]
	}
	if t.checked == nil || isChecked {
		t.checked = groups
	}
}

func (b *builder) targetGroup(p port, vpc *engine.Ref[resource.NetworkState], gate *resource.ProbeGate) resource.TargetGroup {
	settings := resource.TargetGroupSettings{Port: p.Port, Protocol: p.TransportProtocol(), Check: b.probeCheck(), Unprobed: b.portCheck()}
	if gate == nil {
		settings.Check = settings.Unprobed
	}
	if delay := b.spec.LoadBalancer.DeregistrationDelaySeconds; delay != nil {
		settings.DeregistrationDelay = *delay
	}
	return resource.TargetGroup{Common: b.common, Balancing: b.balancing, Name: b.names.TargetGroup(p.Port), Settings: settings, Gate: gate, Network: vpc}
}

// portCheck is the health check of spec.loadBalancer.
func (b *builder) portCheck() resource.HealthCheck {
	check := b.spec.LoadBalancer.HealthCheck
	c := resource.HealthCheck{
		Port: check.Port, Protocol: check.Protocol, Path: check.Path,
		Interval: check.IntervalSeconds, Healthy: check.HealthyThreshold, Unhealthy: check.UnhealthyThreshold,
	}
	if check.Protocol == "HTTP" {
		c.Path, c.Codes = cmp.Or(check.Path, "/"), goodCodes
	}
	return c
}

// goodCodes are ELB's default of the answers that pass.
const goodCodes = "200-399"
