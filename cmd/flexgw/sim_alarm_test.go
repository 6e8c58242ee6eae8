package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/ecs"
)

func TestSimSetsAlarmsAndTellsThem(t *testing.T) {
	s, _ := simulated(t)
	out, err := flexgw(t, "sim", "alarm")
	says(t, out, err, `Nobody has set an alarm: all are OK\.`)
	out, err = flexgw(t, "sim", "alarm", "too many errors/5xx", "--state", "ALARM")
	says(t, out, err, `too many errors/5xx +ALARM`)
	out, err = flexgw(t, "sim", "alarm", "latency", "--state", "INSUFFICIENT_DATA")
	says(t, out, err, `latency +INSUFFICIENT_DATA`, `too many errors/5xx +ALARM`)
	var got map[string]ecs.AlarmState
	s.World().Do(func() { got = s.ECS.Alarms() })
	want := map[string]ecs.AlarmState{"latency": ecs.AlarmInsufficientData, "too many errors/5xx": ecs.AlarmInAlarm}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the alarms (-want +got):\n%s", diff)
	}
}

func TestSimRefusesAlarmsThatAreNone(t *testing.T) {
	simulated(t)
	for _, test := range []struct{ command, says string }{
		{"sim alarm errors", "in which state?"},
		{"sim alarm --state ALARM", "which alarm?"},
		{"sim alarm errors --state RED", `no state "RED"`},
		{"sim alarm " + strings.Repeat("x", 256) + " --state OK", "1 to 255 characters"},
	} {
		t.Run(test.says, func(t *testing.T) {
			out, err := flexgw(t, strings.Fields(test.command)...)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, output %q; want %q", err, out, test.says)
			}
		})
	}
}
