package elbv2

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"flexgw.io/controller/internal/awssim/core"
)

const lag = 3 * time.Second

func inLaggingWorld(t *testing.T, fn func(w *world)) {
	inWorld(t, func(w *world) {
		w.Do(func() { w.ReadLag = core.Spread{P50: lag} })
		fn(w)
	})
}

func TestANewLoadBalancerIsHiddenFromEverythingButItsName(t *testing.T) {
	inLaggingWorld(t, func(w *world) {
		tg := w.targetGroup("tg")
		time.Sleep(lag)
		lb := w.loadBalancer("new")
		uses := map[string]func() error{
			"by name": func() error {
				_, err := do(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{Names: []string{"new"}})
				return err
			},
			"by ARN": func() error {
				_, err := do(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{LoadBalancerArns: []string{lb}})
				return err
			},
			"tags": func() error {
				_, err := do(w, w.DescribeTags, &sdk.DescribeTagsInput{ResourceArns: []string{lb}})
				return err
			},
			"attributes": func() error {
				_, err := do(w, w.DescribeLoadBalancerAttributes, &sdk.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &lb})
				return err
			},
			"a listener": func() error {
				_, err := do(w, w.CreateListener, listenerInput(lb, tg, 80))
				return err
			},
		}
		for name, use := range uses {
			err := use()
			if w.wantCode(err, "LoadBalancerNotFound"); err == nil {
				w.Errorf("%s sees it", name)
			}
		}
		if n := len(must(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{}).LoadBalancers); n != 0 {
			w.Errorf("%d listed at once", n)
		}
		if again := w.loadBalancer("new"); again != lb {
			w.Errorf("the same name gives %s, then %s", lb, again)
		}
		other := loadBalancerInput("new")
		other.Subnets = []string{"subnet-a"}
		_, err := do(w, w.CreateLoadBalancer, other)
		w.wantCode(err, "DuplicateLoadBalancerName")

		time.Sleep(lag)
		for name, use := range uses {
			if err := use(); err != nil {
				w.Errorf("%s after the lag: %v", name, err)
			}
		}
		if n := len(must(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{}).LoadBalancers); n != 1 {
			w.Errorf("%d listed after the lag", n)
		}
	})
}

func TestANewTargetGroupIsHiddenFromEverythingButItsName(t *testing.T) {
	inLaggingWorld(t, func(w *world) {
		lb := w.loadBalancer("lb")
		time.Sleep(lag)
		tg := w.targetGroup("new")
		_, err := do(w, w.CreateListener, listenerInput(lb, tg, 80))
		w.wantCode(err, "TargetGroupNotFound")
		_, err = do(w, w.DescribeTargetHealth, &sdk.DescribeTargetHealthInput{TargetGroupArn: &tg})
		w.wantCode(err, "TargetGroupNotFound")
		_, err = do(w, w.DescribeTargetGroups, &sdk.DescribeTargetGroupsInput{Names: []string{"new"}})
		w.wantCode(err, "TargetGroupNotFound")
		if n := len(must(w, w.DescribeTargetGroups, &sdk.DescribeTargetGroupsInput{}).TargetGroups); n != 0 {
			w.Errorf("%d listed at once", n)
		}
		if again := w.targetGroup("new"); again != tg {
			w.Errorf("the same name gives %s, then %s", tg, again)
		}
		time.Sleep(lag)
		w.listener(lb, tg, 80)
	})
}

func TestANewListenerIsHiddenAndItsTargetGroupSeemsUnused(t *testing.T) {
	inLaggingWorld(t, func(w *world) {
		lb, tg := w.loadBalancer("lb"), w.targetGroup("tg")
		time.Sleep(lag)
		l := w.listener(lb, tg, 80)
		_, err := do(w, w.DescribeListeners, &sdk.DescribeListenersInput{ListenerArns: []string{l}})
		w.wantCode(err, "ListenerNotFound")
		_, err = do(w, w.DeleteListener, &sdk.DeleteListenerInput{ListenerArn: &l})
		w.wantCode(err, "ListenerNotFound")
		shown := func() (listeners int, hasListener bool) {
			listeners = len(must(w, w.DescribeListeners, &sdk.DescribeListenersInput{LoadBalancerArn: aws.String(lb)}).Listeners)
			w.Do(func() {
				group, _ := w.TargetGroup(here, tg)
				hasListener = group.HasListener
			})
			return listeners, hasListener
		}
		if n, has := shown(); n != 0 || has {
			w.Errorf("at once: %d listeners, target group in use: %v", n, has)
		}
		if again := w.listener(lb, tg, 80); again != l {
			w.Errorf("the same port gives %s, then %s", l, again)
		}
		time.Sleep(lag)
		if n, has := shown(); n != 1 || !has {
			w.Errorf("after the lag: %d listeners, target group in use: %v", n, has)
		}
	})
}
