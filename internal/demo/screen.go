package demo

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// margin stands before everything but headlines.
const margin = "   "

// screen is where the story is told: lines that stay and, on a terminal, a live part
// below them that is redrawn in place. In a pipe there are only lines.
type screen struct {
	out   io.Writer
	style style
	// size is the terminal's width and height; nil where out is no terminal.
	size func() (width, height int)
	// live is the live part as it is drawn now.
	live []painted
	// err is the first error of a write: the reader has gone.
	err error
}

// painted is a line in a colour.
type painted struct {
	text   string
	colour colour
}

// newScreen uses colours on a terminal only, and never where NO_COLOR is set
// (https://no-color.org).
func newScreen(out io.Writer) *screen {
	s := &screen{out: out}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return s
	}
	s.size = func() (int, int) {
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 80, 24
		}
		return width, height
	}
	s.style.on = os.Getenv("NO_COLOR") == ""
	return s
}

// say writes a line that stays, above the live part.
func (s *screen) say(format string, args ...any) {
	live := s.live
	s.clear()
	s.write(fmt.Sprintf(format+"\n", args...))
	s.show(live)
}

func (s *screen) write(text string) {
	if _, err := io.WriteString(s.out, text); err != nil && s.err == nil {
		s.err = err
	}
}

// blank writes an empty line.
func (s *screen) blank() { s.say("") }

// block writes lines that stay, behind the margin.
func (s *screen) block(lines ...string) {
	for _, line := range lines {
		s.say("%s", strings.TrimRight(margin+line, " "))
	}
}

// show replaces the live part. In a pipe it does nothing.
func (s *screen) show(lines []painted) {
	if s.size == nil || len(lines) == 0 {
		return
	}
	s.clear()
	width, _ := s.size()
	for _, line := range lines {
		s.write(s.style.paint(line.colour, clip(line.text, width-1)) + "\n")
	}
	s.live = lines
}

// clear removes the live part: cursor up to its first line, then erase to the end.
func (s *screen) clear() {
	if len(s.live) == 0 {
		return
	}
	s.write(fmt.Sprintf("\x1b[%dA\r\x1b[J", len(s.live)))
	s.live = nil
}

// clip shortens a line to the width of the terminal, so that it takes one row.
func clip(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width || width < 4 {
		return line
	}
	return string(runes[:width-3]) + "..."
}

// lineWriter gives each whole line that is written to it to a function.
type lineWriter struct {
	line func(string)
	rest []byte
}

// Write implements io.Writer.
func (w *lineWriter) Write(b []byte) (int, error) {
	w.rest = append(w.rest, b...)
	for {
		line, rest, found := bytes.Cut(w.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		w.line(string(line))
		w.rest = rest
	}
}
