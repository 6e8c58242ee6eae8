package ecs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// rollouts are the service's deployments as AWS remembers them, newest first.
func (b *bench) rollouts() []types.ServiceDeployment {
	b.t.Helper()
	list := try(b, b.ListServiceDeployments, &sdk.ListServiceDeploymentsInput{Cluster: aws.String("flex"), Service: aws.String("gw")})
	var arns []string
	for _, brief := range list.ServiceDeployments {
		arns = append(arns, *brief.ServiceDeploymentArn)
	}
	return try(b, b.DescribeServiceDeployments, &sdk.DescribeServiceDeploymentsInput{ServiceDeploymentArns: arns}).ServiceDeployments
}

func (b *bench) statuses() []types.ServiceDeploymentStatus {
	b.t.Helper()
	var all []types.ServiceDeploymentStatus
	for _, ro := range b.rollouts() {
		all = append(all, ro.Status)
	}
	return all
}

func TestAServiceDeploymentFromPendingToItsEnd(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		expect := func(want ...types.ServiceDeploymentStatus) {
			t.Helper()
			if diff := cmp.Diff(want, b.statuses()); diff != "" {
				t.Errorf("statuses (-want +got):\n%s", diff)
			}
		}
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		created := time.Now()
		expect(types.ServiceDeploymentStatusPending)
		if ro := b.rollouts()[0]; ro.StartedAt != nil || ro.FinishedAt != nil {
			t.Errorf("a pending deployment was started %v, finished %v", ro.StartedAt, ro.FinishedAt)
		}
		b.wait(time.Minute)
		expect(types.ServiceDeploymentStatusInProgress)
		b.steady()
		expect(types.ServiceDeploymentStatusSuccessful)
		ro := b.rollouts()[0]
		if !ro.CreatedAt.Equal(created) || !ro.StartedAt.After(created) || !ro.FinishedAt.After(*ro.StartedAt) {
			t.Errorf("created %v, started %v, finished %v", ro.CreatedAt, ro.StartedAt, ro.FinishedAt)
		}
		if *b.describe().CurrentServiceDeployment != *ro.ServiceDeploymentArn {
			t.Errorf("the service's current deployment is %s", *b.describe().CurrentServiceDeployment)
		}
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		b.wait(time.Minute)
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		expect(types.ServiceDeploymentStatusPending, types.ServiceDeploymentStatusStopped, types.ServiceDeploymentStatusSuccessful)
		b.steady()
		expect(types.ServiceDeploymentStatusSuccessful, types.ServiceDeploymentStatusStopped, types.ServiceDeploymentStatusSuccessful)
	})
}

func TestADeploymentWithoutTasksSucceedsToo(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(0))
		// The scheduler is about to look when another deployment comes.
		b.wait(b.world.Delay(core.TaskScheduled) - time.Millisecond)
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		b.steady()
		if ro := b.rollouts()[0]; ro.Status != types.ServiceDeploymentStatusSuccessful || ro.StartedAt == nil {
			t.Errorf("the deployment of no task is %s, started %v", ro.Status, ro.StartedAt)
		}
	})
}

func TestARollbackThatFailsToo(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		b.steady()
		b.trouble(Troubles{PullFails: []string{""}, ZonesOut: []string{"us-east-1b"}})
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		// Nothing is left of what served before, so that the rollback needs a task.
		b.world.Do(func() { b.ZoneOut("us-east-1a") })
		b.wait(time.Hour)
		ro := b.rollouts()[0]
		if ro.Status != types.ServiceDeploymentStatusRollbackFailed || ro.Rollback == nil || ro.FinishedAt == nil {
			t.Fatalf("the rollback is %s, finished %v", ro.Status, ro.FinishedAt)
		}
		if ro.DeploymentCircuitBreaker.Status != types.ServiceDeploymentRollbackMonitorsStatusTriggered {
			t.Errorf("the circuit breaker is %s", ro.DeploymentCircuitBreaker.Status)
		}
	})
}

func TestTheRevisionsOfADeployment(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		b.steady()
		try(b, b.RegisterTaskDefinition, definition(image("docker.io/mulesoft/flex-gateway:1.13.0")))
		b.update(toNewest)
		v := b.steady()
		ro := b.rollouts()[0]
		target, source := *ro.TargetServiceRevision.Arn, *ro.SourceServiceRevisions[0].Arn
		if *v.CurrentServiceRevisions[0].Arn != target || ro.TargetServiceRevision.RunningTaskCount != 1 {
			t.Errorf("the service runs %s, the deployment leads to %+v", *v.CurrentServiceRevisions[0].Arn, ro.TargetServiceRevision)
		}
		out := try(b, b.DescribeServiceRevisions, &sdk.DescribeServiceRevisionsInput{ServiceRevisionArns: []string{target, source, target + "0"}})
		if len(out.ServiceRevisions) != 2 || len(out.Failures) != 1 || *out.Failures[0].Reason != "MISSING" {
			t.Fatalf("%d revisions, failures %+v", len(out.ServiceRevisions), out.Failures)
		}
		newer, older := out.ServiceRevisions[0], out.ServiceRevisions[1]
		if *newer.TaskDefinition != *v.TaskDefinition || *older.TaskDefinition == *newer.TaskDefinition || !older.CreatedAt.Before(*newer.CreatedAt) {
			t.Errorf("the revisions run %s and %s", *newer.TaskDefinition, *older.TaskDefinition)
		}
		task := b.tasks(types.DesiredStatusRunning)[0].Containers[0]
		images := []types.ContainerImage{{ContainerName: task.Name, Image: task.Image, ImageDigest: task.ImageDigest}}
		if diff := cmp.Diff(images, newer.ContainerImages, ignoreUnexported); diff != "" {
			t.Errorf("images (-want +got):\n%s", diff)
		}
		if got := newer.ResolvedConfiguration.LoadBalancers; len(got) != 1 || *got[0].TargetGroupArn != testGroup {
			t.Errorf("resolved load balancers = %+v", got)
		}
		refused(b, b.DescribeServiceRevisions, &sdk.DescribeServiceRevisionsInput{ServiceRevisionArns: make([]string, 21)}, "more than 20")
	})
}
