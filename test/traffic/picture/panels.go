package picture

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// band is one layer of the replicas: some of those of one revision.
type band struct {
	of   func(Point) int
	fill string
}

// bands are the layers from the bottom up, the oldest revision first.
func (d *drawing) bands() []band {
	var all []band
	for i, n := range d.run.revisions() {
		c := palette[i%len(palette)]
		all = append(all,
			band{func(p Point) int { return p.Replicas[n].Healthy }, c.healthy},
			band{func(p Point) int { return p.Replicas[n].Draining }, c.draining},
			band{func(p Point) int { return p.Replicas[n].Starting }, c.starting})
	}
	return all
}

// replicas draws the replicas as layers.
func (d *drawing) replicas() {
	most := d.run.most()
	y := func(n int) float64 { return floor - (floor-replicasTop)*float64(n)/float64(most) }
	d.title(replicasTop, floor, "replicas")
	for n := 0; n <= most; n += max(1, most/4) {
		d.level(y(n), fmt.Sprint(n))
	}
	below := make([]int, len(d.run.Points))
	for _, b := range d.bands() {
		var upper, lower []string
		for i, p := range d.run.Points {
			bottom, top := below[i], below[i]+b.of(p)
			end := d.end
			if i+1 < len(d.run.Points) {
				end = d.run.Points[i+1].At
			}
			upper = append(upper, fmt.Sprintf("%.1f,%.1f %.1f,%.1f", d.x(p.At), y(top), d.x(end), y(top)))
			lower = append([]string{fmt.Sprintf("%.1f,%.1f %.1f,%.1f", d.x(end), y(bottom), d.x(p.At), y(bottom))}, lower...)
			below[i] = top
		}
		d.add(`<polygon points="%s %s" fill="%s"/>`, strings.Join(upper, " "), strings.Join(lower, " "), b.fill)
	}
}

// requests draws the answers a second as layers, by the revision that gave them, and the
// failures as bars.
func (d *drawing) requests() {
	sums := make([]float64, len(d.run.Points))
	layers := map[int][]float64{}
	for _, n := range d.run.revisions() {
		layers[n] = d.run.rates(n)
		for i, rate := range layers[n] {
			sums[i] += rate
		}
	}
	most := math.Max(math.Ceil(slices.Max(sums)-0.25), 1)
	y := func(v float64) float64 { return ground - (ground-requestsTop)*math.Min(v, most)/most }
	d.title(requestsTop, ground, "answers/s")
	d.level(y(0), "0")
	d.level(y(most), fmt.Sprint(most))
	below := make([]float64, len(d.run.Points))
	for k, n := range d.run.revisions() {
		var upper, lower []string
		for i, p := range d.run.Points[1:] {
			bottom, top := below[i+1], below[i+1]+layers[n][i+1]
			upper = append(upper, fmt.Sprintf("%.1f,%.1f", d.x(p.At), y(top)))
			lower = append([]string{fmt.Sprintf("%.1f,%.1f", d.x(p.At), y(bottom))}, lower...)
			below[i+1] = top
		}
		d.add(`<polygon points="%s %s" fill="%s"/>`, strings.Join(upper, " "), strings.Join(lower, " "), palette[k%len(palette)].healthy)
	}
	d.failures(y)
}

func (d *drawing) failures(y func(float64) float64) {
	for i, p := range d.run.Points {
		if i == 0 || p.Failed == 0 {
			continue
		}
		before := d.run.Points[i-1].At
		top := y(float64(p.Failed) / (p.At - before).Seconds())
		d.box(d.x(before), top, math.Max(d.x(p.At)-d.x(before), 3), ground-top, failInk)
	}
}

// strip draws what the object said: its phase, by colour whether it was Ready.
func (d *drawing) strip() {
	d.title(stripTop, stripEnd, "status")
	for i := 0; i < len(d.run.Points); {
		first := d.run.Points[i]
		for i++; i < len(d.run.Points) && d.run.Points[i].Phase == first.Phase && d.run.Points[i].Ready == first.Ready; i++ {
		}
		end := d.end
		if i < len(d.run.Points) {
			end = d.run.Points[i].At
		}
		from, to := d.x(first.At), d.x(end)
		d.box(from, stripTop, to-from, stripEnd-stripTop, fillOf(first))
		if to-from > 60 {
			d.text((from+to)/2, (stripTop+stripEnd)/2+5, "middle", ink, first.Phase)
		}
	}
}

func fillOf(p Point) string {
	switch {
	case p.Ready:
		return readyFill
	case p.Phase == "Degraded" || p.Phase == "Failed":
		return degradedFill
	default:
		return unreadyFill
	}
}

// legend explains the colours.
func (d *drawing) legend() {
	x, y := float64(left), float64(legendTop)
	entry := func(fill, text string) {
		d.add(`<rect x="%.1f" y="%.1f" width="12" height="12" fill="%s" stroke="#bbbbbb" stroke-width="0.5"/>`, x, y, fill)
		d.text(x+17, y+11, "start", ink, text)
		x += 17 + 7*float64(len(text)) + 16
	}
	for i, n := range d.run.revisions() {
		c := palette[i%len(palette)]
		entry(c.starting, fmt.Sprintf("revision %d starting", n))
		entry(c.healthy, "healthy")
		entry(c.draining, "draining")
	}
	x, y = left, y+22
	entry(readyFill, "Ready")
	entry(unreadyFill, "not Ready")
	entry(degradedFill, "not Ready, Degraded")
	entry(failInk, "failed requests")
}
