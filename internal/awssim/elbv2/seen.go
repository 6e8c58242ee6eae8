package elbv2

import "slices"

// What reads and calls that refer to a resource find: nothing where the resource is
// so new that they do not see it yet. The maps of the region have everything, for
// names that must be unique.

// loadBalancer returns the load balancer with the ARN, or nil.
func (r *region) loadBalancer(arn string) *loadBalancer {
	if lb := r.loadBalancers[arn]; lb != nil && lb.Seen() {
		return lb
	}
	return nil
}

// targetGroup returns the target group with the ARN, or nil.
func (r *region) targetGroup(arn string) *targetGroup {
	if tg := r.targetGroups[arn]; tg != nil && tg.Seen() {
		return tg
	}
	return nil
}

// listener returns the listener with the ARN, or nil.
func (r *region) listener(arn string) *listener {
	if l := r.listeners[arn]; l != nil && l.Seen() {
		return l
	}
	return nil
}

// isAssociated tells whether reads show a listener that refers to the target group.
func (r *region) isAssociated(tg *targetGroup) bool {
	for arn := range tg.usedBy {
		if r.listener(arn) != nil {
			return true
		}
	}
	return false
}

// shown returns the keys, in order, of the resources that reads show.
func shown[T interface{ Seen() bool }](all map[string]T) []string {
	return slices.DeleteFunc(sortedKeys(all), func(key string) bool { return !all[key].Seen() })
}
