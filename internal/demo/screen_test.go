package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestABlockStandsBehindTheMarginWithoutBlanksAtTheEnd(t *testing.T) {
	var out strings.Builder
	s := newScreen(&out)
	s.block("behind the margin", "")
	s.blank()
	if diff := cmp.Diff("   behind the margin\n\n\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
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
