package ecs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

func item(provider string, base, weight int32) types.CapacityProviderStrategyItem {
	return types.CapacityProviderStrategyItem{CapacityProvider: aws.String(provider), Base: base, Weight: weight}
}

// mixed is a strategy with one task at least on Fargate, and three of four others on Spot.
func mixed() []types.CapacityProviderStrategyItem {
	return []types.CapacityProviderStrategyItem{item("FARGATE", 1, 1), item("FARGATE_SPOT", 0, 3)}
}

func onStrategy(strategy []types.CapacityProviderStrategyItem) func(*sdk.CreateServiceInput) {
	return func(in *sdk.CreateServiceInput) { in.LaunchType, in.CapacityProviderStrategy = "", strategy }
}

// withProviders gives the cluster both capacity providers of Fargate.
func (b *bench) withProviders(strategy ...types.CapacityProviderStrategyItem) {
	b.t.Helper()
	try(b, b.PutClusterCapacityProviders, &sdk.PutClusterCapacityProvidersInput{
		Cluster: aws.String("flex"), CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"}, DefaultCapacityProviderStrategy: strategy,
	})
}

// providers counts the tasks that are meant to run by capacity provider.
func (b *bench) providers() map[string]int {
	b.t.Helper()
	count := map[string]int{}
	for _, task := range b.tasks(types.DesiredStatusRunning) {
		count[aws.ToString(task.CapacityProviderName)]++
	}
	return count
}

func TestTasksAreSharedOutByBaseAndThenByWeight(t *testing.T) {
	tests := []struct {
		name     string
		strategy []types.CapacityProviderStrategyItem
		tasks    int
		want     map[string]int
	}{
		{"base only", mixed(), 1, map[string]int{"FARGATE": 1}},
		{"base and weights", mixed(), 5, map[string]int{"FARGATE": 2, "FARGATE_SPOT": 3}},
		{"equal weights", []types.CapacityProviderStrategyItem{item("FARGATE", 0, 1), item("FARGATE_SPOT", 0, 1)}, 4, map[string]int{"FARGATE": 2, "FARGATE_SPOT": 2}},
		{"a base without weight", []types.CapacityProviderStrategyItem{item("FARGATE_SPOT", 0, 1), item("FARGATE", 2, 0)}, 5, map[string]int{"FARGATE": 2, "FARGATE_SPOT": 3}},
		{"Spot alone", []types.CapacityProviderStrategyItem{item("FARGATE_SPOT", 0, 1)}, 3, map[string]int{"FARGATE_SPOT": 3}},
		{"no strategy", nil, 2, map[string]int{"": 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := map[string]int{}
			for _, provider := range (revision{strategy: test.strategy}).plan(nil, test.tasks) {
				got[provider]++
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tasks by provider (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAServiceRunsOnTheProvidersOfItsStrategy(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		b.withProviders()
		try(b, b.CreateService, serviceOf(5, onStrategy(mixed())))
		v := b.steady()
		if v.LaunchType != "" || v.Deployments[0].LaunchType != "" {
			t.Errorf("launch types %q and %q beside a strategy", v.LaunchType, v.Deployments[0].LaunchType)
		}
		if diff := cmp.Diff(mixed(), v.CapacityProviderStrategy, ignoreUnexported); diff != "" {
			t.Errorf("strategy (-want +got):\n%s", diff)
		}
		want := map[string]int{"FARGATE": 2, "FARGATE_SPOT": 3}
		if diff := cmp.Diff(want, b.providers()); diff != "" {
			t.Errorf("tasks by provider (-want +got):\n%s", diff)
		}
		for _, task := range b.tasks(types.DesiredStatusRunning) {
			if task.LaunchType != types.LaunchTypeFargate {
				t.Errorf("a task's launch type is %q", task.LaunchType)
			}
		}
		refused(b, b.PutClusterCapacityProviders, &sdk.PutClusterCapacityProvidersInput{
			Cluster: aws.String("flex"), CapacityProviders: []string{"FARGATE"}, DefaultCapacityProviderStrategy: []types.CapacityProviderStrategyItem{},
		}, "ResourceInUseException: The specified capacity provider is in use and cannot be removed.")
	})
}

func TestTheClustersDefaultStrategyIsForThoseWhoNameNothing(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		b.withProviders(item("FARGATE_SPOT", 0, 1))
		v := try(b, b.CreateService, serviceOf(1, onStrategy(nil))).Service
		if len(v.CapacityProviderStrategy) != 1 || *v.CapacityProviderStrategy[0].CapacityProvider != "FARGATE_SPOT" {
			t.Errorf("strategy %+v", v.CapacityProviderStrategy)
		}
		out := try(b, b.RunTask, &sdk.RunTaskInput{Cluster: aws.String("flex"), TaskDefinition: aws.String("gw"), NetworkConfiguration: testNetwork()})
		if len(out.Tasks) != 1 || aws.ToString(out.Tasks[0].CapacityProviderName) != "FARGATE_SPOT" {
			t.Errorf("ran %+v", out.Tasks)
		}
	})
}

func TestStrategiesAndProvidersThatAWSRefuses(t *testing.T) {
	tests := []struct {
		name     string
		strategy []types.CapacityProviderStrategyItem
		want     string
	}{
		{"two bases", []types.CapacityProviderStrategyItem{item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)}, "Only one capacity provider"},
		{"no weight", []types.CapacityProviderStrategyItem{item("FARGATE", 1, 0), item("FARGATE_SPOT", 0, 0)}, "weight value greater than zero"},
		{"the same twice", []types.CapacityProviderStrategyItem{item("FARGATE", 0, 1), item("FARGATE", 0, 1)}, "more than once"},
		{"one of another cluster", []types.CapacityProviderStrategyItem{item("mine", 0, 1)}, "not associated with the cluster"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(_ *testing.T, b *bench) {
				try(b, b.RegisterTaskDefinition, definition())
				b.withProviders()
				refused(b, b.CreateService, serviceOf(1, onStrategy(test.strategy)), "InvalidParameterException: ")
				refused(b, b.CreateService, serviceOf(1, onStrategy(test.strategy)), test.want)
				refused(b, b.PutClusterCapacityProviders, &sdk.PutClusterCapacityProvidersInput{
					Cluster: aws.String("flex"), CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"}, DefaultCapacityProviderStrategy: test.strategy,
				}, test.want)
			})
		})
	}
	inBench(t, func(_ *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		refused(b, b.CreateService, serviceOf(1, onStrategy(mixed())), "not associated with the cluster")
		refused(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) { in.CapacityProviderStrategy = mixed() }), "Specifying both a launch type and capacity provider strategy")
		refused(b, b.CreateCluster, &sdk.CreateClusterInput{ClusterName: aws.String("other"), CapacityProviders: []string{"mine"}}, "The specified capacity provider was not found")
		refused(b, b.CreateCluster, &sdk.CreateClusterInput{ClusterName: aws.String("flex"), CapacityProviders: []string{"FARGATE"}}, "Arguments on this idempotent request are inconsistent")
	})
}

func TestAnotherStrategyNeedsANewDeployment(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		b.withProviders()
		try(b, b.CreateService, serviceOf(2))
		b.steady()
		onSpot := []types.CapacityProviderStrategyItem{item("FARGATE_SPOT", 0, 1)}
		in := &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw"), CapacityProviderStrategy: onSpot}
		refused(b, b.UpdateService, in, "you must force a new deployment.")
		in.ForceNewDeployment = true
		try(b, b.UpdateService, in)
		if v := b.steady(); v.LaunchType != "" {
			t.Errorf("launch type %q", v.LaunchType)
		}
		if diff := cmp.Diff(map[string]int{"FARGATE_SPOT": 2}, b.providers()); diff != "" {
			t.Errorf("tasks by provider (-want +got):\n%s", diff)
		}
		same := try(b, b.UpdateService, &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw"), CapacityProviderStrategy: onSpot}).Service
		if len(same.Deployments) != 1 {
			t.Errorf("the same strategy again makes %d deployments", len(same.Deployments))
		}
		back := &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw"), CapacityProviderStrategy: []types.CapacityProviderStrategyItem{}}
		refused(b, b.UpdateService, back, "you must force a new deployment.")
		back.ForceNewDeployment = true
		try(b, b.UpdateService, back)
		if v := b.steady(); v.LaunchType != types.LaunchTypeFargate || len(v.CapacityProviderStrategy) != 0 {
			t.Errorf("launch type %q, strategy %+v after an empty strategy", v.LaunchType, v.CapacityProviderStrategy)
		}
	})
}

func TestARolledBackDeploymentTakesTheOldStrategyBack(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		b.withProviders()
		try(b, b.CreateService, serviceOf(1, onStrategy([]types.CapacityProviderStrategyItem{item("FARGATE", 0, 1)})))
		b.steady()
		b.trouble(Troubles{SpotGone: true})
		try(b, b.UpdateService, &sdk.UpdateServiceInput{
			Cluster: aws.String("flex"), Service: aws.String("gw"), ForceNewDeployment: true,
			CapacityProviderStrategy: []types.CapacityProviderStrategyItem{item("FARGATE_SPOT", 0, 1)},
		})
		b.wait(10 * time.Minute)
		b.mustHaveEvent("deployment failed: tasks failed to start.")
		if v := b.steady(); *v.CapacityProviderStrategy[0].CapacityProvider != "FARGATE" {
			t.Errorf("strategy %+v after the rollback", v.CapacityProviderStrategy)
		}
	})
}

func TestFargateAndSpotCountTheirLaunchesApart(t *testing.T) {
	r, now := &region{}, time.Now()
	for range launchBurst {
		r.bucket("FARGATE_SPOT").take(now)
	}
	if wait := r.bucket("FARGATE_SPOT").take(now); wait == 0 {
		t.Error("Spot launches more than its burst at once")
	}
	for _, provider := range []string{"FARGATE", ""} {
		if wait := r.bucket(provider).take(now); wait != 0 {
			t.Errorf("a launch on %q waits %v for those on Spot", provider, wait)
		}
	}
}
