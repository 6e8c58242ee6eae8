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
			{At: at(10), Replicas: map[int]Count{1: {Healthy: 4}, 2: {Starting: 4}}, Requests: 40, Phase: "Updating"},
			{At: at(150), Replicas: map[int]Count{1: {Draining: 4}, 2: {Healthy: 4}}, Requests: 280, Failed: 2, Phase: "Updating"},
			{At: at(480), Replicas: map[int]Count{2: {Healthy: 4}}, Requests: 660, Phase: "Ready", Ready: true},
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
	rates, fastest := sample().rates()
	for i, want := range []float64{0, 2, 2, 2} { // 980 requests in 490 s
		if rates[i] != want {
			t.Errorf("point %d has %.2f requests a second, want %.2f", i, rates[i], want)
		}
	}
	if fastest != 2 {
		t.Errorf("the fastest is %.2f, want 2", fastest)
	}
}

func TestARunOfOnePointIsNoPicture(t *testing.T) {
	if drawn := draw(t, Run{Points: sample().Points[:1]}); drawn != "" {
		t.Errorf("drawn: %s", drawn)
	}
}
