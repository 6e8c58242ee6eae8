package controllers

import (
	"testing"
	"time"
)

func TestAGatewayThatIsReadyIsLookedAtAfreshAndOneThatWaitsIsNot(t *testing.T) {
	var m memories
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	const every = 10 * time.Minute
	first := m.of("uid", now, every, false)
	if again := m.of("uid", now.Add(time.Minute), every, false); again != first {
		t.Error("a gateway that waits has lost its memory")
	}
	if got := m.all["uid"].lookedAt; !got.Equal(now) {
		t.Errorf("looked at %v, want %v: waiting is no look", got, now)
	}
	m.of("uid", now.Add(2*time.Minute), every, true)
	if got := m.all["uid"].lookedAt; !got.Equal(now.Add(2 * time.Minute)) {
		t.Errorf("a gateway that was ready was last looked at %v", got)
	}
	m.of("uid", now.Add(time.Hour), every, false)
	if got := m.all["uid"].lookedAt; !got.Equal(now.Add(time.Hour)) {
		t.Errorf("a gateway that waits for an hour was last looked at %v", got)
	}
	m.drop("uid")
	if m.of("uid", now, every, false) == first {
		t.Error("a dropped gateway is remembered")
	}
}
