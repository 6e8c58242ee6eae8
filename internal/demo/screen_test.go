package demo

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestInAPipeThereAreOnlyPlainLines(t *testing.T) {
	var out strings.Builder
	s := newScreen(&out)
	s.show([]painted{{"a live table", bold}})
	s.say("%s", s.style.paint(red, "a line"))
	s.block("behind the margin", "")
	s.clear()
	if diff := cmp.Diff("a line\n   behind the margin\n\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestAScreenRemembersThatItsReaderHasGone(t *testing.T) {
	reader, writer := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	s := newScreen(writer)
	s.say("to nobody")
	if !errors.Is(s.err, io.ErrClosedPipe) {
		t.Errorf("the error is %v", s.err)
	}
}

func TestOnATerminalTheLivePartStaysBelowTheLines(t *testing.T) {
	var out strings.Builder
	s := &screen{out: &out, size: func() (int, int) { return 11, 24 }}
	s.show([]painted{{"one", plain}, {"a row that is too long", plain}})
	s.say("news")
	want := "one\na row t...\n" + // drawn, cut to the width
		"\x1b[2A\r\x1b[J" + "news\n" + // erased, and the news where it was
		"one\na row t...\n" // drawn again below
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%q", diff)
	}
}

func TestColoursAreOnlyWhereTheyAreOn(t *testing.T) {
	if got := (style{on: true}).paint(green, "ready"); got != "\x1b[32mready\x1b[0m" {
		t.Errorf("on: %q", got)
	}
	if got := (style{}).paint(green, "ready"); got != "ready" {
		t.Errorf("off: %q", got)
	}
}

func TestALineWriterGivesWholeLines(t *testing.T) {
	var got []string
	w := &lineWriter{line: func(line string) { got = append(got, line) }}
	for _, part := range []string{"a", "b\nc", "d\n", "unfinished"} {
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"ab", "cd"}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestTimesAreWrittenForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "00:00", 1400 * time.Millisecond: "00:01", 125 * time.Second: "02:05", 75 * time.Minute: "75:00",
	} {
		if got := stamp(d); got != want {
			t.Errorf("stamp(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{3449 * time.Millisecond: "3.4s", 252400 * time.Millisecond: "4m12s"} {
		if got := short(d); got != want {
			t.Errorf("short(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestAShortIDIsWhatTellsAnARNFromOthers(t *testing.T) {
	for id, want := range map[string]string{
		"sg-0123": "sg-0123",
		"arn:aws:ecs:us-east-1:123456789012:service/c/s":                  "service/c/s",
		"arn:aws:iam::123456789012:role/r":                                "role/r",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:a/b-AbCdEf": "secret:a/b-AbCdEf",
	} {
		if got := shortID(id); got != want {
			t.Errorf("shortID(%q) = %q, want %q", id, got, want)
		}
	}
}
