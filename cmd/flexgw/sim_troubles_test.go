package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ecsclient "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/ecs"
)

func TestSimBringsFargateIntoTroubleAndOut(t *testing.T) {
	s, _ := simulated(t)
	out, err := flexgw(t, "sim", "troubles")
	says(t, out, err, `No troubles\.`)
	if _, err = flexgw(t, "sim", "trouble", "add", "--zone-out", "us-east-1b", "--crash", "flex-gateway:1.13"); err != nil {
		t.Fatal(err)
	}
	out, err = flexgw(t, "sim", "trouble", "add", "--zone-out", "us-east-1a,us-east-1b", "--capacity-gone", "--spot-gone")
	says(t, out, err, `zones out +us-east-1a, us-east-1b`, `capacity gone +everywhere`, `capacity gone +Fargate Spot`, `containers crash +flex-gateway:1\.13`)
	var got ecs.Troubles
	s.World().Do(func() { got = s.ECS.Troubles() })
	want := ecs.Troubles{ZonesOut: []string{"us-east-1a", "us-east-1b"}, CapacityGone: true, SpotGone: true, Crash: []string{"flex-gateway:1.13"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in force (-want +got):\n%s", diff)
	}
	if _, err = flexgw(t, "sim", "trouble", "clear"); err != nil {
		t.Fatal(err)
	}
	out, err = flexgw(t, "sim", "troubles")
	says(t, out, err, `No troubles\.`)
}

func TestSimRefusesTroublesAndTasksThatAreNone(t *testing.T) {
	simulated(t)
	for _, test := range []struct{ command, says string }{
		{"sim trouble add", "which trouble?"},
		{"sim kill arn:aws:ecs:us-east-1:123456789012:task/blue/0123", `no task "0123" that runs`},
		{"sim kill", "accepts 1 arg"},
		{"sim interrupt arn:aws:ecs:us-east-1:123456789012:task/blue/0123", `no task "0123" that runs on Fargate Spot`},
	} {
		t.Run(test.command, func(t *testing.T) {
			out, err := flexgw(t, strings.Fields(test.command)...)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, output %q; want %q", err, out, test.says)
			}
		})
	}
}

// ranTask runs a task on Fargate Spot and returns its ARN.
func ranTask(t *testing.T, client *ecsclient.Client) string {
	t.Helper()
	o := client.Options()
	subnets, err := ec2.New(ec2.Options{Region: o.Region, BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials}).DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateCluster(t.Context(), &ecsclient.CreateClusterInput{CapacityProviders: []string{"FARGATE_SPOT"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.RegisterTaskDefinition(t.Context(), &ecsclient.RegisterTaskDefinitionInput{
		Family: aws.String("f"), Cpu: aws.String("256"), Memory: aws.String("512"), NetworkMode: types.NetworkModeAwsvpc,
		RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		ContainerDefinitions:    []types.ContainerDefinition{{Name: aws.String("c"), Image: aws.String("alpine"), Command: []string{"sleep", "60"}}},
	}); err != nil {
		t.Fatal(err)
	}
	ran, err := client.RunTask(t.Context(), &ecsclient.RunTaskInput{
		TaskDefinition: aws.String("f"), CapacityProviderStrategy: []types.CapacityProviderStrategyItem{{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 1}},
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{aws.ToString(subnets.Subnets[0].SubnetId)}}},
	})
	if err != nil || len(ran.Tasks) != 1 {
		t.Fatalf("ran %v, error %v, want one task", ran, err)
	}
	return aws.ToString(ran.Tasks[0].TaskArn)
}

func TestSimKillsATaskOnce(t *testing.T) {
	_, client := simulated(t)
	arn := ranTask(t, client)
	if _, err := flexgw(t, "sim", "kill", arn); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeTasks(t.Context(), &ecsclient.DescribeTasksInput{Tasks: []string{arn}})
	if err != nil || len(out.Tasks) != 1 || out.Tasks[0].StopCode != types.TaskStopCodeInfrastructureHealth {
		t.Errorf("tasks %v, error %v, want one that its infrastructure has lost", out, err)
	}
	if _, err := flexgw(t, "sim", "kill", arn); err == nil {
		t.Error("the task was killed twice")
	}
}

func TestSimInterruptsATaskOnSpotOnce(t *testing.T) {
	_, client := simulated(t)
	arn := ranTask(t, client)
	if _, err := flexgw(t, "sim", "interrupt", arn); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeTasks(t.Context(), &ecsclient.DescribeTasksInput{Tasks: []string{arn}})
	if err != nil || len(out.Tasks) != 1 || out.Tasks[0].StopCode != types.TaskStopCodeSpotInterruption {
		t.Errorf("tasks %v, error %v, want one that Spot has interrupted", out, err)
	}
	if _, err := flexgw(t, "sim", "interrupt", arn); err == nil {
		t.Error("the task was interrupted twice")
	}
}
