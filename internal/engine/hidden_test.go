package engine_test

import (
	"testing"
	"time"

	"flexgw.io/controller/internal/engine"
)

// recordedAgo is the record of a thing that came into a state a while ago.
func recordedAgo(name string, state engine.State, ago time.Duration) engine.Record {
	record := recorded(name)
	record.State, record.Since = state, start.Add(-ago)
	return record
}

func TestDeleteTakesWhatIsNotSeenAsGoneOnlyWhenItIsNotNew(t *testing.T) {
	for _, test := range []struct {
		name   string
		record engine.Record
		want   engine.State
	}{
		{"made a moment ago", recordedAgo("a", engine.StateReady, time.Second), engine.StateWaiting},
		{"made a moment ago, and failed since", recordedAgo("a", engine.StateFailed, time.Second), engine.StateWaiting},
		{"not seen for long enough", recordedAgo("a", engine.StateWaiting, 15*time.Second), engine.StateGone},
		{"there for an hour", recordedAgo("a", engine.StateReady, time.Hour), engine.StateGone},
		{"seen by this removal", recordedAgo("a", engine.StateDeleting, time.Second), engine.StateGone},
		{"seen by this removal, and held by another", recordedAgo("a", engine.StateBlocked, time.Second), engine.StateGone},
		{"never made", engine.Record{Identity: engine.Identity{Kind: "Thing", Name: "a"}, State: engine.StateFailed, Since: start}, engine.StateGone},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := stack(test.record)
			add(s, fake{cloud: newCloud(nil), name: "a"})
			r := s.Delete(t.Context())
			wantStates(t, r, map[string]engine.State{"a": test.want})
			if gone := test.want == engine.StateGone; r.Done() != gone {
				t.Errorf("Done() = %v, want %v", r.Done(), gone)
			}
			if test.want == engine.StateWaiting && (r.LookAgain() == 0 || len(r.Records()) != 1) {
				t.Errorf("LookAgain() = %v with records %v, want another look at it", r.LookAgain(), r.Records())
			}
		})
	}
}

func TestAHiddenContainerKeepsWhatItStandsOn(t *testing.T) {
	c := newCloud(map[string]string{"base": "new"})
	s := stack(recorded("base"), recordedAgo("top", engine.StateReady, time.Second))
	base := add(s, fake{cloud: c, name: "base"})
	add(s, fake{cloud: c, name: "top", needs: []engine.Need{engine.Exists(base)}})
	wantStates(t, s.Delete(t.Context()), map[string]engine.State{"top": engine.StateWaiting, "base": engine.StateBlocked})
	wantCalls(t, c.writes())
}

func TestARemovalLooksAgainAtWhatWasHidden(t *testing.T) {
	c, memory := newCloud(nil), engine.NewMemory()
	walk := func() *engine.Report {
		s := stack(recordedAgo("a", engine.StateReady, time.Second))
		add(s, fake{cloud: c, name: "a"})
		s.Remember(memory)
		return s.Delete(t.Context())
	}
	walk()
	c.things["a"] = "new" // now it is visible
	if r := walk(); !r.Done() || len(r.Changes()) != 1 {
		t.Errorf("Done() = %v with changes %v, want it deleted", r.Done(), r.Changes())
	}
	wantCalls(t, c.writes(), "delete a")
}

func TestTheStateOfWhatIsMadeBeginsWhenItIsMade(t *testing.T) {
	waited := engine.Record{Identity: engine.Identity{Kind: "Thing", Name: "a"}, State: engine.StateReady, Since: start.Add(-time.Hour)}
	s := stack(waited)
	add(s, fake{cloud: newCloud(nil), name: "a"})
	if got := step(t, s.Apply(t.Context()), "a").Since; !got.Equal(start) {
		t.Errorf("since %v, want %v", got, start)
	}
}
