package traffic_test

import (
	"testing"
)

func TestScalingFromOneToFourLosesNoRequest(t *testing.T) {
	begin(t, "1 → 4 replicas").planned(t, replicas(4))
}
