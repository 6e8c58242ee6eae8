package resource

import (
	"testing"
	"time"
)

func TestProgressIsWhenLessRemainsThanEverSinceTheChange(t *testing.T) {
	began := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	now := began.Add(time.Hour)
	before := Progress{Remaining: 4, At: began}
	for _, test := range []struct {
		name      string
		before    Progress
		remaining int32
		changed   bool
		want      Progress
	}{
		{"nothing remains", before, 0, false, Progress{}},
		{"nothing remains of a change", before, 0, true, Progress{}},
		{"less remains", before, 3, false, Progress{3, now}},
		{"as much remains", before, 4, false, before},
		{"more remains: a replica was lost on the way", before, 6, false, before},
		{"more remains after another change", before, 6, true, Progress{6, now}},
		{"as much remains after another change", before, 4, true, Progress{4, now}},
		{"something remains after all was well", Progress{}, 2, false, Progress{2, now}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.before.next(test.remaining, test.changed, now); got != test.want {
				t.Errorf("progress %+v, want %+v", got, test.want)
			}
		})
	}
}
