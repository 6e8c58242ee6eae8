package resource

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Binding ties a port of the container to its target group; where traffic is moved, to
// two of them, the listener in front, and the role that moves it. All are ARNs.
type Binding struct {
	Group                     string
	Alternate, Listener, Role string
}

// String is the target groups, for people.
func (b Binding) String() string {
	if b.Alternate == "" {
		return b.Group
	}
	return b.Group + " and " + b.Alternate
}

// sameAs is true where the two say the same. Which of two groups comes first does not
// matter: ECS lets them change places.
func (b Binding) sameAs(o Binding) bool {
	swapped := o
	swapped.Group, swapped.Alternate = o.Alternate, o.Group
	return b == o || b == swapped
}

func sameBindings(a, b map[int32]Binding) bool { return maps.EqualFunc(a, b, Binding.sameAs) }

// bindings are those of the spec. Where no traffic is moved, and a strategy that does has
// left two target groups behind, the one in production is the service's.
func (s Service) bindings() map[int32]Binding {
	all := map[int32]Binding{}
	for port, group := range s.TargetGroups {
		bound := Binding{Group: group.Value().ARN}
		if alternate := s.Alternates[port]; alternate != nil {
			listener, second := s.Listeners[port].Value(), alternate.Value().ARN
			if s.Settings.Shift.isOn() {
				bound.Alternate, bound.Listener, bound.Role = second, listener.ARN, s.InfrastructureRole.Value().ARN
			} else {
				bound.Group = listener.Production(bound.Group, second)
			}
		}
		all[port] = bound
	}
	return all
}

// bindingsOf reads them out of what ECS answers.
func bindingsOf(list []ecstypes.LoadBalancer) map[int32]Binding {
	all := map[int32]Binding{}
	for _, b := range list {
		bound := Binding{Group: aws.ToString(b.TargetGroupArn)}
		if a := b.AdvancedConfiguration; a != nil {
			bound.Alternate, bound.Listener, bound.Role = aws.ToString(a.AlternateTargetGroupArn), aws.ToString(a.ProductionListenerRule), aws.ToString(a.RoleArn)
		}
		all[aws.ToInt32(b.ContainerPort)] = bound
	}
	return all
}

// loadBalancers ties the container's ports to the target groups. A group that a port has
// stays its first one.
func (s Service) loadBalancers(wish, observed map[int32]Binding) []ecstypes.LoadBalancer {
	var list []ecstypes.LoadBalancer
	for _, port := range slices.Sorted(maps.Keys(wish)) {
		bound := wish[port]
		if bound.Alternate != "" && observed[port].Group == bound.Alternate {
			bound.Group, bound.Alternate = bound.Alternate, bound.Group
		}
		b := ecstypes.LoadBalancer{ContainerName: &s.Container, ContainerPort: ptr(port), TargetGroupArn: ptr(bound.Group)}
		if bound.Alternate != "" {
			b.AdvancedConfiguration = &ecstypes.AdvancedConfiguration{
				AlternateTargetGroupArn: ptr(bound.Alternate), ProductionListenerRule: ptr(bound.Listener), RoleArn: ptr(bound.Role),
			}
		}
		list = append(list, b)
	}
	return list
}
