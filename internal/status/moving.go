package status

import (
	"math"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

// fillMoving says how far a rollout that moves traffic has come.
func fillMoving(st *v1alpha1.RolloutStatus, m *resource.Moving) {
	if st == nil || m == nil {
		return
	}
	percent := int32(math.Round(m.Percent))
	st.Stage, st.TrafficPercent = stageName(string(m.Stage)), &percent
	if m.Pause != nil {
		st.Pause = &v1alpha1.PauseStatus{
			Stage: st.Stage, HookID: m.Pause.HookID, ExpiresAt: timestamp(m.Pause.ExpiresAt),
		}
	}
}

// stageName is ECS's name of a stage as the API writes it: POST_SCALE_UP is PostScaleUp.
func stageName(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(strings.ToLower(name), "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
