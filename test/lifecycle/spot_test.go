package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	ecssim "flexgw.io/controller/internal/awssim/ecs"
)

// onSpot has one replica at least on Fargate, and three of four others on Spot.
func onSpot(replicas int32) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		s.Replicas = &replicas
		s.Compute.CapacityProviders = []v1alpha1.CapacityProvider{
			{Name: "FARGATE", Base: 1, Weight: aws.Int32(1)}, {Name: "FARGATE_SPOT", Weight: aws.Int32(3)},
		}
	}
}

// providers counts the healthy replicas in the status by what they run on.
func (b *bench) providers(gw *v1alpha1.FlexGatewayDeployment) map[string]int {
	count := map[string]int{}
	for _, t := range b.get(gw).Status.Tasks {
		if t.Healthy {
			count[t.CapacityProvider]++
		}
	}
	return count
}

// taskOn is the ARN of a replica that runs on a capacity provider.
func (b *bench) taskOn(gw *v1alpha1.FlexGatewayDeployment, provider string) string {
	b.t.Helper()
	for _, t := range b.get(gw).Status.Tasks {
		if t.CapacityProvider != provider {
			continue
		}
		for _, r := range b.inventory() {
			if r.Kind == "Task" && strings.HasSuffix(r.ID, "/"+t.ID) {
				return r.ID
			}
		}
	}
	b.t.Fatalf("no replica runs on %s", provider)
	return ""
}

func (b *bench) interrupt(task string) {
	b.sim.World().Do(func() {
		if !b.sim.ECS.InterruptTask(task) {
			b.t.Errorf("%s cannot be interrupted", task)
		}
	})
}

func TestAMixOfFargateAndSpotIsMadeAndAnInterruptionReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", onSpot(5))
		b.ready(gw)
		want := map[string]int{"FARGATE": 2, "FARGATE_SPOT": 3}
		if diff := cmp.Diff(want, b.providers(gw)); diff != "" {
			t.Errorf("replicas by provider (-want +got):\n%s", diff)
		}
		victim := b.taskOn(gw, "FARGATE_SPOT")
		b.interrupt(victim)
		time.Sleep(lookEvery)
		b.untilReady(gw)
		b.settled(gw)
		if diff := cmp.Diff(want, b.providers(gw)); diff != "" {
			t.Errorf("replicas by provider after the interruption (-want +got):\n%s", diff)
		}
		for _, task := range b.get(gw).Status.Tasks {
			if strings.HasSuffix(victim, task.ID) {
				t.Error("the interrupted replica is still in the status")
			}
		}
		if n := b.calls("ecs", "UpdateService"); n != 0 {
			t.Errorf("the service was updated %d times: ECS replaces what is interrupted by itself", n)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAnotherMixReplacesTheReplicasInOneRollout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = aws.Int32(4) })
		b.ready(gw)
		for _, step := range []struct {
			edit func(*v1alpha1.FlexGatewayDeploymentSpec)
			want map[string]int
		}{
			{onSpot(4), map[string]int{"FARGATE": 2, "FARGATE_SPOT": 2}},
			{func(s *v1alpha1.FlexGatewayDeploymentSpec) {
				s.Compute.CapacityProviders = s.Compute.CapacityProviders[1:]
			}, map[string]int{"FARGATE_SPOT": 4}},
			{func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Compute.CapacityProviders = nil }, map[string]int{"": 4}},
		} {
			updates := b.calls("ecs", "UpdateService")
			b.change(gw, step.edit)
			b.untilReady(gw)
			b.settled(gw)
			if diff := cmp.Diff(step.want, b.providers(gw)); diff != "" {
				t.Errorf("replicas by provider (-want +got):\n%s", diff)
			}
			if n := b.calls("ecs", "UpdateService") - updates; n != 1 {
				t.Errorf("the service was updated %d times, want once", n)
			}
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAMixThatHasNoCapacityIsRolledBackAndReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		b.trouble(ecssim.Troubles{SpotGone: true})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Compute.CapacityProviders = []v1alpha1.CapacityProvider{{Name: "FARGATE_SPOT", Weight: aws.Int32(1)}}
		})
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		updates := b.calls("ecs", "UpdateService")
		for range 6 { // an hour of looks
			time.Sleep(lookEvery)
			_, err := b.reconcile(gw)
			b.must(err)
		}
		if n := b.calls("ecs", "UpdateService") - updates; n != 0 {
			t.Errorf("it was tried %d times again", n)
		}
		if diff := cmp.Diff(map[string]int{"": 1}, b.providers(gw)); diff != "" {
			t.Errorf("replicas by provider (-want +got):\n%s", diff)
		}
		b.trouble(ecssim.Troubles{})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Compute.CapacityProviders[0].Weight = aws.Int32(2) })
		b.untilReady(gw)
		b.settled(gw)
		if diff := cmp.Diff(map[string]int{"FARGATE_SPOT": 1}, b.providers(gw)); diff != "" {
			t.Errorf("replicas by provider once there is capacity (-want +got):\n%s", diff)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAClusterThatWasThereBeforeMustHaveTheProviders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", onSpot(2))
		_, err := b.someone().ECS.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("Flex-GW-ECS-Cluster")})
		b.must(err)
		b.create(gw)
		b.until(gw, "in want of a provider", hasReason(v1alpha1.ReasonNoCapacityProvider))
		if n := b.calls("ecs", "PutClusterCapacityProviders"); n != 0 {
			t.Errorf("someone else's cluster was changed %d times", n)
		}
		_, err = b.someone().ECS.PutClusterCapacityProviders(t.Context(), &ecs.PutClusterCapacityProvidersInput{
			Cluster: aws.String("Flex-GW-ECS-Cluster"), CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"},
			DefaultCapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{},
		})
		b.must(err)
		b.untilReady(gw)
		b.delete(gw)
		if diff := cmp.Diff(map[string]int{"ecs Cluster": 1}, kinds(b.inventory())); diff != "" {
			t.Errorf("left in AWS (-want +got):\n%s", diff)
		}
	})
}
