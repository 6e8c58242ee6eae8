package traffic_test

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
)

// contradictions are where an object contradicts itself.
func contradictions(gw *v1alpha1.FlexGatewayDeployment) []string {
	st := gw.Status
	var found []string
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			found = append(found, fmt.Sprintf(format, args...))
		}
	}
	is := func(kind string) bool { return meta.IsStatusConditionTrue(st.Conditions, kind) }
	for _, c := range st.Conditions {
		say(c.ObservedGeneration > gw.Generation, "%s speaks of generation %d of %d", c.Type, c.ObservedGeneration, gw.Generation)
		say(c.Message == "" || c.Reason == "", "%s has no reason or no message", c.Type)
	}
	ready, reconciling, stalled := is(v1alpha1.ConditionReady), is(v1alpha1.ConditionReconciling), is(v1alpha1.ConditionStalled)
	say(ready != (st.Phase == v1alpha1.PhaseReady), "phase %s, and Ready is %t", st.Phase, ready)
	say(ready && (reconciling || stalled), "Ready, and Reconciling %t, Stalled %t", reconciling, stalled)
	paused := st.Phase == v1alpha1.PhasePaused // a person is awaited: nothing goes on, and nothing is wrong
	waits := paused && st.Rollout != nil && st.Rollout.Pause != nil
	say(!ready && !paused && !reconciling && !stalled, "neither Ready nor Reconciling nor Stalled")
	say(paused && (reconciling || stalled || !waits && !gw.Spec.Rollout.Paused && gw.Generation == st.ObservedGeneration),
		"Paused, and Reconciling %t, Stalled %t, spec.rollout.paused %t", reconciling, stalled, gw.Spec.Rollout.Paused)
	say(ready && is(v1alpha1.ConditionProgressing), "Ready and Progressing")
	say(is(v1alpha1.ConditionAvailable) != (st.ReadyReplicas > 0), "Available %t with %d healthy replicas", is(v1alpha1.ConditionAvailable), st.ReadyReplicas)
	say(st.ReadyReplicas > st.Replicas, "%d of %d running replicas are healthy", st.ReadyReplicas, st.Replicas)
	say(st.UpdatedReplicas > st.Replicas, "%d of %d running replicas are updated", st.UpdatedReplicas, st.Replicas)
	say(st.Phase == v1alpha1.PhaseFailed && st.ReadyReplicas > 0, "Failed with %d healthy replicas", st.ReadyReplicas)
	if !ready || gw.Generation != st.ObservedGeneration {
		return found
	}
	say(gw.Spec.Replicas != nil && st.DesiredReplicas != *gw.Spec.Replicas, "Ready with %d replicas wanted of ECS, and %d in the spec", st.DesiredReplicas, *gw.Spec.Replicas)
	say(st.Replicas != st.DesiredReplicas || st.ReadyReplicas != st.DesiredReplicas || st.UpdatedReplicas != st.DesiredReplicas,
		"Ready with %d wanted, %d running, %d healthy, %d updated", st.DesiredReplicas, st.Replicas, st.ReadyReplicas, st.UpdatedReplicas)
	return found
}

// lately is how far back what a write says may lie, in AWS's time: a look takes a moment.
const lately = 30 * time.Second

// judgeCounts compares the counts that a write has changed with what was so lately.
func (w *witness) judgeCounts(before, now *v1alpha1.FlexGatewayDeployment, is truth) {
	past := []truth{is}
	since := max(lately, time.Duration(*speed*float64(reaction)))
	for i := len(w.seen) - 1; i >= 0 && is.at.Sub(w.seen[i].truth.at) <= since; i-- {
		past = append(past, w.seen[i].truth)
	}
	check := func(what string, was, says int32, of func(truth) int32) {
		if was == says {
			return
		}
		low, high := of(is), of(is)
		for _, tr := range past {
			low, high = min(low, of(tr)), max(high, of(tr))
		}
		if says < low || says > high {
			w.accuse("%s went from %d to %d, and in AWS it was %d to %d", what, was, says, low, high)
		}
	}
	check("desired", before.Status.DesiredReplicas, now.Status.DesiredReplicas, func(tr truth) int32 { return tr.service.DesiredCount })
	check("running", before.Status.Replicas, now.Status.Replicas, func(tr truth) int32 { return tr.service.RunningCount })
	check("healthy", before.Status.ReadyReplicas, now.Status.ReadyReplicas, truth.healthy)
}
