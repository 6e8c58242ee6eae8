package status

import (
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

func TestStagesAreToldInTheWordsOfTheAPI(t *testing.T) {
	for name, want := range map[string]string{
		"POST_SCALE_UP": string(v1alpha1.StagePostScaleUp), "PRE_PRODUCTION_TRAFFIC_SHIFT": string(v1alpha1.StagePreProductionTrafficShift),
		"BAKE_TIME": "BakeTime", "": "", "__": "",
	} {
		if got := stageName(name); got != want {
			t.Errorf("stage %q is told as %q, want %q", name, got, want)
		}
	}
}

func TestTheTrafficAndThePauseOfARolloutAreTold(t *testing.T) {
	st := &v1alpha1.RolloutStatus{}
	fillMoving(st, &resource.Moving{Stage: ecstypes.ServiceDeploymentLifecycleStagePostScaleUp, Percent: 4.6, Pause: &resource.Pause{HookID: "hook"}})
	if st.Stage != "PostScaleUp" || *st.TrafficPercent != 5 || st.Pause == nil || st.Pause.Stage != string(v1alpha1.StagePostScaleUp) || st.Pause.HookID != "hook" || st.Pause.ExpiresAt != nil {
		t.Errorf("told: %+v, pause %+v", st, st.Pause)
	}
	still := &v1alpha1.RolloutStatus{}
	fillMoving(still, nil)
	fillMoving(nil, &resource.Moving{})
	if still.Stage != "" || still.TrafficPercent != nil || still.Pause != nil {
		t.Errorf("a rollout that moves nothing is told as %+v", still)
	}
}
