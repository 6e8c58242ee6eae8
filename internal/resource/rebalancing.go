package resource

import (
	"cmp"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// rebalancing is whether ECS spreads the tasks over the zones anew after one was out. It
// is ECS's own default, and needs room for a task more: ECS refuses it with a maximum of
// 100% (Amazon ECS Developer Guide, "Balancing an Amazon ECS service across Availability
// Zones").
func (r RolloutSettings) rebalancing() ecstypes.AvailabilityZoneRebalancing {
	if r.MaximumPercent > 100 {
		return ecstypes.AvailabilityZoneRebalancingEnabled
	}
	return ecstypes.AvailabilityZoneRebalancingDisabled
}

// diffRebalancing takes no answer for what is wanted: older APIs give none.
func (r RolloutSettings) diffRebalancing(delta *compare.Delta, observed ecstypes.AvailabilityZoneRebalancing) {
	diff(delta, "availabilityZoneRebalancing", r.rebalancing(), cmp.Or(observed, r.rebalancing()))
}
