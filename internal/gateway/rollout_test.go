package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

func TestTheBakeTimeBelongsToTheAlarmsOfARollingUpdateOnly(t *testing.T) {
	minutes, names := int32(3), []string{"errors"}
	for name, test := range map[string]struct {
		spec v1alpha1.RolloutSpec
		want resource.Alarms
	}{
		"no alarms":             {v1alpha1.RolloutSpec{}, resource.Alarms{}},
		"alarms":                {v1alpha1.RolloutSpec{Alarms: names}, resource.Alarms{Names: names, BakeMinutes: 5}},
		"alarms with a bake":    {v1alpha1.RolloutSpec{Alarms: names, BakeTimeMinutes: &minutes}, resource.Alarms{Names: names, BakeMinutes: 3}},
		"alarms with a canary":  {v1alpha1.RolloutSpec{Alarms: names, Strategy: v1alpha1.StrategyCanary, BakeTimeMinutes: &minutes}, resource.Alarms{Names: names}},
		"a strategy that bakes": {v1alpha1.RolloutSpec{Strategy: v1alpha1.StrategyBlueGreen, BakeTimeMinutes: &minutes}, resource.Alarms{}},
	} {
		gw := deployment()
		gw.Spec.Rollout = test.spec
		if diff := cmp.Diff(test.want, newBuilder(inputOf(gw)).alarms()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
