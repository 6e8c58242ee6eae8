package gateway

import (
	"strconv"

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
		number, isPort := portNumber(record.Name)
		if !isPort || seen[record.Name] || record.Kind != "TargetGroup" && record.Kind != "Listener" {
			continue
		}
		seen[record.Name] = true
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
	groups    map[int32]*engine.Ref[resource.TargetGroupState]
	listeners []engine.Need
	checked   *engine.Ref[resource.TargetGroupState]
}

// addPorts adds a target group and a listener for every port.
func (b *builder) addPorts(vpc *engine.Ref[resource.NetworkState], lb *engine.Ref[resource.LoadBalancerState]) portTargets {
	targets := portTargets{groups: map[int32]*engine.Ref[resource.TargetGroupState]{}}
	for _, p := range b.ports() {
		group := engine.Add(b.stack, LoadBalancing, b.targetGroup(p, vpc), engine.Wanted(p.wanted))
		listener := engine.Add(b.stack, LoadBalancing, resource.Listener{
			Common: b.common, Balancing: b.balancing, Port: p.Port, ListenerPort: p.LoadBalancerPort(), Protocol: p.Protocol,
			LoadBalancer: lb, TargetGroup: group,
		}, engine.Wanted(p.wanted))
		if !p.wanted {
			continue
		}
		targets.groups[p.Port] = group
		targets.listeners = append(targets.listeners, engine.Exists(listener))
		if targets.checked == nil || p.Port == b.spec.LoadBalancer.HealthCheck.Port {
			targets.checked = group
		}
	}
	return targets
}

func (b *builder) targetGroup(p port, vpc *engine.Ref[resource.NetworkState]) resource.TargetGroup {
	check := b.spec.LoadBalancer.HealthCheck
	settings := resource.TargetGroupSettings{
		Port: p.Port, Protocol: p.Protocol,
		Check: resource.HealthCheck{
			Port: check.Port, Protocol: check.Protocol, Path: check.Path,
			Interval: check.IntervalSeconds, Healthy: check.HealthyThreshold, Unhealthy: check.UnhealthyThreshold,
		},
	}
	if check.Protocol == "HTTP" && check.Path == "" {
		settings.Check.Path = "/"
	}
	if delay := b.spec.LoadBalancer.DeregistrationDelaySeconds; delay != nil {
		settings.DeregistrationDelay = *delay
	}
	return resource.TargetGroup{Common: b.common, Balancing: b.balancing, Name: b.names.TargetGroup(p.Port), Settings: settings, Network: vpc}
}
