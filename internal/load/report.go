package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Report is what became of requests. Times are of the clock.
type Report struct {
	Sent, Failed int
	// LongestGap is the longest time in which no request succeeded.
	LongestGap time.Duration
	// Slowest is the longest that an answer took.
	Slowest time.Duration
	// Failures are the first hundred that failed.
	Failures []Failure
	// Tasks counts the answers by task.
	Tasks map[string]int
	// Revisions counts them by task definition.
	Revisions map[string]int
}

// Failure is a request that failed.
type Failure struct {
	At time.Time
	// Client is this end of the connection, "host:port"; empty where there was none.
	Client string
	Err    error
}

// mostFailures is how many failures a report names.
const mostFailures = 100

// String is the report in a sentence.
func (r Report) String() string {
	var by []string
	for _, revision := range slices.Sorted(maps.Keys(r.Revisions)) {
		by = append(by, fmt.Sprintf("%d by %s", r.Revisions[revision], revision))
	}
	text := fmt.Sprintf("%d requests, %d failed, longest gap %v", r.Sent, r.Failed, r.LongestGap.Round(time.Second))
	if len(by) > 0 {
		text += "; answered " + strings.Join(by, ", ")
	}
	return text
}

// Plus is what became of the requests of both reports, this one the earlier.
func (r Report) Plus(later Report) Report {
	sum := emptyReport()
	sum.Sent, sum.Failed = r.Sent+later.Sent, r.Failed+later.Failed
	sum.LongestGap, sum.Slowest = max(r.LongestGap, later.LongestGap), max(r.Slowest, later.Slowest)
	sum.Failures = slices.Concat(r.Failures, later.Failures)
	for _, part := range []Report{r, later} {
		for task, n := range part.Tasks {
			sum.Tasks[task] += n
		}
		for revision, n := range part.Revisions {
			sum.Revisions[revision] += n
		}
	}
	return sum
}

// Explain lists the failures.
func (r Report) Explain() string {
	var lines strings.Builder
	for _, f := range r.Failures {
		fmt.Fprintf(&lines, "%s %v\n", f.At.Format(time.TimeOnly), f.Err)
	}
	return lines.String()
}

// outcome is one request that has ended.
type outcome struct {
	sent, ended time.Time
	client      string
	answer      answer
	err         error
}

// record is what has become of the requests so far.
type record struct {
	mu     sync.Mutex
	report Report
	// good is when a request last succeeded.
	good time.Time
}

func (r *record) start(now time.Time) {
	r.report = emptyReport()
	r.good = now
}

func emptyReport() Report { return Report{Tasks: map[string]int{}, Revisions: map[string]int{}} }

func (r *record) note(o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Sent++
	if o.err != nil {
		r.report.Failed++
		if len(r.report.Failures) < mostFailures {
			r.report.Failures = append(r.report.Failures, Failure{At: o.ended, Client: o.client, Err: o.err})
		}
		return
	}
	r.report.Tasks[o.answer.Task]++
	r.report.Revisions[o.answer.Revision]++
	r.report.Slowest = max(r.report.Slowest, o.ended.Sub(o.sent))
	r.succeed(o.ended)
}

// succeed notes the time since the last success.
func (r *record) succeed(at time.Time) {
	r.report.LongestGap = max(r.report.LongestGap, at.Sub(r.good))
	if at.After(r.good) {
		r.good = at
	}
}

// take returns the report and begins another.
func (r *record) take(now time.Time) Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.LongestGap = max(r.report.LongestGap, now.Sub(r.good))
	done := r.report
	r.report = emptyReport()
	return done
}
