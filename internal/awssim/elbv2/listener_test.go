package elbv2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

func TestImpossibleListenersAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(w *world, in *sdk.CreateListenerInput)
		code   string
	}{
		{"an absent load balancer", func(_ *world, in *sdk.CreateListenerInput) { in.LoadBalancerArn = aws.String("x") }, "LoadBalancerNotFound"},
		{"an absent target group", func(_ *world, in *sdk.CreateListenerInput) { in.DefaultActions[0].TargetGroupArn = aws.String("x") }, "TargetGroupNotFound"},
		{"HTTP", func(_ *world, in *sdk.CreateListenerInput) { in.Protocol = "HTTP" }, "UnsupportedProtocol"},
		{"UDP to a TCP group", func(_ *world, in *sdk.CreateListenerInput) { in.Protocol = "UDP" }, "IncompatibleProtocols"},
		{"TLS without a certificate", func(_ *world, in *sdk.CreateListenerInput) { in.Protocol = "TLS" }, "ValidationError"},
		{"TCP with a certificate", func(_ *world, in *sdk.CreateListenerInput) {
			in.Certificates = []types.Certificate{{CertificateArn: aws.String("arn")}}
		}, "ValidationError"},
		{"a redirect", func(_ *world, in *sdk.CreateListenerInput) { in.DefaultActions[0].Type = "redirect" }, "InvalidLoadBalancerAction"},
		{"two actions", func(_ *world, in *sdk.CreateListenerInput) {
			in.DefaultActions = append(in.DefaultActions, in.DefaultActions[0])
		}, "TooManyActions"},
		{"a target group of another load balancer", func(w *world, in *sdk.CreateListenerInput) {
			w.listener(w.loadBalancer("other"), *in.DefaultActions[0].TargetGroupArn, 1)
		}, "TargetGroupAssociationLimit"},
		{"a target group of another VPC", func(w *world, in *sdk.CreateListenerInput) {
			other := targetGroupInput("elsewhere")
			other.VpcId = aws.String("vpc-2")
			in.DefaultActions[0].TargetGroupArn = must(w, w.CreateTargetGroup, other).TargetGroups[0].TargetGroupArn
		}, "InvalidConfigurationRequest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				in := listenerInput(w.loadBalancer("gateway"), w.targetGroup("tg"), 8081)
				test.change(w, in)
				_, err := do(w, w.CreateListener, in)
				w.wantCode(err, test.code)
			})
		})
	}
}

func TestAPortHasOneListener(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, tg, other := w.loadBalancer("gateway"), w.targetGroup("tg"), w.targetGroup("other")
		first := w.listener(lb, tg, 8081)
		if again := w.listener(lb, tg, 8081); again != first {
			t.Errorf("the same settings made %s, want %s", again, first)
		}
		_, err := do(w, w.CreateListener, listenerInput(lb, other, 8081))
		w.wantCode(err, "DuplicateListener")
		second := w.listener(lb, tg, 8082) // a group may be behind several ports of one load balancer
		_, err = do(w, w.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: &second, Port: aws.Int32(8081)})
		w.wantCode(err, "DuplicateListener")
		w.Settings.Quotas[core.ListenersPerLoadBalancer] = 2
		_, err = do(w, w.CreateListener, listenerInput(lb, other, 8083))
		w.wantCode(err, "TooManyListeners")
		if got := len(must(w, w.DescribeListeners, &sdk.DescribeListenersInput{LoadBalancerArn: &lb}).Listeners); got != 2 {
			t.Errorf("%d listeners, want 2", got)
		}
	})
}

func TestModifyListenerMovesItToAnotherTargetGroup(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, from, to := w.loadBalancer("gateway"), w.targetGroup("from"), w.targetGroup("to")
		l := w.listener(lb, from, 8081)
		must(w, w.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: &l, DefaultActions: listenerInput(lb, to, 1).DefaultActions})
		w.Do(func() {
			before, _ := w.TargetGroup(here, from)
			after, _ := w.TargetGroup(here, to)
			if before.HasListener || before.LoadBalancerARN != "" || !after.HasListener || after.LoadBalancerARN != lb {
				t.Errorf("the old group is %+v, the new one %+v", before, after)
			}
		})
		must(w, w.DeleteListener, &sdk.DeleteListenerInput{ListenerArn: &l})
		_, err := do(w, w.DeleteListener, &sdk.DeleteListenerInput{ListenerArn: &l})
		w.wantCode(err, "ListenerNotFound")
	})
}

func TestATLSListenerHasACertificateAndAPolicy(t *testing.T) {
	inWorld(t, func(w *world) {
		in := listenerInput(w.loadBalancer("gateway"), w.targetGroup("tg"), 443)
		in.Protocol = types.ProtocolEnumTls
		in.Certificates = []types.Certificate{{CertificateArn: aws.String("arn:aws:acm:us-east-1:123456789012:certificate/a")}}
		l := must(w, w.CreateListener, in).Listeners[0]
		if *l.SslPolicy != "ELBSecurityPolicy-2016-08" || len(l.Certificates) != 1 {
			t.Errorf("policy = %s, certificates = %v", *l.SslPolicy, l.Certificates)
		}
		l = must(w, w.ModifyListener, &sdk.ModifyListenerInput{ListenerArn: l.ListenerArn, Protocol: types.ProtocolEnumTcp}).Listeners[0]
		if l.SslPolicy != nil || l.Certificates != nil {
			t.Errorf("after the change to TCP policy = %v, certificates = %v, want none", l.SslPolicy, l.Certificates)
		}
	})
}
