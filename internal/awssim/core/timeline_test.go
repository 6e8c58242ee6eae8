package core

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/clock"
)

func TestEventsHappenInOrderOfTimeAndCancelledOnesDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(clock.Real{}, 1)
		defer w.Close()
		var got []string
		note := func(s string) func() { return func() { got = append(got, s) } }
		w.Do(func() {
			w.After(2*time.Second, note("second"))
			w.After(time.Second, note("first"))
			w.After(time.Second, note("first, scheduled later"))
			w.After(time.Second, note("cancelled")).Cancel()
		})
		time.Sleep(3 * time.Second)
		w.Do(func() {
			want := []string{"first", "first, scheduled later", "second"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	})
}

func TestAChainOfEventsKeepsItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := NewWorld(clock.Scaled{Anchor: start, Speed: 100}, 1)
		defer w.Close()
		var end time.Time
		w.Do(func() {
			w.After(time.Minute, func() {
				w.After(time.Minute, func() { end = w.Now() })
			})
		})
		time.Sleep(2 * time.Second)
		w.Do(func() {
			if want := start.Add(2 * time.Minute); !end.Equal(want) {
				t.Errorf("the second event saw %v, want %v", end, want)
			}
		})
	})
}
