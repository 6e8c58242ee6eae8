package traffic_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"flexgw.io/controller/internal/load"
	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/test/traffic/picture"
)

// results is the table that the tests fill.
var results table

// table is all rows, in the order of the tests.
type table struct {
	mu   sync.Mutex
	rows []*row
}

// row is one change.
type row struct {
	name string
	// goal is which failures the test allows.
	goal string
	// picture is the file that the run is drawn in, with its title; empty for none.
	picture, title string

	filled bool
	// began is when the change was sent.
	began time.Time
	load  load.Report
	// finished is the time from sending the change until it was complete, ecs the part of it
	// that ECS took, from the call until its steady state; both in AWS's time.
	finished, ecs time.Duration
	// reaction is from sending the change until the call reached AWS, in real time; 0 where
	// nobody has called.
	reaction time.Duration
	run      picture.Run
}

// add adds a row, and returns its number.
func (tb *table) add(name string) (*row, int) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	r := &row{name: name, goal: "none"}
	tb.rows = append(tb.rows, r)
	return r, len(tb.rows) - 1
}

// fill measures a scene that is complete.
func (r *row) fill(s *scene, report load.Report, complete time.Time) {
	updates := s.updates()
	r.load, r.began, r.finished, r.filled = report, s.sent, complete.Sub(s.sent), true
	if len(updates) > 0 {
		r.reaction = stack.Clock().Real(updates[0].Sub(s.sent))
	} else {
		updates = []time.Time{s.sent} // ECS did it by itself
	}
	is := s.look()
	for i, at := range updates {
		end := is.steadyAfter(at)
		if i+1 < len(updates) && (end.IsZero() || end.After(updates[i+1])) {
			end = updates[i+1]
		}
		if !end.IsZero() {
			r.ecs += end.Sub(at)
		}
	}
	r.run = s.drawn(r.title, updates, complete)
}

// updates are when the calls of UpdateService arrived since the change was sent.
func (s *scene) updates() []time.Time {
	var all []time.Time
	for _, call := range stack.AWS().Calls() {
		if call.Operation == "UpdateService" && call.Region == s.region && call.ErrorCode == "" && call.Time.After(s.sent) {
			all = append(all, call.Time)
		}
	}
	return all
}

// markdown is the table.
func (tb *table) markdown() string {
	var b strings.Builder
	b.WriteString("| change | failures allowed | requests | failed | longest gap | finished after | of which ECS | first call after |\n")
	b.WriteString("|---|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range tb.rows {
		if !r.filled {
			continue
		}
		reaction := ""
		if r.reaction > 0 {
			reaction = fmt.Sprintf("%.2f s", r.reaction.Seconds())
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %.0f s | %s | %s | %s |\n",
			r.name, r.goal, r.load.Sent, r.failed(), r.load.LongestGap.Seconds(), short(r.finished), short(r.ecs), reaction)
	}
	return b.String()
}

// failed is how many requests failed, and until when.
func (r *row) failed() string {
	if r.load.Failed == 0 {
		return "0"
	}
	var last time.Time
	for _, f := range r.load.Failures {
		if f.At.After(last) {
			last = f.At
		}
	}
	return fmt.Sprintf("%d, until %s", r.load.Failed, short(last.Sub(r.began)))
}

// short is a time in minutes and seconds.
func short(d time.Duration) string {
	d = d.Round(time.Second)
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// The lines of docs/rollouts.md between which the table is written.
const (
	tableBegins = "<!-- table of make traffic: begin -->\n"
	tableEnds   = "<!-- table of make traffic: end -->\n"
)

// write puts the table, with how it was made, into the document, and the pictures beside it.
func (tb *table) write() error {
	root, err := localcluster.ModuleRoot()
	if err != nil {
		return err
	}
	name := filepath.Join(root, "docs", "rollouts.md")
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	head, rest, found := strings.Cut(string(content), tableBegins)
	_, tail, closed := strings.Cut(rest, tableEnds)
	if !found || !closed {
		return fmt.Errorf("%s has no lines %q and %q", name, tableBegins, tableEnds)
	}
	how := fmt.Sprintf("\n%s, %d cores, %s, AWS's clock %g times as fast as life.\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.Version(), *speed)
	if err := os.WriteFile(name, []byte(head+tableBegins+tb.markdown()+how+tableEnds+tail), 0o644); err != nil {
		return err
	}
	return tb.draw(filepath.Join(root, "docs", "pictures"))
}
