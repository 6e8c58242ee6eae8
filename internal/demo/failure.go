package demo

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// logTail is how many of the manager's last lines are shown.
const logTail = 20

// explain writes what is known about a failure: what the status says, what the manager
// has said last, and where the rest is.
func (d *demo) explain(err error) {
	d.screen.blank()
	d.screen.say("%s", d.screen.style.paint(red, "The demonstration failed: "+err.Error()))
	if d.story != nil && d.story.gateway != nil {
		d.screen.blank()
		d.screen.say("The last conditions of %s:", d.sample.key)
		cells := [][]string{{"TYPE", "STATUS", "REASON", "MESSAGE"}}
		for _, c := range d.story.gateway.Status.Conditions {
			cells = append(cells, []string{c.Type, string(c.Status), c.Reason, c.Message})
		}
		d.screen.block(columns(cells)...)
	}
	log := filepath.Join(d.dir, "manager.log")
	if lines := tail(log, logTail); len(lines) > 0 {
		d.screen.blank()
		d.screen.say("The end of %s:", log)
		d.screen.block(lines...)
	}
	d.screen.blank()
	d.screen.say("All logs are in %s.", d.dir)
}

// tail is the last n lines of a file; nothing where it cannot be read, which is said.
func tail(path string, n int) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return []string{fmt.Sprintf("(not readable: %v)", err)}
	}
	lines := bytes.Split(bytes.TrimRight(content, "\n"), []byte("\n"))
	var last []string
	for _, line := range lines[max(0, len(lines)-n):] {
		last = append(last, string(line))
	}
	return last
}
