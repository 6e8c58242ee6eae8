package ecs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestFargateLaunchesABurstAndThenTwentyASecond(t *testing.T) {
	var b launchBucket
	now := time.Now()
	for n := 1; n <= 140; n++ {
		want := time.Duration(max(n-100, 0)) * time.Second / 20
		if got := b.take(now); got != want {
			t.Fatalf("launch %d waits %v, want %v", n, got, want)
		}
	}
	// Two seconds pay off the 40 that had to wait, and one more has to wait again.
	if got, want := b.take(now.Add(2*time.Second)), 50*time.Millisecond; got != want {
		t.Errorf("a launch after 2 s waits %v, want %v", got, want)
	}
	if got := b.take(now.Add(time.Hour)); got != 0 {
		t.Errorf("a launch after an hour waits %v", got)
	}
}

func TestAServiceStartsFiveHundredTasksInAMinute(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(520, func(in *sdk.CreateServiceInput) {
			in.LoadBalancers, in.HealthCheckGracePeriodSeconds = nil, nil
		}))
		started := func() int {
			list := 0
			var token *string
			for {
				out := try(b, b.ListTasks, &sdk.ListTasksInput{Cluster: aws.String("flex"), DesiredStatus: types.DesiredStatusRunning, NextToken: token})
				list += len(out.TaskArns)
				if token = out.NextToken; token == nil {
					return list
				}
			}
		}
		b.wait(50 * time.Second)
		if got := started(); got != 500 {
			t.Errorf("%d tasks started in the first minute, want 500", got)
		}
		b.wait(time.Minute)
		if got := started(); got != 520 {
			t.Errorf("%d tasks started in two minutes, want 520", got)
		}
	})
}
