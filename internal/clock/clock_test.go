package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text    string
		want    Clock
		wantErr bool
	}{
		{text: "", want: Real{}},
		{text: "2026-11-22T10:00:00Z@30", want: Scaled{Anchor: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Speed: 30}},
		{text: "2026-11-22T10:00:00Z", wantErr: true},
		{text: "yesterday@30", wantErr: true},
		{text: "2026-11-22T10:00:00Z@0.5", wantErr: true},
		{text: "2026-11-22T10:00:00Z@fast", wantErr: true},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := Parse(test.text)
			if (err != nil) != test.wantErr {
				t.Fatalf("Parse(%q) error = %v, want error %v", test.text, err, test.wantErr)
			}
			if got != test.want {
				t.Errorf("Parse(%q) = %v, want %v", test.text, got, test.want)
			}
		})
	}
}

func TestScaledRunsFasterThanLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := Scaled{Anchor: start, Speed: 60}
		time.Sleep(2 * time.Second)
		if got, want := c.Now(), start.Add(2*time.Minute); !got.Equal(want) {
			t.Errorf("after 2 s of life Now() = %v, want %v", got, want)
		}
		if got, want := At(c, start.Add(time.Second)), start.Add(time.Minute); !got.Equal(want) {
			t.Errorf("At(1 s of life) = %v, want %v", got, want)
		}
		if got, want := At(Real{}, start), start; !got.Equal(want) {
			t.Errorf("At of life = %v, want %v", got, want)
		}
		if got, want := c.Real(time.Minute), time.Second; got != want {
			t.Errorf("Real(1m) = %v, want %v", got, want)
		}
	})
}

func TestStringIsWhatParseReads(t *testing.T) {
	want := Scaled{Anchor: time.Date(2026, 11, 22, 10, 0, 0, 123, time.UTC), Speed: 12.5}
	got, err := Parse(want.String())
	if err != nil || got != want {
		t.Errorf("Parse(%q) = %v, %v", want.String(), got, err)
	}
}
