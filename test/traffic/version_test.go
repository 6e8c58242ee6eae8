package traffic_test

import (
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

func TestANewImageLosesNoRequest(t *testing.T) {
	s := begin(t, "new image, 4 replicas", replicas(4))
	s.row.picture, s.row.title = "rollout-rolling.svg", "A new image for 4 replicas, rolling"
	s.planned(t, image(imageAfter))
}

func TestANewRegistrationLosesNoRequest(t *testing.T) {
	s := begin(t, "new registration, 4 replicas", replicas(4))
	s.change(t, func() { s.Register(t, rig.Registration("second")) })
	s.complete(t)
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
