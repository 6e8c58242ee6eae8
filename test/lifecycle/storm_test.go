package lifecycle

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
)

// seeds is how many times each storm is played, with chance falling otherwise each time.
var seeds = flag.Uint64("seeds", 1, "how many times to play each storm")

// storm is bad weather for the whole life of a gateway.
type storm struct {
	name string
	// begin starts the storm, and returns what ends it.
	begin func(*bench, *v1alpha1.FlexGatewayDeployment) (end func())
	// spoils is part of the error code of the calls that it must have spoilt.
	spoils string
	// factor bounds the calls, as a multiple of those of a calm life.
	factor float64
	// told are words that must stand in a condition or an event while it rages.
	told string
}

func storms() []storm {
	return []storm{
		{"three calls of ten fail", weather(awssim.Fault{Name: "errors", Rate: 0.3, Code: "InternalFailure", Status: 500}), "InternalFailure", 4, ""},
		{"four calls of ten fail", weather(awssim.Fault{Name: "errors", Rate: 0.4, Code: "InternalFailure", Status: 500}), "InternalFailure", 8, "InternalFailure"},
		{"four calls of ten are throttled", weather(awssim.Fault{Name: "throttling", Rate: 0.4, Code: "ThrottlingException", Message: "Rate exceeded"}), "Throttl", 10, "Throttl"},
		{"three answers of ten are lost", weather(awssim.Fault{Name: "lost", Rate: 0.3, Cut: awssim.CutAfter}), "CutAfter", 4, ""},
		{"three connections of ten are cut before the effect", weather(awssim.Fault{Name: "cut", Rate: 0.3, Cut: awssim.CutBefore}), "CutBefore", 4, ""},
		{"buckets of a tenth", settings(func(s *core.Settings) { s.ThrottleScale = 0.1 }), "Thrott", 4, ""},
		{"reads lag by two seconds", func(b *bench, _ *v1alpha1.FlexGatewayDeployment) func() {
			lag := core.Spread{P50: 2 * time.Second, P95: 2 * time.Second}
			b.sim.World().Do(func() { b.sim.World().ReadLag = lag })
			return func() { b.sim.World().Do(func() { b.sim.World().ReadLag = core.Spread{} }) }
		}, "NotFound", 3, ""},
		{"the API server is away for a minute, again and again", apiServerComesAndGoes, "", 3, ""},
		{"leadership is lost in mid-pass", terms, "", 4, ""},
		{"two managers at once", secondManager, "", 4, ""},
	}
}

// weather sets a fault.
func weather(f awssim.Fault) func(*bench, *v1alpha1.FlexGatewayDeployment) func() {
	return func(b *bench, _ *v1alpha1.FlexGatewayDeployment) func() {
		_, err := b.sim.SetFault(f)
		b.must(err)
		return b.sim.ClearFaults
	}
}

func settings(edit func(*core.Settings)) func(*bench, *v1alpha1.FlexGatewayDeployment) func() {
	return func(b *bench, _ *v1alpha1.FlexGatewayDeployment) func() {
		before := core.Settings{}
		b.sim.World().Do(func() { before = b.sim.World().Settings; edit(&b.sim.World().Settings) })
		return func() { b.sim.World().Do(func() { b.sim.World().Settings = before }) }
	}
}

// alongside runs fn beside the test until the storm's end.
func alongside(b *bench, fn func(ctx context.Context)) func() {
	ctx, cancel := context.WithCancel(b.t.Context())
	var running sync.WaitGroup
	running.Go(func() { fn(ctx) })
	return func() { cancel(); running.Wait() }
}

// pause waits; it is false where the storm is over.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func apiServerComesAndGoes(b *bench, _ *v1alpha1.FlexGatewayDeployment) func() {
	return alongside(b, func(ctx context.Context) {
		defer b.wire.cutKubernetes(false)
		for pause(ctx, 40*time.Second) {
			b.wire.cutKubernetes(true)
			if !pause(ctx, time.Minute) {
				return
			}
			b.wire.cutKubernetes(false)
		}
	})
}

// terms ends the controller's leadership in the middle of most of its passes, at any
// moment of them: requests on their way are given up, and its successor remembers nothing.
func terms(b *bench, _ *v1alpha1.FlexGatewayDeployment) func() {
	chance := rand.New(rand.NewPCG(b.seed, 1))
	b.term = func() time.Duration { return time.Duration(chance.Int64N(int64(4 * time.Second))) }
	return func() {
		b.term = nil
		if b.handovers == 0 {
			b.t.Error("no pass was cut off")
		}
	}
}

// secondManager is another controller that believes that it is the leader.
func secondManager(b *bench, gw *v1alpha1.FlexGatewayDeployment) func() {
	first := b.reconciler
	b.start()
	second := b.reconciler
	b.reconciler = first
	return alongside(b, func(ctx context.Context) {
		for {
			result, err := second.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(gw)})
			after := result.RequeueAfter
			if err != nil || after == 0 {
				after = 3 * time.Second
			}
			if !pause(ctx, after) {
				return
			}
		}
	})
}

// foreign makes things of someone else that look like ours, and returns the inventory.
func (b *bench) foreign() []core.Resource {
	b.t.Helper()
	ctx, c := b.t.Context(), b.someone()
	_, first := c.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/flexgw/another")})
	_, second := c.EC2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("flex-another-gateway"), Description: aws.String("ours")})
	_, third := c.ECS.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: aws.String("another")})
	_, fourth := c.ELB.CreateTargetGroup(ctx, &elb.CreateTargetGroupInput{Name: aws.String("another"), Protocol: elbtypes.ProtocolEnumTcp, Port: aws.Int32(80), TargetType: elbtypes.TargetTypeEnumIp, VpcId: aws.String(b.vpc())})
	b.must(errors.Join(first, second, third, fourth))
	return b.inventory()
}

func (b *bench) vpc() string {
	b.t.Helper()
	out, err := b.someone().EC2.DescribeVpcs(b.t.Context(), &ec2.DescribeVpcsInput{})
	b.must(err)
	return aws.ToString(out.Vpcs[0].VpcId)
}

// life is a gateway's whole life in the storm. It returns the AWS calls, and all that the
// controller said meanwhile.
func (s storm) life(t *testing.T, seed uint64) (calls []awssim.CallRecord, said string) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBenchOf(t, seed), gatewayNamed(t, "gw", nil)
		before := b.foreign()
		b.create(gw)
		b.listen = func(gw *v1alpha1.FlexGatewayDeployment) { said += b.describe(gw) }
		end := s.begin(b, gw)
		start := len(b.sim.Calls())
		b.untilReady(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
		b.untilReady(gw)
		end()
		b.untilQuiet(gw)
		for _, step := range b.plan(gw).Changes() {
			t.Errorf("a plan after the storm would %s %s: %s", step.Action, step.Identity, step.Reason)
		}
		end = s.begin(b, gw)
		b.delete(gw)
		end()
		calls = b.sim.Calls()[start:]
		if diff := cmp.Diff(before, b.inventory(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("what is left, and what was there before (-want +got):\n%s", diff)
		}
		said += strings.Join(b.told, "\n")
	})
	return calls, said
}

// struck counts the calls that the weather spoilt.
func struck(calls []awssim.CallRecord, code string) int {
	n := 0
	for _, c := range calls {
		if code != "" && strings.Contains(c.ErrorCode, code) {
			n++
		}
	}
	return n
}

func TestInAStormTheControllerConvergesAndTouchesNothingElse(t *testing.T) {
	calm, _ := storm{begin: func(*bench, *v1alpha1.FlexGatewayDeployment) func() { return func() {} }}.life(t, 1)
	for _, s := range storms() {
		for seed := range *seeds {
			t.Run(fmt.Sprintf("%s/%d", s.name, seed+1), func(t *testing.T) {
				t.Parallel()
				calls, said := s.life(t, seed+1)
				times := float64(len(calls)) / float64(len(calm))
				t.Logf("%s: %d calls, %d of them spoilt, %.1f times those of a calm life (%d)", s.name, len(calls), struck(calls, s.spoils), times, len(calm))
				if times > s.factor {
					t.Errorf("more calls than %.0f times those of a calm life", s.factor)
				}
				if s.spoils != "" && struck(calls, s.spoils) == 0 {
					t.Errorf("the storm spoilt no call with %s", s.spoils)
				}
				if !strings.Contains(said, s.told) {
					t.Errorf("no condition and no event has %q", s.told)
				}
			})
		}
	}
}
