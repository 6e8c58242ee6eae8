package core

import "time"

// EventDelivery is how Amazon EventBridge delivers: at least once, in any order.
type EventDelivery struct {
	// Delay is how long an event is on its way. It is drawn for each delivery, with or
	// without Settings.Jitter: events overtake each other wherever P95 exceeds P50.
	Delay Spread
	// Duplicates is the share of deliveries, from 0 to 1, that are made twice, each
	// after a delay of its own.
	Duplicates float64
}

// RoughEvents is a delivery to test a consumer with: half of the events come twice,
// and some come minutes late.
func RoughEvents() EventDelivery {
	return EventDelivery{Delay: Spread{P50: 5 * time.Second, P95: 3 * time.Minute}, Duplicates: 0.5}
}

// defaultEvents are AWS's words ("typical latency is about half a second", and at
// least once) and, for the tail and the duplicates, estimates: AWS has no figure.
func defaultEvents() EventDelivery {
	return EventDelivery{Delay: Spread{P50: 500 * time.Millisecond, P95: 2 * time.Second}, Duplicates: 0.001}
}

// EventDelays draws after how long an event is delivered, once or twice. It does not
// disturb the ids and latencies of what else happens. The world must be locked.
func (w *World) EventDelays() []time.Duration {
	e := w.Settings.Events
	delays := []time.Duration{e.Delay.draw(w.events)}
	if e.Duplicates > 0 && w.events.Float64() < e.Duplicates {
		delays = append(delays, e.Delay.draw(w.events))
	}
	return delays
}

// EventID draws the id of an event or a message, in the same way. The world must be
// locked.
func (w *World) EventID() string { return uuid(w.events) }
