package load

import (
	"testing"
	"time"
)

func TestAReportSaysWhoAnsweredWhereSomeoneDid(t *testing.T) {
	for _, test := range []struct {
		report Report
		want   string
	}{
		{Report{}, "0 requests, 0 failed, longest gap 0s"},
		{Report{Sent: 2, Failed: 2, LongestGap: 1600 * time.Millisecond}, "2 requests, 2 failed, longest gap 2s"},
		{
			Report{Sent: 3, Failed: 1, LongestGap: time.Second, Revisions: map[string]int{"Task-Def:2": 1, "Task-Def:1": 1}},
			"3 requests, 1 failed, longest gap 1s; answered 1 by Task-Def:1, 1 by Task-Def:2",
		},
	} {
		if got := test.report.String(); got != test.want {
			t.Errorf("it says %q, want %q", got, test.want)
		}
	}
}
