package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// sample is a rollout from revision 1 to 2 with one failure.
func sample() Run {
	at := func(seconds int) time.Duration { return time.Duration(seconds) * time.Second }
	return Run{
		Title: "a < b",
		Points: []Point{
			{At: at(-10), Replicas: map[int]Count{1: {Healthy: 4}}, Phase: "Ready", Ready: true},
			{At: at(10), Replicas: map[int]Count{1: {Healthy: 4}, 2: {Starting: 4}}, Answers: map[int]int{1: 40}, Phase: "Updating"},
			{At: at(150), Replicas: map[int]Count{1: {Draining: 4}, 2: {Healthy: 4}}, Answers: map[int]int{1: 278}, Failed: 2, Phase: "Updating"},
			{At: at(480), Replicas: map[int]Count{2: {Healthy: 4}}, Answers: map[int]int{2: 660}, Phase: "Ready", Ready: true},
		},
		Marks: []Mark{{0, "change"}, {at(1), "UpdateService"}, {at(470), "Ready"}},
	}
}

func draw(t *testing.T, run Run) string {
	t.Helper()
	var b strings.Builder
	if err := SVG(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAPictureIsWellFormedAndSaysWhatWasMeasured(t *testing.T) {
	drawn := draw(t, sample())
	decoder := xml.NewDecoder(strings.NewReader(drawn))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, drawn)
		}
	}
	for _, want := range []string{
		"a &lt; b", "980 requests, 2 failed", "revision 1 starting", "revision 2 starting", "change, UpdateService", ">Updating<",
		">0:00<", ">7:00<", "minutes of AWS&#39;s time since the change", palette[0].healthy, palette[1].draining,
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%q is not in the picture", want)
		}
	}
	if n := strings.Count(drawn, `fill="`+failInk+`"/>`); n != 1 {
		t.Errorf("%d bars of failures, want 1", n)
	}
}

func TestARateIsTakenOverThePointsAround(t *testing.T) {
	for revision, total := range map[int]float64{1: 318, 2: 660} {
		for i, rate := range sample().rates(revision) {
			if want := total / 490; i > 0 && rate != want || i == 0 && rate != 0 {
				t.Errorf("revision %d gives %.2f answers a second around point %d, want %.2f", revision, rate, i, want)
			}
		}
	}
}

func TestARunOfOnePointIsNoPicture(t *testing.T) {
	if drawn := draw(t, Run{Points: sample().Points[:1]}); drawn != "" {
		t.Errorf("drawn: %s", drawn)
	}
}
