package modbuild

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// Periods of the progress line: a terminal's is rewritten, a log gets a new one.
const (
	terminalPeriod = time.Second
	logPeriod      = 15 * time.Second
)

// tailLines is how much of a failed build's output is shown.
const tailLines = 20

// progress shows that a long build lives: what it is, how long it has taken, and the
// last thing it has said. It is the io.Writer for the build's output.
type progress struct {
	out      io.Writer
	title    string
	start    time.Time
	terminal bool
	quit     chan struct{}
	finished sync.WaitGroup

	mu    sync.Mutex
	rest  []byte   // an unfinished line
	lines []string // the last tailLines
	count int
}

func startProgress(out io.Writer, title string) *progress {
	p := &progress{out: out, title: title, start: time.Now(), terminal: isTerminal(out), quit: make(chan struct{})}
	fmt.Fprintln(out, title)
	p.finished.Go(p.run)
	return p
}

// Write takes the output of the build.
func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, b...)
	for {
		line, rest, found := bytes.Cut(p.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		p.rest = rest
		p.lines = append(p.lines, string(line))
		p.lines = p.lines[max(0, len(p.lines)-tailLines):]
		p.count++
	}
}

func (p *progress) run() {
	period := logPeriod
	if p.terminal {
		period = terminalPeriod
	}
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-p.quit:
			p.end()
			return
		case <-tick.C:
			p.show(p.line())
		}
	}
}

func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == 0 {
		return fmt.Sprintf("  %s, nothing new to compile so far", p.elapsed())
	}
	return fmt.Sprintf("  %s, step %d: %s", p.elapsed(), p.count, p.lines[len(p.lines)-1])
}

// end writes the last line.
func (p *progress) end() {
	p.show(fmt.Sprintf("  %s, ended", p.elapsed()))
	if p.terminal {
		fmt.Fprintln(p.out)
	}
}

func (p *progress) show(line string) {
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%.100s", line)
		return
	}
	fmt.Fprintln(p.out, line)
}

func (p *progress) elapsed() time.Duration { return time.Since(p.start).Round(time.Second) }

func (p *progress) stop() {
	close(p.quit)
	p.finished.Wait()
}

// tail is the end of the build's output.
func (p *progress) tail() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(append(p.lines, string(p.rest)), "\n")
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
