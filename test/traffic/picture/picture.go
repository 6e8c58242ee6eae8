// Package picture draws a rollout as it was measured: replicas by version, requests and
// failures, and what the object said, over AWS's time.
package picture

import (
	"maps"
	"slices"
	"time"
)

// Run is what was recorded of one rollout.
type Run struct {
	// Title is the line above the picture.
	Title string
	// Points are what was so, the oldest first.
	Points []Point
	// Marks are what happened, the oldest first.
	Marks []Mark
}

// Point is what was so at a moment.
type Point struct {
	// At is the time since the change.
	At time.Duration
	// Replicas are the replicas by the number of their revision.
	Replicas map[int]Count
	// Answers are the requests that a revision has answered since the point before, and
	// Failed those that nobody has.
	Answers map[int]int
	Failed  int
	// Phase is the object's, and Ready its condition, where it speaks of the latest spec.
	Phase string
	Ready bool
}

// Count is the replicas of one revision: those that are not healthy yet, those that get
// new connections, and those that only finish what they have.
type Count struct{ Starting, Healthy, Draining int }

// Total is all of them.
func (c Count) Total() int { return c.Starting + c.Healthy + c.Draining }

// Mark is something that happened.
type Mark struct {
	At   time.Duration
	Text string
}

// revisions are the numbers of all revisions, the oldest first.
func (r Run) revisions() []int {
	seen := map[int]bool{}
	for _, p := range r.Points {
		for n := range p.Replicas {
			seen[n] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// most is the largest number of replicas at a time.
func (r Run) most() int {
	most := 1
	for _, p := range r.Points {
		n := 0
		for _, c := range p.Replicas {
			n += c.Total()
		}
		most = max(most, n)
	}
	return most
}

// around is over how many points on each side a rate is taken: clients that ask every two
// seconds would make a flicker of shorter times.
const around = 2

// rates are the answers of a revision a second around each point but the first.
func (r Run) rates(revision int) []float64 {
	rates := make([]float64, len(r.Points))
	for i := 1; i < len(r.Points); i++ {
		first, last := max(i-around, 1), min(i+around, len(r.Points)-1)
		answers := 0
		for _, p := range r.Points[first : last+1] {
			answers += p.Answers[revision]
		}
		if d := r.Points[last].At - r.Points[first-1].At; d > 0 {
			rates[i] = float64(answers) / d.Seconds()
		}
	}
	return rates
}

// totals are the requests and failures of all points.
func (r Run) totals() (requests, failed int) {
	for _, p := range r.Points {
		failed += p.Failed
		for _, n := range p.Answers {
			requests += n
		}
	}
	return requests + failed, failed
}
