package traffic_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

func TestANewImageLosesNoRequest(t *testing.T) {
	s := begin(t, "new image, 4 replicas", replicas(4))
	s.row.picture, s.row.title = "rollout-rolling.svg", "A new image for 4 replicas, rolling"
	s.planned(t, image(imageAfter))
}

func TestANewImageWithoutRoomForMoreReplicasLosesNoRequest(t *testing.T) {
	s := begin(t, "new image, 50% healthy, 100% at most", replicas(4), func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Rollout.MinimumHealthyPercent, spec.Rollout.MaximumPercent = ptr(int32(50)), ptr(int32(100))
	})
	s.planned(t, image(imageAfter))
	for _, seen := range s.witness.seen {
		n := 0
		for _, c := range seen.truth.replicas {
			n += c.Total()
		}
		if n > 4 || seen.truth.healthy() < 2 {
			t.Errorf("%d replicas at a time, %d of them healthy; want at most 4, and 2 or more", n, seen.truth.healthy())
			break
		}
	}
}

func TestANewRegistrationLosesNoRequest(t *testing.T) {
	s := begin(t, "new registration, 4 replicas", replicas(4))
	s.change(t, func() { s.Register(t, rig.Registration("second")) })
	s.complete(t)
}

func TestARestartLosesNoRequest(t *testing.T) {
	s := begin(t, "restart, 4 replicas", replicas(4))
	before := s.look().primary()
	s.planned(t, func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Rollout.RestartedAt = ptr(metav1.NewTime(stack.Clock().Now().Truncate(time.Second)))
	})
	if after := s.look().primary(); after == before {
		t.Errorf("revision %d serves before and after the restart", before)
	}
}

func TestAChangeThatIsHeldBackAndThenResumedLosesNoRequest(t *testing.T) {
	s := begin(t, "new image, paused, then resumed", replicas(4))
	pause := func(paused bool) func(*v1alpha1.FlexGatewayDeploymentSpec) {
		return func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Rollout.Paused = paused }
	}
	s.edit(t, pause(true), image(imageAfter))
	s.await(t, "Ready=False, Paused", func() bool { return s.witness.isNotReady(v1alpha1.ReasonPaused) })
	s.awaitRequests(t, requestsAfter)
	if n := len(s.updates()); n > 0 {
		t.Errorf("UpdateService was called %d times while the rollout was paused", n)
	}
	s.planned(t, pause(false))
}

// awaitRunning returns once replicas of the change run, and before they are healthy: they
// have been registered with the load balancer, so that ECS has to drain them if it stops
// them.
func (s *scene) awaitRunning(t *testing.T) {
	t.Helper()
	s.await(t, "running replicas of the change", func() bool {
		now := s.look().service.Deployments
		return len(now) > 1 && now[0].RunningCount == now[0].DesiredCount
	})
}

func TestAChangeOnTopOfAChangeInFlightLosesNoRequest(t *testing.T) {
	s := begin(t, "new image while another rolls out", replicas(4))
	s.edit(t, image(imageAfter))
	s.awaitRunning(t)
	s.planned(t, image("docker.io/mulesoft/flex-gateway:1.13.2"))
}
