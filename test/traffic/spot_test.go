package traffic_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
)

func TestASpotInterruptionLosesNoRequest(t *testing.T) {
	s := begin(t, "Spot interruption, 4 replicas, 2 on Spot", replicas(4), func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Compute.CapacityProviders = []v1alpha1.CapacityProvider{
			{Name: "FARGATE", Base: 2, Weight: ptr(int32(0))}, {Name: "FARGATE_SPOT", Weight: ptr(int32(1))},
		}
	})
	tasks := s.look().tasks
	at := slices.IndexFunc(tasks, func(task ecstypes.Task) bool { return aws.ToString(task.CapacityProviderName) == "FARGATE_SPOT" })
	if at < 0 {
		t.Fatal("no replica runs on Spot")
	}
	s.change(t, func() {
		s.witness.lost()
		sim := stack.AWS()
		sim.World().Do(func() {
			if !sim.ECS.InterruptTask(*tasks[at].TaskArn) {
				t.Error("there was no task to interrupt")
			}
		})
	})
	wantNoFailure(t, s.finish(t, s.awaitReady(t)))
	if why := s.look().unserved(&s.Get(t).Spec); why != "" {
		t.Errorf("after the interruption is made good, %s", why)
	}
}
