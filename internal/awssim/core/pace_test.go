package core

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/clock"
)

func TestAStepLetsThingsHappenInOrderAtTheirOwnMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(clock.Real{}, 1)
		defer w.Close()
		start := time.Now()
		var got []time.Duration
		var tick func()
		tick = func() {
			got = append(got, w.Now().Sub(start))
			w.After(time.Minute, tick)
		}
		w.Do(func() { w.After(time.Minute, tick) })
		if err := w.Step(3*time.Minute + 30*time.Second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30*time.Second + time.Nanosecond) // time goes on as before
		w.Do(func() {
			if diff := cmp.Diff([]time.Duration{1 * time.Minute, 2 * time.Minute, 3 * time.Minute, 4 * time.Minute}, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if is := w.Now().Sub(start); is != 4*time.Minute+time.Nanosecond {
				t.Errorf("now is %v after the start, want 4m and 1ns", is)
			}
		})
		if ahead := w.Ahead(); ahead != 3*time.Minute+30*time.Second {
			t.Errorf("ahead by %v, want the step", ahead)
		}
	})
}

func TestTimeStandsStillWhilePausedAndGoesOnFromThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(clock.Scaled{Anchor: time.Now(), Speed: 20}, 1)
		defer w.Close()
		start := w.Clock().Now()
		var done bool
		w.Do(func() { w.After(time.Minute, func() { done = true }) })
		happened := func() (is bool) { w.Do(func() { is = done }); return is }
		set := func(p Pace) {
			t.Helper()
			if err := w.SetPace(p); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		set(Pace{Speed: 20, Paused: true})
		time.Sleep(time.Hour)
		synctest.Wait()
		if is := w.Clock().Now().Sub(start); is != 20*time.Second || happened() {
			t.Errorf("it is %v after the start, happened: %t; want 20s and not", is, happened())
		}
		if wait := w.Clock().Real(time.Hour); wait != 0 {
			t.Errorf("an hour lasts %v while paused, want 0", wait)
		}
		set(Pace{Speed: 10})
		time.Sleep(4*time.Second - time.Nanosecond)
		synctest.Wait()
		if happened() {
			t.Error("it happened too early")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if is := w.Clock().Now().Sub(start); is != time.Minute || !happened() {
			t.Errorf("it is %v after the start, happened: %t; want a minute and yes", is, happened())
		}
	})
}

func TestAWorldFollowsItsClockUntilItIsTouched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.Scaled{Anchor: time.Now(), Speed: 30}
		w := NewWorld(c, 1)
		defer w.Close()
		time.Sleep(time.Hour)
		if !w.Clock().Now().Equal(c.Now()) || w.IsAlone() || w.Pace() != (Pace{Speed: 30}) {
			t.Errorf("now %v, want %v; pace %v", w.Clock().Now(), c.Now(), w.Pace())
		}
	})
}

func TestAPaceOrAStepThatCannotBeIsRefused(t *testing.T) {
	w := NewWorld(clock.Real{}, 1)
	defer w.Close()
	for _, speed := range []float64{0, -1, math.Inf(1), math.NaN()} {
		if w.SetPace(Pace{Speed: speed}) == nil {
			t.Errorf("speed %g is accepted", speed)
		}
	}
	for _, d := range []time.Duration{0, -time.Second, MaxStep + 1} {
		if w.Step(d) == nil {
			t.Errorf("step %v is accepted", d)
		}
	}
	if w.IsAlone() {
		t.Error("a refusal has changed the clock")
	}
}

func TestTimeStandsStillWithinDoAndWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(clock.Real{}, 1)
		defer w.Close()
		var at []time.Time
		now := func() { at = append(at, w.Now()) }
		release := w.Hold()
		w.Do(func() { now(); time.Sleep(time.Second); now() })
		w.Do(now)
		release()
		w.Do(now)
		if !at[0].Equal(at[1]) || !at[0].Equal(at[2]) || at[3].Sub(at[0]) != time.Second {
			t.Errorf("moments %v, want three the same, and one a second later", at)
		}
	})
}

func TestLooksDoNotDisturbIds(t *testing.T) {
	ids := func(looks int) (id string) {
		w := NewWorld(clock.Real{}, 1)
		defer w.Close()
		w.Do(func() {
			w.Settings.Jitter = true
			before := w.Mark()
			for range looks {
				w.RequestID()
				w.CallLatency()
			}
			if w.Mark() != before {
				t.Error("a look has left a mark")
			}
			if id = w.ID("vpc"); w.Mark() == before {
				t.Error("an id has left no mark")
			}
		})
		return id
	}
	if a, b := ids(0), ids(10); a != b {
		t.Errorf("ids %s and %s, want the same", a, b)
	}
}
