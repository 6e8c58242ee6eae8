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

func TestAChangeOnTopOfAChangeInFlightLosesNoRequest(t *testing.T) {
	s := begin(t, "new image while another rolls out", replicas(4))
	old := s.look().primary()
	s.edit(t, image(imageAfter))
	s.await(t, "replicas of the first change", func() bool {
		is := s.look()
		return is.primary() != old && is.replicas[is.primary()].Starting > 0
	})
	s.planned(t, image("docker.io/mulesoft/flex-gateway:1.13.2"))
}
