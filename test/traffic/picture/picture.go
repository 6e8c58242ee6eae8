// Package picture draws a rollout as it was measured: replicas by version, requests and
// failures, and what the object said, over AWS's time.
package picture

import (
	"time"
)

// Run is what was recorded of one rollout.
type Run struct {
	Title  string
	Points []Point
	Marks  []Mark
}

// Point is what was so at a moment.
type Point struct {
	// At is the time since the change.
	At time.Duration
	// Replicas are the running replicas by version.
	Replicas map[string]Count
	// Requests and Failed are those that ended since the point before.
	Requests, Failed int
	// Phase is the object's, and Ready its condition, where it speaks of the latest spec.
	Phase string
	Ready bool
}

// Count is how many replicas run, and how many of those are healthy.
type Count struct{ Running, Healthy int }

// Mark is something that happened.
type Mark struct {
	At   time.Duration
	Text string
}
