package ecs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/internal/awssim/core"
)

const lag = 3 * time.Second

// inLaggingBench runs a test in which what is made after the bench stays hidden for lag.
func inLaggingBench(t *testing.T, test func(t *testing.T, b *bench)) {
	inBench(t, func(t *testing.T, b *bench) {
		b.world.Do(func() { b.world.ReadLag = core.Spread{P50: lag} })
		test(t, b)
	})
}

func TestANewClusterIsHiddenFromEverythingButItsName(t *testing.T) {
	inLaggingBench(t, func(t *testing.T, b *bench) {
		create := &sdk.CreateClusterInput{ClusterName: aws.String("new")}
		made := try(b, b.CreateCluster, create).Cluster
		list := &sdk.ListServicesInput{Cluster: aws.String("new")}
		shown := func() (described, listed int) {
			return len(try(b, b.DescribeClusters, &sdk.DescribeClustersInput{Clusters: []string{"new"}}).Clusters),
				len(try(b, b.ListClusters, &sdk.ListClustersInput{}).ClusterArns)
		}
		refused(b, b.ListServices, list, "ClusterNotFoundException: Cluster not found.")
		refused(b, b.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceArn: made.ClusterArn}, "ClusterNotFoundException")
		if described, listed := shown(); described != 0 || listed != 1 {
			t.Errorf("at once: %d described and %d listed, want 0 and the other one", described, listed)
		}
		b.wait(lag / 2)
		try(b, b.CreateCluster, create) // it is the same one, and appears no later
		b.wait(lag / 2)
		try(b, b.ListServices, list)
		if described, listed := shown(); described != 1 || listed != 2 {
			t.Errorf("after the lag: %d described and %d listed, want 1 and both", described, listed)
		}
	})
}

func TestANewServiceIsMissingUntilReadsShowIt(t *testing.T) {
	inLaggingBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		create := serviceOf(1)
		create.ClientToken = aws.String("token")
		arn := try(b, b.CreateService, create).Service.ServiceArn
		describe := &sdk.DescribeServicesInput{Cluster: aws.String("flex"), Services: []string{"gw"}}
		out := try(b, b.DescribeServices, describe)
		if len(out.Services) != 0 || len(out.Failures) != 1 || aws.ToString(out.Failures[0].Reason) != reasonMissing {
			t.Errorf("at once: %d services, failures %v, want one that is MISSING", len(out.Services), out.Failures)
		}
		if listed := try(b, b.ListServices, &sdk.ListServicesInput{Cluster: aws.String("flex")}).ServiceArns; len(listed) != 0 {
			t.Errorf("listed at once: %v", listed)
		}
		update := &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw"), DesiredCount: aws.Int32(2)}
		refused(b, b.UpdateService, update, "ServiceNotFoundException")
		refused(b, b.DeleteService, &sdk.DeleteServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw")}, "ServiceNotFoundException")
		refused(b, b.TagResource, &sdk.TagResourceInput{ResourceArn: arn}, "ResourceNotFoundException")
		refused(b, b.CreateService, serviceOf(2), "Creation of service was not idempotent.")
		if again := try(b, b.CreateService, create).Service.ServiceArn; *again != *arn {
			t.Errorf("the same token gives %s, then %s", *arn, *again)
		}
		b.wait(lag)
		try(b, b.UpdateService, update)
		if n := len(try(b, b.DescribeServices, describe).Services); n != 1 {
			t.Errorf("%d services after the lag, want 1", n)
		}
	})
}

func TestNewTasksAreListedLate(t *testing.T) {
	inLaggingBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		arn := *try(b, b.RunTask, runOf()).Tasks[0].TaskArn
		describe := &sdk.DescribeTasksInput{Cluster: aws.String("flex"), Tasks: []string{arn}}
		shown := func() (described, listed int) {
			return len(try(b, b.DescribeTasks, describe).Tasks), len(try(b, b.ListTasks, &sdk.ListTasksInput{Cluster: aws.String("flex")}).TaskArns)
		}
		if described, listed := shown(); described != 0 || listed != 0 {
			t.Errorf("at once: %d described and %d listed, want none", described, listed)
		}
		refused(b, b.StopTask, &sdk.StopTaskInput{Cluster: aws.String("flex"), Task: &arn}, "The referenced task was not found.")
		b.wait(lag)
		if described, listed := shown(); described != 1 || listed != 1 {
			t.Errorf("after the lag: %d described and %d listed, want 1 and 1", described, listed)
		}
	})
}
