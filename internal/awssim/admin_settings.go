package awssim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/internal/awssim/core"
)

// settingsPage is what GET /_awssim/settings answers.
type settingsPage struct {
	Now           time.Time  `json:"now"`
	Jitter        bool       `json:"jitter"`
	ThrottleScale float64    `json:"throttleScale"`
	ReadLag       spreadPage `json:"readLag"`
	// EventDelay and EventDuplicates are core.EventDelivery.
	EventDelay      spreadPage            `json:"eventDelay"`
	EventDuplicates float64               `json:"eventDuplicates"`
	Latencies       map[string]spreadPage `json:"latencies"`
	Quotas          map[core.Quota]int    `json:"quotas"`
}

type spreadPage struct {
	P50 string `json:"p50"`
	P95 string `json:"p95"`
}

func (s *Sim) settings() settingsPage {
	page := settingsPage{Latencies: map[string]spreadPage{}}
	s.world.Do(func() {
		page.Now = s.world.Now()
		page.Jitter, page.ThrottleScale = s.world.Settings.Jitter, s.world.Settings.ThrottleScale
		page.ReadLag = pageOf(s.world.ReadLag)
		page.EventDelay, page.EventDuplicates = pageOf(s.world.Settings.Events.Delay), s.world.Settings.Events.Duplicates
		page.Quotas = maps.Clone(s.world.Settings.Quotas)
		for name, spread := range s.world.Settings.Latencies {
			page.Latencies[string(name)] = pageOf(spread)
		}
	})
	return page
}

func pageOf(spread core.Spread) spreadPage {
	return spreadPage{P50: spread.P50.String(), P95: spread.P95.String()}
}

// settingsPatch is the body of PATCH /_awssim/settings. What it leaves out stays as
// it is, but for a p95, which is never less than its p50.
type settingsPatch struct {
	Jitter          *bool                 `json:"jitter"`
	ThrottleScale   *float64              `json:"throttleScale"`
	ReadLag         *spreadPage           `json:"readLag"`
	EventDelay      *spreadPage           `json:"eventDelay"`
	EventDuplicates *float64              `json:"eventDuplicates"`
	Latencies       map[string]spreadPage `json:"latencies"`
	Quotas          map[core.Quota]int    `json:"quotas"`
}

// settingNames are the members of settingsPatch.
func settingNames() []string {
	return []string{"eventDelay", "eventDuplicates", "jitter", "latencies", "quotas", "readLag", "throttleScale"}
}

// parseSettings refuses names that it does not know.
func parseSettings(body []byte) (settingsPatch, error) {
	var patch settingsPatch
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return patch, fmt.Errorf("the body is not an object of JSON: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(settingNames(), name) {
			return patch, fmt.Errorf("there is no setting %q: the settings are %s", name, strings.Join(settingNames(), ", "))
		}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return patch, d.Decode(&patch)
}

// latencyNames are all latencies that the services ask for.
func latencyNames() []string {
	var names []string
	for name := range core.DefaultSettings().Latencies {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// over lays the page over a spread.
func (p spreadPage) over(spread core.Spread) (core.Spread, error) {
	for _, part := range []struct {
		name, text string
		to         *time.Duration
	}{{"p50", p.P50, &spread.P50}, {"p95", p.P95, &spread.P95}} {
		if part.text == "" {
			continue
		}
		d, err := time.ParseDuration(part.text)
		if err != nil || d < 0 {
			return spread, fmt.Errorf("%s: %q is not a time such as 1m30s", part.name, part.text)
		}
		*part.to = d
	}
	if p.P95 == "" {
		spread.P95 = max(spread.P95, spread.P50)
	}
	if spread.P95 < spread.P50 {
		return spread, fmt.Errorf("p95: %v is less than the p50, %v", spread.P95, spread.P50)
	}
	return spread, nil
}

// patched is what the settings become; the world's own are not touched.
func (p settingsPatch) patched(settings core.Settings) (core.Settings, error) {
	latencies := maps.Clone(settings.Latencies)
	if latencies == nil {
		latencies = map[core.Latency]core.Spread{}
	}
	known := latencyNames()
	for _, name := range slices.Sorted(maps.Keys(p.Latencies)) {
		if !slices.Contains(known, name) {
			return settings, fmt.Errorf("latencies: there is no %q: they are %s", name, strings.Join(known, ", "))
		}
		spread, err := p.Latencies[name].over(latencies[core.Latency(name)])
		if err != nil {
			return settings, fmt.Errorf("latencies: %s: %w", name, err)
		}
		latencies[core.Latency(name)] = spread
	}
	settings.Latencies = latencies
	if p.Jitter != nil {
		settings.Jitter = *p.Jitter
	}
	if p.ThrottleScale != nil {
		if *p.ThrottleScale < 0 {
			return settings, fmt.Errorf("throttleScale: %g is less than nothing", *p.ThrottleScale)
		}
		settings.ThrottleScale = *p.ThrottleScale
	}
	var err error
	settings.Quotas, err = changedQuotas(settings.Quotas, p.Quotas)
	return settings, err
}

// apply changes the settings of a world that is locked, all or none.
func (p settingsPatch) apply(w *core.World) error {
	settings, err := p.patched(w.Settings)
	if err != nil {
		return err
	}
	if settings.Events, err = p.delivery(settings.Events); err != nil {
		return err
	}
	lag := w.ReadLag
	if p.ReadLag != nil {
		if lag, err = p.ReadLag.over(lag); err != nil {
			return fmt.Errorf("readLag: %w", err)
		}
	}
	w.Settings, w.ReadLag = settings, lag
	return nil
}

// delivery is how events are delivered from now on.
func (p settingsPatch) delivery(d core.EventDelivery) (core.EventDelivery, error) {
	if p.EventDelay != nil {
		delay, err := p.EventDelay.over(d.Delay)
		if err != nil {
			return d, fmt.Errorf("eventDelay: %w", err)
		}
		d.Delay = delay
	}
	if p.EventDuplicates != nil {
		if *p.EventDuplicates < 0 || *p.EventDuplicates > 1 {
			return d, fmt.Errorf("eventDuplicates: %g is not between 0 and 1", *p.EventDuplicates)
		}
		d.Duplicates = *p.EventDuplicates
	}
	return d, nil
}

// patchSettings changes all that is asked for, or nothing, and answers with the
// settings in force.
func (s *Sim) patchSettings(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "cannot read the request: %v", err)
		return
	}
	patch, err := parseSettings(body)
	if err == nil {
		s.world.Do(func() { err = patch.apply(s.world) })
	}
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.admin.Answer(w, s.settings())
}
