package traffic_test

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"time"

	"flexgw.io/controller/internal/load"
	"flexgw.io/controller/test/traffic/picture"
)

// drawn is the run of a scene, to be drawn.
func (s *scene) drawn(title string, updates []time.Time, complete time.Time) picture.Run {
	run := picture.Run{Title: title, Points: s.witness.points(s.sent), Marks: []picture.Mark{{Text: "change"}}}
	for _, at := range updates {
		run.Marks = append(run.Marks, picture.Mark{At: at.Sub(s.sent), Text: "UpdateService"})
	}
	run.Marks = append(run.Marks, s.marks...)
	run.Marks = append(run.Marks, picture.Mark{At: complete.Sub(s.sent), Text: "complete"})
	slices.SortStableFunc(run.Marks, func(a, b picture.Mark) int { return cmp.Compare(a.At, b.At) })
	return run
}

// points are the glances in the form of a picture, from a little before the moment on.
func (w *witness) points(from time.Time) []picture.Point {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []picture.Point
	for _, s := range w.seen[:max(len(w.seen)-1, 0)] { // at the last, the load has ended
		if s.truth.at.Before(from.Add(-30 * time.Second)) {
			continue
		}
		all = append(all, picture.Point{
			At: s.truth.at.Sub(from), Replicas: s.truth.replicas, Answers: answers(s.load), Failed: s.load.Failed, Phase: string(s.phase), Ready: s.isTrue,
		})
	}
	return all
}

// answers are those of a report by the number of the revision that gave them.
func answers(r load.Report) map[int]int {
	by := map[int]int{}
	for name, n := range r.Revisions {
		by[revision(&name)] += n
	}
	return by
}

// draw writes the pictures.
func (tb *table) draw(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, r := range tb.rows {
		if r.picture == "" || !r.filled {
			continue
		}
		var b bytes.Buffer
		if err := picture.SVG(&b, r.run); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, r.picture), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
