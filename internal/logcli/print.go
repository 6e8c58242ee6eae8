package logcli

import (
	"strings"
	"time"

	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/terminal"
)

// printer tells lines, each once.
type printer struct {
	screen     *terminal.Screen
	timestamps bool
	// named says whose each line is.
	named bool
	// newest is the time of the newest line that was told, in milliseconds.
	newest int64
	// said are the lines within the overlap of two looks, by stream, time and message: lines of
	// GetLogEvents have no id. The count tells lines that say the same in the same millisecond.
	said map[line]int
	// cut is the time, by stream, up to which lines were left out.
	cut map[string]int64
}

// keepCut remembers what the tail has left out, so that a look back does not tell it.
func (p *printer) keepCut(streams []string, told []line, began int64, tail int) {
	p.cut = map[string]int64{}
	if tail < 0 {
		return
	}
	for _, stream := range streams {
		if tail == 0 {
			p.cut[stream] = began - 1
		}
	}
	for _, l := range told {
		if first, known := p.cut[l.stream]; !known || l.at < first {
			p.cut[l.stream] = l.at
		}
	}
}

// print tells the lines that were not told before.
func (p *printer) print(lines []line) {
	heard := map[line]int{}
	for _, l := range lines {
		l.id = ""
		heard[l]++
		if heard[l] <= p.said[l] || l.at <= p.cut[l.stream] {
			continue
		}
		p.newest = max(p.newest, l.at)
		p.say(l)
	}
	if p.said == nil {
		p.said = map[line]int{}
	}
	for l, n := range heard {
		p.said[l] = max(p.said[l], n)
	}
	for l := range p.said {
		if l.at < p.newest-2*overlap.Milliseconds() {
			delete(p.said, l)
		}
	}
}

// say tells a line. A message of several lines gets whose it is before each, and control
// characters, which are a container's, do not reach the terminal.
func (p *printer) say(l line) {
	before := ""
	if p.named {
		before = "[" + who(l.stream) + "] "
	}
	if p.timestamps {
		before += time.UnixMilli(l.at).UTC().Format("2006-01-02T15:04:05.000Z07:00") + " "
	}
	for text := range strings.Lines(l.message) {
		p.screen.Say("%s%s", p.screen.Paint(colourOf(l.stream), before), terminal.Harmless(text))
	}
}

// shortID is how many characters of a task's id tell it from the others of its gateway.
const shortID = 8

// who is the replica, or the container and the task of another.
func who(stream string) string {
	container, task := containerAndTask(stream)
	task = task[:min(shortID, len(task))]
	if container == gateway.ContainerName || container == "" {
		return task
	}
	return container + "/" + task
}

// colourOf is the same for the same stream.
func colourOf(stream string) terminal.Colour {
	colours := []terminal.Colour{terminal.Cyan, terminal.Green, terminal.Yellow}
	sum := 0
	for _, b := range []byte(stream) {
		sum += int(b)
	}
	return colours[sum%len(colours)]
}
