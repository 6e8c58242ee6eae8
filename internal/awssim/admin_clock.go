package awssim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"flexgw.io/controller/internal/awssim/core"
)

// clockPage is what GET /_awssim/clock answers.
type clockPage struct {
	Now time.Time `json:"now"`
	// Speed is the number of simulated seconds in a real one.
	Speed  float64 `json:"speed"`
	Paused bool    `json:"paused"`
	// Ahead is how far Now is ahead of the clock that the simulator was started with,
	// such as "10m0s"; it is behind where there is a minus.
	Ahead string `json:"ahead"`
	// Note says what that means for others, where it means anything.
	Note string `json:"note,omitempty"`
}

// aloneNote is for whoever shares the clock that the simulator was started with.
const aloneNote = `only the simulated AWS lives by this clock now: a manager beside it waits as it did before, in real time`

func (s *Sim) clock() clockPage {
	pace := s.world.Pace()
	page := clockPage{Now: s.world.Clock().Now().UTC(), Speed: pace.Speed, Paused: pace.Paused, Ahead: s.world.Ahead().Round(time.Second).String()}
	if s.world.IsAlone() {
		page.Note = aloneNote
	}
	return page
}

// clockPatch is the body of PATCH /_awssim/clock. What it leaves out stays as it is.
type clockPatch struct {
	Speed  *float64 `json:"speed"`
	Paused *bool    `json:"paused"`
	// Step is how much simulated time passes at once, such as "10m".
	Step string `json:"step"`
}

// over is the pace that the patch makes of another, and its step, 0 for none.
func (p clockPatch) over(pace core.Pace) (core.Pace, time.Duration, error) {
	if p.Speed == nil && p.Paused == nil && p.Step == "" {
		return pace, 0, errors.New("there is nothing to change: give speed, paused or step")
	}
	if p.Speed != nil {
		pace.Speed = *p.Speed
	}
	if p.Paused != nil {
		pace.Paused = *p.Paused
	}
	if p.Step == "" {
		return pace, 0, nil
	}
	step, err := time.ParseDuration(p.Step)
	if err != nil || step <= 0 || step > core.MaxStep {
		return pace, 0, fmt.Errorf("step: %q is not a time such as 1m30s, more than 0 and at most %v", p.Step, core.MaxStep)
	}
	return pace, step, nil
}

// patchClock changes the pace first and steps then, and answers with the clock.
func (s *Sim) patchClock(w http.ResponseWriter, r *http.Request) {
	var patch clockPatch
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&patch); err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "the body is not a change of the clock: %v", err)
		return
	}
	pace, step, err := patch.over(s.world.Pace())
	if err == nil && (patch.Speed != nil || patch.Paused != nil) {
		err = s.world.SetPace(pace)
	}
	if err == nil && step > 0 {
		err = s.world.Step(step)
	}
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.admin.Answer(w, s.clock())
}

// getSnapshot answers with what Save returns.
func (s *Sim) getSnapshot(w http.ResponseWriter, _ *http.Request) {
	data, err := s.Save()
	if err != nil {
		s.admin.Refuse(w, http.StatusConflict, "%v", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // the client may be gone; there is nobody to tell
}

// needsHost refuses what a Sim cannot do to itself.
func (s *Sim) needsHost(w http.ResponseWriter, r *http.Request) {
	s.admin.Refuse(w, http.StatusNotImplemented, `%s %s: this simulator is part of another program, which has not said how to replace it; one of "flexgw up" can be`, r.Method, r.URL.Path)
}
