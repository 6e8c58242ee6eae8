package terminal

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInAPipeThereAreOnlyPlainLines(t *testing.T) {
	var out strings.Builder
	s := New(&out)
	s.Show([]Line{{"a live table", Bold}})
	s.Say("%s", s.Paint(Red, "a line"))
	s.Clear()
	if diff := cmp.Diff("a line\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if s.IsTerminal() || s.Height() != 0 {
		t.Errorf("a buffer is taken for a terminal of %d rows", s.Height())
	}
}

func TestAScreenRemembersThatItsReaderHasGone(t *testing.T) {
	reader, writer := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	s := New(writer)
	s.Say("to nobody")
	if !errors.Is(s.Err(), io.ErrClosedPipe) {
		t.Errorf("the error is %v", s.Err())
	}
}

func TestOnATerminalTheLivePartStaysBelowTheLines(t *testing.T) {
	var out strings.Builder
	s := OfSize(&out, 11, 24)
	s.Show([]Line{{"one", Plain}, {"a row that is too long", Plain}})
	s.Say("news")
	want := "one\na row t...\n" + // drawn, cut to the width
		"\x1b[2A\r\x1b[J" + "news\n" + // erased, and the news where it was
		"one\na row t...\n" // drawn again below
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%q", diff)
	}
}

func TestALivePartThatIsKeptIsNotErased(t *testing.T) {
	var out strings.Builder
	s := OfSize(&out, 80, 24)
	s.Show([]Line{{"before", Plain}})
	s.Show([]Line{{"after", Plain}})
	s.Keep()
	s.Say("the end")
	if diff := cmp.Diff("before\n\x1b[1A\r\x1b[Jafter\nthe end\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%q", diff)
	}
}

func TestALivePartIsNeverHigherThanTheTerminal(t *testing.T) {
	var out strings.Builder
	s := OfSize(&out, 80, 4)
	lines := []Line{{"1", Plain}, {"2", Plain}, {"3", Plain}, {"4", Plain}, {"5", Plain}}
	s.Show(lines)
	if diff := cmp.Diff("1\n2\n... and 3 more\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%q", diff)
	}
	if lines[2].Text != "3" {
		t.Error("the caller's lines have been changed")
	}
}

func TestColoursAreOnlyWhereTheyAreOn(t *testing.T) {
	if got := (style{on: true}).paint(Green, "ready"); got != "\x1b[32mready\x1b[0m" {
		t.Errorf("on: %q", got)
	}
	if got := (style{}).paint(Green, "ready"); got != "ready" {
		t.Errorf("off: %q", got)
	}
}

func TestColumnsStandBelowEachOther(t *testing.T) {
	got := Columns([][]string{{"A", "B", "C"}, {"größer", "", "c"}, {"short"}})
	if diff := cmp.Diff([]string{"A       B  C", "größer     c", "short"}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestATerminalThatDoesNotKnowItsSizeIsAUsualOne(t *testing.T) {
	var out strings.Builder
	OfSize(&out, 0, 0).Show([]Line{{"one", Plain}, {"two", Plain}, {"three", Plain}})
	if diff := cmp.Diff("one\ntwo\nthree\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%q", diff)
	}
}
