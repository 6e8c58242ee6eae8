package elbv2

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// weighted is an action that forwards to target groups by weight.
func weighted(shares ...Share) []types.Action {
	var f forward
	copy(f[:], shares)
	return []types.Action{f.describe()}
}

func TestAListenerForwardsToSeveralTargetGroupsByWeight(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, blue, green := w.loadBalancer("gateway"), w.targetGroup("blue"), w.targetGroup("green")
		in := listenerInput(lb, blue, 8081)
		in.DefaultActions = weighted(Share{blue, 100}, Share{green, 0})
		l := must(w, w.CreateListener, in).Listeners[0]
		if diff := cmp.Diff(in.DefaultActions, l.DefaultActions, cmpopts.IgnoreUnexported(types.Action{}, types.ForwardActionConfig{}, types.TargetGroupTuple{}, types.TargetGroupStickinessConfig{})); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		w.Do(func() {
			for _, arn := range []string{blue, green} {
				if tg, _ := w.TargetGroup(here, arn); !tg.HasListener || tg.LoadBalancerARN != lb {
					t.Errorf("%s is %+v, want it behind the load balancer", arn, tg)
				}
			}
			if err := w.Weigh(here, *l.ListenerArn, Share{green, 100}, Share{blue, 0}); err != nil {
				t.Error(err)
			}
			got, _ := w.Listener(here, *l.ListenerArn)
			if diff := cmp.Diff([]Share{{green, 100}, {blue, 0}}, got.Shares); diff != "" {
				t.Errorf("shares (-want +got):\n%s", diff)
			}
			w.wantCode(w.Weigh(here, *l.ListenerArn, Share{green, 100}), "ValidationError")
			w.wantCode(w.Weigh(here, "x", Share{green, 100}), "ListenerNotFound")
		})
		_, err := do(w, w.DeleteTargetGroup, &sdk.DeleteTargetGroupInput{TargetGroupArn: &green})
		w.wantCode(err, "ResourceInUse")
	})
}

func TestImpossibleWeightsAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		action func(a, b string) types.Action
	}{
		{"more than 999", func(a, b string) types.Action { return weighted(Share{a, 1000}, Share{b, 0})[0] }},
		{"less than 0", func(a, b string) types.Action { return weighted(Share{a, -1}, Share{b, 0})[0] }},
		{"one group twice", func(a, _ string) types.Action { return weighted(Share{a, 1}, Share{a, 0})[0] }},
		{"a second group beside the one of the action", func(a, b string) types.Action {
			action := weighted(Share{a, 1}, Share{b, 0})[0]
			action.TargetGroupArn = &a
			return action
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				a, b := w.targetGroup("a"), w.targetGroup("b")
				in := listenerInput(w.loadBalancer("gateway"), a, 8081)
				in.DefaultActions = []types.Action{test.action(a, b)}
				_, err := do(w, w.CreateListener, in)
				w.wantCode(err, "ValidationError")
			})
		})
	}
}

func TestASecondTargetGroupLeavesTheHealthOfTheFirstAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		b.healthy()
		green := w.targetGroup("green")
		must(w, b.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: &b.listener, DefaultActions: weighted(Share{b.tg, 100}, Share{green, 0})})
		b.wantReached("with a second group of the weight 0", inA, inB, alsoInB)
		w.register(green, "10.0.1.30", "us-east-1b")
		b.healthy()
		b.Do(func() {
			if state, _ := b.TargetState(here, green, "10.0.1.30", port); state != "healthy" {
				t.Errorf("a target of the group with the weight 0 is %s, want healthy", state)
			}
		})
		b.wantReached("with a healthy target in it", inA, inB, alsoInB)
	})
}

func TestNewWeightsAreFollowedOnceTheNodesHaveHeardOfThem(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.balanced()
		green := w.targetGroup("green")
		must(w, b.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: &b.listener, DefaultActions: weighted(Share{b.tg, 100}, Share{green, 0})})
		w.register(green, "10.0.1.30", "us-east-1b")
		b.healthy()
		w.Do(func() {
			if err := b.Weigh(here, b.listener, Share{b.tg, 75}, Share{green, 25}); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(59 * time.Second)
		b.wantReached("before the nodes have heard", inA, inB, alsoInB)
		time.Sleep(2 * time.Second)
		toGreen := 0
		b.Do(func() {
			for drawn := range 100 {
				numbers := []int{drawn, 0, 0}
				hop, _ := b.Route(here, b.listener, func(n int) int { d := numbers[0] % n; numbers = numbers[1:]; return d })
				if hop.Interface == "eni of 10.0.1.30" {
					toGreen++
				}
			}
		})
		if toGreen != 25 {
			t.Errorf("%d of 100 connections go to green, want 25", toGreen)
		}
		must(w, b.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: &b.listener, DefaultActions: []types.Action{{
			Type: types.ActionTypeEnumForward, TargetGroupArn: aws.String(green),
		}}})
		b.wantReached("with green alone, at once", "eni of 10.0.1.30")
	})
}
