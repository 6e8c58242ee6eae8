package picture

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
	"time"
)

// The picture's measures, in SVG's units: pixels where it is not scaled.
const (
	width, height       = 960, 616
	left, right         = 70, 930
	marksTop            = 96
	replicasTop, floor  = 118, 318
	requestsTop, ground = 350, 450
	stripTop, stripEnd  = 482, 512
	axis                = 512
	legendTop           = 570
)

// shades are the colours of one revision.
type shades struct{ healthy, starting, draining string }

var palette = []shades{
	{healthy: "#4f8fce", starting: "#a9cbea", draining: "#dbe8f5"},
	{healthy: "#55a868", starting: "#aedcb7", draining: "#def0e1"},
	{healthy: "#e0984a", starting: "#f3cf9f", draining: "#fbecd8"},
	{healthy: "#a074c4", starting: "#d3bde6", draining: "#ede4f5"},
}

const (
	ink, faint, grid = "#333333", "#777777", "#e4e4e4"
	failInk          = "#d1495b"
	readyFill        = "#cdebd3"
	unreadyFill      = "#fdeec4"
	degradedFill     = "#f8d4d4"
)

// drawing is an SVG in the making.
type drawing struct {
	strings.Builder
	run        Run
	start, end time.Duration
}

// SVG draws the run. It writes nothing where there are fewer than two points.
func SVG(w io.Writer, run Run) error {
	if len(run.Points) < 2 {
		return nil
	}
	d := &drawing{run: run, start: run.Points[0].At, end: run.Points[len(run.Points)-1].At}
	d.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" font-size="13">`, width, height)
	d.box(0, 0, width, height, "#ffffff")
	requests, failed := run.totals()
	d.add(`<text x="%d" y="28" font-size="18" fill="%s">%s</text>`, left, ink, html.EscapeString(run.Title))
	d.text(left, 48, "start", faint, fmt.Sprintf("%d requests, %d failed", requests, failed))
	d.times()
	d.replicas()
	d.requests()
	d.strip()
	d.marks()
	d.legend()
	d.add(`</svg>`)
	_, err := io.WriteString(w, d.String())
	return err
}

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

func (d *drawing) box(x, y, w, h float64, fill string) {
	d.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, x, y, w, h, fill)
}

func (d *drawing) line(x1, y1, x2, y2 float64, stroke, more string) {
	d.add(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" %s/>`, x1, y1, x2, y2, stroke, more)
}

func (d *drawing) text(x, y float64, anchor, fill, text string) {
	d.add(`<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>`, x, y, anchor, fill, html.EscapeString(text))
}

// title is the name of an axis, beside it.
func (d *drawing) title(top, bottom float64, text string) {
	d.add(`<text transform="translate(22,%.0f) rotate(-90)" text-anchor="middle" fill="%s">%s</text>`, (top+bottom)/2, ink, html.EscapeString(text))
}

// x is where a moment is.
func (d *drawing) x(at time.Duration) float64 {
	return left + (right-left)*float64(at-d.start)/float64(d.end-d.start)
}

// times draws the axis of time, with a tick at every minute, or every second one.
func (d *drawing) times() {
	every := time.Minute
	if d.end-d.start > 16*time.Minute {
		every = 2 * time.Minute
	}
	for at := every * time.Duration(math.Ceil(float64(d.start)/float64(every))); at <= d.end; at += every {
		d.line(d.x(at), replicasTop, d.x(at), axis+5, grid, "")
		d.text(d.x(at), axis+20, "middle", ink, fmt.Sprintf("%d:%02d", int(at.Minutes()), int(at.Seconds())%60))
	}
	d.text((left+right)/2, axis+40, "middle", ink, "minutes of AWS's time since the change")
}

// level draws a line at a value of an axis.
func (d *drawing) level(y float64, text string) {
	d.line(left, y, right, y, grid, "")
	d.text(left-8, y+4, "end", ink, text)
}

// marks draws what happened: moments that are as good as one under one label, and a label
// that would cover the one before a line higher.
func (d *drawing) marks() {
	const asOne, lineHeight, letter = 14, 18, 7.2
	free, row := float64(left), 0 // where the label before ends, and its line
	for i := 0; i < len(d.run.Marks); {
		x := d.x(d.run.Marks[i].At)
		var texts []string
		for ; i < len(d.run.Marks) && d.x(d.run.Marks[i].At)-x < asOne; i++ {
			texts = append(texts, d.run.Marks[i].Text)
			d.line(d.x(d.run.Marks[i].At), replicasTop, d.x(d.run.Marks[i].At), axis, faint, `stroke-dasharray="4 4"`)
		}
		text := strings.Join(texts, ", ")
		wide := letter * float64(len(text))
		at := math.Min(x, right-wide)
		if row == 0 && at < free {
			row = 1
		} else {
			row = 0
		}
		free = at + wide
		d.line(x, marksTop+6-float64(row)*lineHeight, x, replicasTop, faint, `stroke-dasharray="4 4"`)
		d.text(at, marksTop-float64(row)*lineHeight, "start", ink, text)
	}
}
