package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
)

func TestWhenASchedulesNextMomentIs(t *testing.T) {
	created := time.Date(2026, 3, 25, 10, 7, 30, 0, time.UTC) // a Wednesday
	tests := []struct{ text, zone, want string }{
		{"at(2026-03-25T12:00:00)", "", "2026-03-25T12:00:00Z"},
		{"at(2026-03-25T12:00:00)", "Europe/Berlin", "2026-03-25T11:00:00Z"},
		{"at(2026-03-25T10:00:00)", "", "never"},
		{"rate(1 hour)", "", "2026-03-25T11:07:30Z"},
		{"rate(30 minutes)", "", "2026-03-25T10:37:30Z"},
		{"cron(0 8 * * ? *)", "", "2026-03-26T08:00:00Z"},
		{"cron(0 8 ? * MON-FRI *)", "America/New_York", "2026-03-25T12:00:00Z"},
		{"cron(0/15 * * * ? *)", "", "2026-03-25T10:15:00Z"},
		{"cron(30 10,22 * * ? *)", "", "2026-03-25T10:30:00Z"},
		{"cron(0 0 ? * 1 *)", "", "2026-03-29T00:00:00Z"},
		{"cron(0 0 1 JAN ? 2027-2030)", "", "2027-01-01T00:00:00Z"},
		{"cron(0 0 30 2 ? *)", "", "never"},
		{"cron(30 2 29 3 ? *)", "Europe/Berlin", "2027-03-29T00:30:00Z"}, // the clocks skip 02:30 that day in 2026
	}
	for _, test := range tests {
		t.Run(test.text+" "+test.zone, func(t *testing.T) {
			s, err := parseSchedule(test.text, test.zone, created)
			if err != nil {
				t.Fatal(err)
			}
			got := "never"
			if at, ok := s.next(created); ok {
				got = at.UTC().Format(time.RFC3339)
			}
			if got != test.want {
				t.Errorf("next is %s, want %s", got, test.want)
			}
		})
	}
}

func TestSchedulesThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "tomorrow", "at(noon)", "rate(0 minutes)", "rate(5 weeks)", "rate(x minutes)", "cron(* * * * *)", "cron(0 8 * * * *)", "cron(0 8 ? * ? *)",
		"cron(60 8 * * ? *)", "cron(5-1 8 * * ? *)", "cron(0 8 ? * FUN *)", "cron(0 8 L * ? *)", "cron(*/0 8 * * ? *)",
	} {
		if _, err := parseSchedule(text, "", time.Now()); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	if _, err := parseSchedule("rate(1 day)", "Mars/Olympus", time.Now()); err == nil {
		t.Error("a time zone that does not exist was accepted")
	}
}

func TestAScheduledActionMovesTheBoundsAndTheCountWithThem(t *testing.T) {
	inBench(t, 2, func(t *testing.T, b *bench) { // the bubble begins on Saturday, 2000-01-01T00:00:00Z
		b.register(1, 4)
		try(b, b.PutScheduledAction, scheduled("morning", "cron(0 8 * * ? *)", 3, 6))
		try(b, b.PutScheduledAction, scheduled("evening", "cron(0 20 * * ? *)", 1, 1))
		b.wait(8*time.Hour - time.Second)
		b.wants(2, "before eight")
		b.wait(2 * time.Second)
		b.wants(3, "after eight")
		target := try(b, b.DescribeScalableTargets, &sdk.DescribeScalableTargetsInput{ServiceNamespace: namespace}).ScalableTargets[0]
		if *target.MinCapacity != 3 || *target.MaxCapacity != 6 {
			t.Errorf("bounds %d and %d", *target.MinCapacity, *target.MaxCapacity)
		}
		b.wait(12 * time.Hour)
		b.wants(1, "in the evening")
		b.wait(12 * time.Hour)
		b.wants(3, "the next morning")
		remove := &sdk.DeleteScheduledActionInput{ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension, ScheduledActionName: aws.String("evening")}
		try(b, b.DeleteScheduledAction, remove)
		refused(b, b.DeleteScheduledAction, remove, "ObjectNotFoundException: No scheduled action found")
		b.wait(24 * time.Hour)
		b.wants(3, "without the evening")
	})
}

func TestAScheduledActionHasABeginningAndAnEndAndCanBeChanged(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.register(1, 9)
		begin := time.Now()
		in := scheduled("hourly", "rate(1 hour)", 5, 9)
		in.StartTime, in.EndTime = aws.Time(begin.Add(90*time.Minute)), aws.Time(begin.Add(150*time.Minute))
		try(b, b.PutScheduledAction, in)
		b.wait(61 * time.Minute)
		b.wants(1, "before the beginning")
		b.wait(time.Hour)
		b.wants(5, "between beginning and end")
		b.world.Do(func() { b.ecs.desired = 1 })
		b.wait(2 * time.Hour)
		b.wants(1, "after the end")
		try(b, b.PutScheduledAction, &sdk.PutScheduledActionInput{
			ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension, ScheduledActionName: aws.String("hourly"),
			ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: aws.Int32(7)},
		})
		list := try(b, b.DescribeScheduledActions, &sdk.DescribeScheduledActionsInput{ServiceNamespace: namespace, ScheduledActionNames: []string{"hourly"}}).ScheduledActions
		if len(list) != 1 || *list[0].Schedule != "rate(1 hour)" || list[0].EndTime != nil || list[0].ScalableTargetAction.MaxCapacity != nil {
			t.Errorf("listed %+v", list)
		}
		b.wait(time.Hour)
		b.wants(7, "when it has no end any more")
	})
}

func TestScheduledActionsThatAreWrongAreRefused(t *testing.T) {
	inBench(t, 1, func(_ *testing.T, b *bench) {
		refused(b, b.PutScheduledAction, scheduled("a", "rate(1 hour)", 1, 2), "ObjectNotFoundException: No scalable target registered")
		b.register(1, 2)
		refused(b, b.PutScheduledAction, scheduled("a", "hourly", 1, 2), "ValidationException: The schedule hourly is not valid")
		refused(b, b.PutScheduledAction, scheduled("a", "rate(1 hour)", 3, 2), "Maximum capacity cannot be less")
		nothing := scheduled("a", "rate(1 hour)", 1, 2)
		nothing.ScalableTargetAction = nil
		refused(b, b.PutScheduledAction, nothing, "At least one of MinCapacity and MaxCapacity")
		never := scheduled("a", "", 1, 2)
		never.Schedule = nil
		refused(b, b.PutScheduledAction, never, "Schedule must be specified")
	})
}
