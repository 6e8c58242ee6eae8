package demo

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"flexgw.io/controller/internal/local"
	"flexgw.io/controller/internal/terminal"
)

// logTail is how many of the manager's last lines are shown.
const logTail = 20

// explain writes what is known about a failure: what the status says, what the manager
// has said last. Where the logs are, Run says.
func (d *demo) explain(err error) {
	if isInterrupt(err) {
		return
	}
	d.screen.blank()
	d.screen.Say("%s", d.screen.Paint(terminal.Red, "The demonstration failed: "+err.Error()))
	if d.story != nil && d.story.gateway != nil {
		d.screen.blank()
		d.screen.Say("The last conditions of %s:", d.sample.key)
		cells := [][]string{{"TYPE", "STATUS", "REASON", "MESSAGE"}}
		for _, c := range d.story.gateway.Status.Conditions {
			cells = append(cells, []string{c.Type, string(c.Status), c.Reason, c.Message})
		}
		d.screen.block(terminal.Columns(cells)...)
	}
	if used := (*local.InUseError)(nil); errors.As(err, &used) {
		return // the logs there are somebody else's
	}
	log := filepath.Join(d.dir, "manager.log")
	if lines := tail(log, logTail); len(lines) > 0 {
		d.screen.blank()
		d.screen.Say("The end of %s:", log)
		d.screen.block(lines...)
	}
}

// tail is the last n lines of a file, nothing where there is none; that it cannot be read
// is said.
func tail(path string, n int) []string {
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
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
