package ecs

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/events"
)

// listener keeps what ECS publishes.
type listener struct{ said []string }

func (l *listener) Publish(_ core.Scope, e events.Event) {
	detail := e.Detail()
	for _, member := range []string{"lastStatus", "eventName"} {
		if text, ok := detail[member].(string); ok {
			l.said = append(l.said, e.DetailType+": "+text)
		}
	}
}

func TestECSPublishesTheLifeOfAServiceAndItsTask(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		l := &listener{}
		b.deps.Events = l
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		b.steady()
		want := []string{
			"ECS Deployment State Change: SERVICE_DEPLOYMENT_IN_PROGRESS",
			"ECS Task State Change: PROVISIONING",
			"ECS Task State Change: PENDING",
			"ECS Task State Change: ACTIVATING",
			"ECS Task State Change: RUNNING",
			"ECS Deployment State Change: SERVICE_DEPLOYMENT_COMPLETED",
			"ECS Service Action: SERVICE_STEADY_STATE",
		}
		if diff := cmp.Diff(want, l.said); diff != "" {
			t.Errorf("published (-want +got):\n%s", diff)
		}
	})
}
