package gatewayview

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// Event is what the controller told of a gateway, once or several times.
type Event struct {
	// Type is Normal or Warning.
	Type    string    `json:"type"`
	Reason  string    `json:"reason"`
	Message string    `json:"message"`
	Count   int32     `json:"count"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
}

// Events are events in the order in which they were last seen. Those that say the same are
// one, with the sum of their counts: the API server keeps a new object for what is told again
// after a while.
func Events(list []corev1.Event) []Event {
	var events []Event
	for _, e := range list {
		one := eventOf(e)
		i := slices.IndexFunc(events, func(known Event) bool {
			return known.Type == one.Type && known.Reason == one.Reason && known.Message == one.Message
		})
		if i < 0 {
			events = append(events, one)
			continue
		}
		events[i].Count += one.Count
		if one.First.Before(events[i].First) {
			events[i].First = one.First
		}
		if one.Last.After(events[i].Last) {
			events[i].Last = one.Last
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(a.Last.Compare(b.Last), a.First.Compare(b.First), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Message, b.Message))
	})
	return events
}

// eventOf reads an event of either of Kubernetes' two kinds: the older has a count, the newer
// a series.
func eventOf(e corev1.Event) Event {
	one := Event{Type: e.Type, Reason: e.Reason, Message: terminal.OneLine(e.Message), Count: max(e.Count, 1), First: e.FirstTimestamp.Time, Last: e.LastTimestamp.Time}
	if one.First.IsZero() {
		one.First = cmp.Or(e.EventTime.Time, e.CreationTimestamp.Time)
	}
	if e.Series != nil {
		one.Count, one.Last = max(e.Series.Count, 1), e.Series.LastObservedTime.Time
	}
	if one.Last.Before(one.First) {
		one.Last = one.First
	}
	one.First, one.Last = one.First.UTC(), one.Last.UTC()
	return one
}

// EventTable are events as a table. Ages are those at now, by the API server's clock.
func EventTable(events []Event, now time.Time) []terminal.Line {
	cells := [][]string{{"LAST SEEN", "COUNT", "TYPE", "REASON", "MESSAGE"}}
	for _, e := range events {
		cells = append(cells, []string{rolloutview.Age(now.Sub(e.Last)), strconv.Itoa(int(e.Count)), e.Type, e.Reason, e.Message})
	}
	return table(cells, func(i int) terminal.Colour { return eventColour(events[i]) })
}

// EventLine is an event as a line of its own, for those who follow.
func EventLine(e Event) terminal.Line {
	cells := []string{e.Last.Local().Format("15:04:05"), e.Type, e.Reason, e.Message}
	if e.Count > 1 {
		cells[3] += " (x" + strconv.Itoa(int(e.Count)) + ")"
	}
	return terminal.Line{Text: terminal.Columns([][]string{cells})[0], Colour: eventColour(e)}
}

func eventColour(e Event) terminal.Colour {
	if e.Type == corev1.EventTypeWarning {
		return terminal.Yellow
	}
	return terminal.Plain
}
