package autoscaling

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ecs"
	"flexgw.io/controller/internal/clock"
)

// startTime is how long a task of the fake service takes to run.
const startTime = 2 * time.Minute

// fakeECS has one service, "flex/gw". Its tasks share a demand.
type fakeECS struct {
	world            *core.World
	gone             bool
	desired, running int
	cpu, memory      float64
	deploying        bool
	// scaled are the counts that were set.
	scaled []int
}

func (f *fakeECS) Scalable(_ core.Scope, cluster, service string) (ecs.Scalable, bool) {
	if f.gone || cluster != "flex" || service != "gw" {
		return ecs.Scalable{}, false
	}
	v := ecs.Scalable{Desired: f.desired, Running: f.running, Deploying: f.deploying}
	if f.running > 0 {
		v.CPU, v.Memory = min(f.cpu/float64(f.running), 100), min(f.memory/float64(f.running), 100)
	}
	return v, true
}

func (f *fakeECS) Scale(sc core.Scope, cluster, service string, count int) bool {
	if _, ok := f.Scalable(sc, cluster, service); !ok {
		return false
	}
	f.scaled = append(f.scaled, count)
	f.desired = count
	f.world.After(startTime, func() { f.running = f.desired })
	return true
}

// bench is an Application Auto Scaling beside a fake ECS.
type bench struct {
	*Service
	t    *testing.T
	ecs  *fakeECS
	call *core.Call
}

// inBench runs a test in a bubble of synthetic time, which begins at midnight. The
// service has so many tasks.
func inBench(t *testing.T, tasks int, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		f := &fakeECS{world: w, desired: tasks, running: tasks}
		test(t, &bench{Service: New(w, f), t: t, ecs: f, call: &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}}})
	})
}

// wait lets time pass until all that is due has happened.
func (b *bench) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func attempt[I, O any](b *bench, op func(*core.Call, I) (O, error), in I) (out O, err error) {
	b.world.Do(func() { out, err = op(b.call, in) })
	return out, err
}

func try[I, O any](b *bench, op func(*core.Call, I) (O, error), in I) O {
	b.t.Helper()
	out, err := attempt(b, op, in)
	if err != nil {
		b.t.Fatalf("%T: %v", in, err)
	}
	return out
}

func refused[I, O any](b *bench, op func(*core.Call, I) (O, error), in I, want string) {
	b.t.Helper()
	_, err := attempt(b, op, in)
	if err == nil || !strings.Contains(err.Error(), want) {
		b.t.Errorf("%T: error %v, want %q", in, err, want)
	}
}

const (
	namespace = types.ServiceNamespaceEcs
	dimension = types.ScalableDimensionECSServiceDesiredCount
)

var resource = aws.String("service/flex/gw")

func (b *bench) register(lower, upper int32) string {
	b.t.Helper()
	out := try(b, b.RegisterScalableTarget, &sdk.RegisterScalableTargetInput{
		ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension,
		MinCapacity: aws.Int32(lower), MaxCapacity: aws.Int32(upper),
	})
	return *out.ScalableTargetARN
}

// tracking is a policy that keeps a metric at a value.
func tracking(name string, metric types.MetricType, value float64, change ...func(*types.TargetTrackingScalingPolicyConfiguration)) *sdk.PutScalingPolicyInput {
	c := &types.TargetTrackingScalingPolicyConfiguration{
		TargetValue: aws.Float64(value), PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: metric},
	}
	for _, f := range change {
		f(c)
	}
	return &sdk.PutScalingPolicyInput{
		ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension,
		PolicyName: aws.String(name), PolicyType: types.PolicyTypeTargetTrackingScaling, TargetTrackingScalingPolicyConfiguration: c,
	}
}

func (b *bench) trackCPU(value float64, change ...func(*types.TargetTrackingScalingPolicyConfiguration)) {
	b.t.Helper()
	try(b, b.PutScalingPolicy, tracking("cpu", types.MetricTypeECSServiceAverageCPUUtilization, value, change...))
}

// scheduled is an action that sets the bounds.
func scheduled(name, expression string, lower, upper int32) *sdk.PutScheduledActionInput {
	return &sdk.PutScheduledActionInput{
		ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension, ScheduledActionName: aws.String(name),
		Schedule: aws.String(expression), ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: aws.Int32(lower), MaxCapacity: aws.Int32(upper)},
	}
}

// work gives the service work from now on, in percent of a task.
func (b *bench) work(cpu, memory float64) {
	b.world.Do(func() { b.ecs.cpu, b.ecs.memory = cpu, memory })
}

func (b *bench) count() (n int) {
	b.world.Do(func() { n = b.ecs.desired })
	return n
}

// scaled are the counts that the service was given.
func (b *bench) scaled() (counts []int) {
	b.world.Do(func() { counts = slices.Clone(b.ecs.scaled) })
	return counts
}

func (b *bench) wants(count int, when string) {
	b.t.Helper()
	if got := b.count(); got != count {
		b.t.Errorf("%s: %d tasks are desired, want %d; it was scaled to %v", when, got, count, b.scaled())
	}
}
