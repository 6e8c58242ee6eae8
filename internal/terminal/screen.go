// Package terminal tells a person what happens while it happens: lines that stay and, on
// a terminal, a live part below them that is redrawn in place. In a pipe there are only
// lines. It knows nothing of what is told.
package terminal

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Screen is where something is told. It is for one goroutine at a time.
type Screen struct {
	out   io.Writer
	style style
	// size is the terminal's width and height; nil where out is no terminal.
	size func() (width, height int)
	// live is the live part as it is drawn now.
	live []Line
	// err is the first error of a write: the reader has gone.
	err error
}

// Line is a line in a colour.
type Line struct {
	Text   string
	Colour Colour
}

// New is the screen on which out is shown. Colours are used on a terminal only, and never
// where NO_COLOR is set (https://no-color.org).
func New(out io.Writer) *Screen {
	s := &Screen{out: out}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return s
	}
	s.size = func() (int, int) {
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return usual(0, 0)
		}
		return usual(width, height)
	}
	s.style.on = os.Getenv("NO_COLOR") == ""
	return s
}

// OfSize is a terminal of a fixed size without colours, such as tests need.
func OfSize(out io.Writer, width, height int) *Screen {
	return &Screen{out: out, size: func() (int, int) { return usual(width, height) }}
}

// usual is a size in which what is not known, which a terminal without a window says with 0,
// is as it usually is.
func usual(width, height int) (int, int) { return cmp.Or(width, 80), cmp.Or(height, 24) }

// IsTerminal is false in a pipe, where no live part is shown.
func (s *Screen) IsTerminal() bool { return s.size != nil }

// Height is the number of rows of the terminal, 0 in a pipe.
func (s *Screen) Height() int {
	if s.size == nil {
		return 0
	}
	_, height := s.size()
	return height
}

// Err is the first error of a write: the reader has gone.
func (s *Screen) Err() error { return s.err }

// Paint is text in a colour where colours are on, and text where they are not.
func (s *Screen) Paint(c Colour, text string) string { return s.style.paint(c, text) }

// Say writes a line that stays, above the live part.
func (s *Screen) Say(format string, args ...any) {
	live := s.live
	s.Clear()
	s.write(fmt.Sprintf(format+"\n", args...))
	s.Show(live)
}

// SayAll writes lines that stay, in their colours.
func (s *Screen) SayAll(lines []Line) {
	for _, line := range lines {
		s.Say("%s", s.Paint(line.Colour, line.Text))
	}
}

func (s *Screen) write(text string) {
	if text == "" {
		return
	}
	if _, err := io.WriteString(s.out, text); err != nil && s.err == nil {
		s.err = err
	}
}

// Show replaces the live part. In a pipe it does nothing. A line takes one row, and what
// is too much for the terminal is counted in its last row: the cursor cannot go back to
// what has been scrolled away.
func (s *Screen) Show(lines []Line) {
	if s.size == nil || len(lines) == 0 {
		return
	}
	width, height := s.size()
	if rows := max(height-1, 1); len(lines) > rows {
		more := Line{Text: fmt.Sprintf("... and %d more", len(lines)-rows+1), Colour: Faint}
		lines = append(lines[:rows-1:rows-1], more)
	}
	var b strings.Builder
	b.WriteString(s.erasure()) // in one write with what follows, so that nothing flickers
	for _, line := range lines {
		b.WriteString(s.style.paint(line.Colour, clip(line.Text, width-1)) + "\n")
	}
	s.write(b.String())
	s.live = lines
}

// Clear removes the live part.
func (s *Screen) Clear() {
	s.write(s.erasure())
	s.live = nil
}

// Keep lets the live part stay as it is; what follows is written below it.
func (s *Screen) Keep() { s.live = nil }

// erasure takes the cursor up to the first line of the live part and erases to the end.
func (s *Screen) erasure() string {
	if len(s.live) == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", len(s.live))
}

// clip shortens a line to the width of the terminal, so that it takes one row.
func clip(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width || width < 4 {
		return line
	}
	return string(runes[:width-3]) + "..."
}
