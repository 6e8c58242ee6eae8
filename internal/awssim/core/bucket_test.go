package core

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// takeAll takes until the bucket refuses, and tells how many that were.
func takeAll(b *Bucket, l Limit, now time.Time) int {
	n := 0
	for b.Take(l, now) {
		n++
	}
	return n
}

func TestABucketGivesItsBurstAndThenWhatComesBack(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		limit Limit
		wait  time.Duration
		burst int
		then  int
	}{
		{"nothing comes back at once", Limit{Burst: 5, Refill: 10}, 0, 5, 0},
		{"a second's worth", Limit{Burst: 20, Refill: 5}, time.Second, 20, 5},
		{"not yet a whole token", Limit{Burst: 5, Refill: 1}, 999 * time.Millisecond, 5, 0},
		{"a slow fraction, too early", Limit{Burst: 2, Refill: 0.1}, 9 * time.Second, 2, 0},
		{"a slow fraction", Limit{Burst: 2, Refill: 0.1}, 10 * time.Second, 2, 1},
		{"never more than the burst", Limit{Burst: 3, Refill: 20}, time.Hour, 3, 3},
		{"part of a token on top is of no use", Limit{Burst: 2.5, Refill: 1}, 0, 2, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b Bucket
			if got := takeAll(&b, test.limit, start); got != test.burst {
				t.Errorf("a full bucket gave %d, want %d", got, test.burst)
			}
			if got := takeAll(&b, test.limit, start.Add(test.wait)); got != test.then {
				t.Errorf("%s later it gave %d, want %d", test.wait, got, test.then)
			}
		})
	}
}

func TestTenLooksAtATenthOfATokenFindOneToken(t *testing.T) {
	now, limit := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Limit{Burst: 1, Refill: 1}
	var b Bucket
	takeAll(&b, limit, now)
	for i := range 10 {
		if b.Has(limit, now) {
			t.Fatalf("a token after %d tenths of a second", i)
		}
		now = now.Add(100 * time.Millisecond)
	}
	if !b.Take(limit, now) {
		t.Error("no token after a second")
	}
}

func TestAnEarlierTimeGivesNothingBackTwice(t *testing.T) {
	now, limit := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Limit{Burst: 1, Refill: 1}
	var b Bucket
	takeAll(&b, limit, now)
	if b.Has(limit, now.Add(-time.Hour)) || b.Has(limit, now) {
		t.Error("a look at an earlier time filled the bucket")
	}
}

func TestABucketThatBecomesSmallerIsNotInDebt(t *testing.T) {
	now, small := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Limit{Burst: 2, Refill: 1}
	var b Bucket
	takeAll(&b, Limit{Burst: 100, Refill: 1}, now)
	if b.Has(small, now) {
		t.Error("a token in an empty bucket")
	}
	if !b.Take(small, now.Add(time.Second)) {
		t.Error("no token a second later")
	}
}

func TestScale(t *testing.T) {
	tests := []struct {
		name   string
		limit  Limit
		factor float64
		want   Limit
	}{
		{"AWS's own", Limit{Burst: 50, Refill: 5}, 1, Limit{Burst: 50, Refill: 5}},
		{"half", Limit{Burst: 50, Refill: 5}, 0.5, Limit{Burst: 25, Refill: 2.5}},
		{"a burst holds at least one token", Limit{Burst: 5, Refill: 1}, 0.125, Limit{Burst: 1, Refill: 0.125}},
		{"raised", Limit{Burst: 5, Refill: 1}, 2, Limit{Burst: 10, Refill: 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.limit.Scale(test.factor)); diff != "" {
				t.Errorf("limit (-want +got):\n%s", diff)
			}
		})
	}
}
