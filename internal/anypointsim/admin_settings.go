package anypointsim

import (
	"fmt"
	"net/http"
	"time"
)

// settingsPage is what GET /_anypointsim/settings answers. Times are written like "1m30s".
type settingsPage struct {
	Now time.Time `json:"now"`
	// Away is "", "refused" or "503".
	Away     Away              `json:"away"`
	Throttle throttlePage      `json:"throttle"`
	Delays   map[string]string `json:"delays"`
}

type throttlePage struct {
	// Requests in a window are allowed to each organization; 0 is no limit.
	Requests int    `json:"requests"`
	Window   string `json:"window"`
}

// settingsPatch is the body of PATCH /_anypointsim/settings. What it leaves out stays.
type settingsPatch struct {
	Away     *Away             `json:"away"`
	Throttle *throttlePage     `json:"throttle"`
	Delays   map[string]string `json:"delays"`
}

// named are the delays by the names that people write.
func (d *Delays) named() map[string]*time.Duration {
	return map[string]*time.Duration{
		"token": &d.Token, "registration": &d.Registration, "delete": &d.Delete, "ready": &d.Ready,
		"deployment": &d.Deployment, "publication": &d.Publication, "linger": &d.Linger, "forget": &d.Forget,
	}
}

func (s *Sim) settings() settingsPage {
	p := settingsPage{Now: s.clock.Now().UTC(), Delays: map[string]string{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Away = s.away
	p.Throttle = throttlePage{s.throttle.Requests, s.throttle.Window.String()}
	for name, d := range s.delays.named() {
		p.Delays[name] = d.String()
	}
	return p
}

// SetDelays replaces the delays. What is under way keeps those that it began with, but for
// Linger, Forget and Ready.
func (s *Sim) SetDelays(d Delays) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays = d
}

// over is the delays that the patch makes of others.
func (p settingsPatch) over(d Delays) (Delays, error) {
	known := d.named()
	for name, text := range p.Delays {
		to, ok := known[name]
		if !ok {
			return d, fmt.Errorf("there is no delay %q", name)
		}
		span, err := time.ParseDuration(text)
		if err != nil || span < 0 {
			return d, fmt.Errorf("%s: %q is not a time such as 1m30s", name, text)
		}
		*to = span
	}
	return d, nil
}

// limit is the throttle that the patch asks for.
func (p settingsPatch) limit() (Throttle, error) {
	window, err := time.ParseDuration(p.Throttle.Window)
	if err != nil || window <= 0 || p.Throttle.Requests < 0 {
		return Throttle{}, fmt.Errorf(`throttle: want such as {"requests": 100, "window": "1m"}`)
	}
	return Throttle{p.Throttle.Requests, window}, nil
}

// patchSettings changes all that the body has, or nothing where something cannot be.
func (s *Sim) patchSettings(w http.ResponseWriter, r *http.Request) {
	var patch settingsPatch
	if !s.admin.Read(w, r, "a change of settings", &patch) {
		return
	}
	s.mu.Lock()
	delays := s.delays
	s.mu.Unlock()
	delays, err := patch.over(delays)
	var limit Throttle
	if err == nil && patch.Throttle != nil {
		limit, err = patch.limit()
	}
	if err == nil && patch.Away != nil {
		err = s.SetAway(*patch.Away)
	}
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.SetDelays(delays)
	if patch.Throttle != nil {
		s.SetThrottle(limit)
	}
	s.admin.Answer(w, s.settings())
}
