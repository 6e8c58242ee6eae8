package core

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"flexgw.io/controller/internal/clock"
)

func TestWithoutReadLagEverythingIsSeenAtOnce(t *testing.T) {
	w := NewWorld(clock.Real{}, 1)
	if !w.Appears().Seen() {
		t.Error("hidden")
	}
	if !(Appearance{}).Seen() {
		t.Error("the zero Appearance is hidden")
	}
}

func TestWithReadLagAThingIsSeenOnceItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(clock.Real{}, 1)
		w.ReadLag = Spread{P50: 2 * time.Second}
		thing := w.Appears()
		if thing.Seen() {
			t.Error("seen at once")
		}
		time.Sleep(2*time.Second - time.Millisecond)
		if thing.Seen() {
			t.Error("seen too early")
		}
		time.Sleep(time.Millisecond)
		if !thing.Seen() {
			t.Error("hidden after the lag")
		}
	})
}

func TestReadLagDoesNotChangeTheIDs(t *testing.T) {
	plain, lagging := NewWorld(clock.Real{}, 7), NewWorld(clock.Real{}, 7)
	lagging.ReadLag = AWSReadLag()
	for range 5 {
		plain.Appears()
		lagging.Appears()
		if a, b := plain.ID("sg"), lagging.ID("sg"); a != b {
			t.Fatalf("%s without lag, %s with it", a, b)
		}
	}
}

func TestAWSReadLagIsShortWithALongTail(t *testing.T) {
	spread, source := AWSReadLag(), newLags(1)
	lags := make([]time.Duration, 10_000)
	for i := range lags {
		lags[i] = spread.draw(source)
	}
	slices.Sort(lags)
	for _, test := range []struct {
		percent  int
		min, max time.Duration
	}{
		{50, 150 * time.Millisecond, 250 * time.Millisecond},
		{95, 2500 * time.Millisecond, 3500 * time.Millisecond},
		{99, 7 * time.Second, 12 * time.Second},
	} {
		if got := lags[len(lags)*test.percent/100]; got < test.min || got > test.max {
			t.Errorf("%d %% are below %v, want between %v and %v", test.percent, got, test.min, test.max)
		}
	}
}

func TestTheSameSeedGivesTheSameLags(t *testing.T) {
	one, same, other := newLags(3), newLags(3), newLags(4)
	spread := AWSReadLag()
	lag := spread.draw(one)
	if lag != spread.draw(same) {
		t.Error("the same seed gives another lag")
	}
	if lag == spread.draw(other) {
		t.Error("another seed gives the same lag")
	}
}
