package ecs

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
)

func TestTheLastHundredEventsAreKept(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(0))
		b.world.Do(func() {
			svc := b.regions.In(b.call.Scope).clusters["flex"].services["gw"]
			for n := range 130 {
				b.event(svc, "event %d", n)
			}
		})
		events := b.describe().Events
		if len(events) != 100 {
			t.Fatalf("%d events, want 100", len(events))
		}
		for i, e := range events {
			if want := fmt.Sprintf("(service gw) event %d", 129-i); *e.Message != want {
				t.Fatalf("event %d is %q, want %q", i, *e.Message, want)
			}
		}
	})
}

func TestTasksThatArePendingAreStoppedInAWSsWords(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2))
		b.wait(15 * time.Second)
		b.update(func(in *sdk.UpdateServiceInput) { in.DesiredCount = aws.Int32(0) })
		b.wait(10 * time.Second)
		b.mustHaveEvent("(service gw) stopped 2 pending tasks.")
	})
}
