package demo

import (
	"bytes"
	"io"
	"strings"

	"flexgw.io/controller/internal/terminal"
)

// margin stands before everything but headlines.
const margin = "   "

// screen is where the story is told.
type screen struct{ *terminal.Screen }

func newScreen(out io.Writer) *screen { return &screen{terminal.New(out)} }

// blank writes an empty line.
func (s *screen) blank() { s.Say("") }

// block writes lines that stay, behind the margin.
func (s *screen) block(lines ...string) {
	for _, line := range lines {
		s.Say("%s", strings.TrimRight(margin+line, " "))
	}
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
