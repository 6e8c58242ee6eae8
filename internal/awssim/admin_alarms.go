package awssim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"flexgw.io/controller/internal/awssim/ecs"
)

// alarmState is the state of a CloudWatch alarm, in all accounts and regions.
type alarmState struct {
	Name  string         `json:"name"`
	State ecs.AlarmState `json:"state"`
}

// mostAlarmName is the longest name of an alarm (CloudWatch's service model, AlarmName).
const mostAlarmName = 255

// alarmRoutes serves the CloudWatch alarms that deployments of ECS services watch.
func (s *Sim) alarmRoutes(handle func(method, page string, h http.HandlerFunc)) {
	handle("GET", "alarms", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.alarms()) })
	handle("PUT", "alarms", s.putAlarm)
}

func (s *Sim) alarms() []alarmState {
	list := []alarmState{}
	s.world.Do(func() {
		all := s.ECS.Alarms()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			list = append(list, alarmState{Name: name, State: all[name]})
		}
	})
	return list
}

// putAlarm sets one alarm, and answers with all.
func (s *Sim) putAlarm(w http.ResponseWriter, r *http.Request) {
	var a alarmState
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a); err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "the body is not the state of an alarm: %v", err)
		return
	}
	if len(a.Name) < 1 || len(a.Name) > mostAlarmName {
		s.admin.Refuse(w, http.StatusBadRequest, "the name of an alarm has 1 to %d characters", mostAlarmName)
		return
	}
	switch a.State {
	case ecs.AlarmOK, ecs.AlarmInAlarm, ecs.AlarmInsufficientData:
	default:
		s.admin.Refuse(w, http.StatusBadRequest, "an alarm has no state %q: it is OK, ALARM or INSUFFICIENT_DATA", a.State)
		return
	}
	s.world.Do(func() { s.ECS.SetAlarm(a.Name, a.State) })
	s.admin.Answer(w, s.alarms())
}
