package autoscaling

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones are AWS's, not this machine's

	"flexgw.io/controller/internal/awssim/core"
)

// schedule is when a scheduled action runs.
type schedule interface {
	// next is the first moment after another one; false where there is none.
	next(after time.Time) (time.Time, bool)
}

var expression = regexp.MustCompile(`^(at|rate|cron)\((.+)\)$`)

// parseSchedule reads an at, rate or cron expression (the SDK's comment on
// PutScheduledAction). The zone is for at and cron, UTC where it is empty. Rates count
// from the creation of the action.
func parseSchedule(text, zone string, created time.Time) (schedule, error) {
	refuse := func(why string) error {
		return core.Errorf(invalid, "The schedule %s is not valid: %s", text, why) // the sentence is not AWS's
	}
	in, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return nil, core.Errorf(invalid, "The time zone %s is not valid.", zone) // the sentence is not AWS's
	}
	parts := expression.FindStringSubmatch(text)
	if parts == nil {
		return nil, refuse("it must be at(...), rate(...) or cron(...).")
	}
	switch parts[1] {
	case "at":
		moment, err := time.ParseInLocation("2006-01-02T15:04:05", parts[2], in)
		if err != nil {
			return nil, refuse("at takes yyyy-mm-ddThh:mm:ss.")
		}
		return once{moment}, nil
	case "rate":
		every, ok := parseRate(parts[2])
		if !ok {
			return nil, refuse("rate takes a positive number and minute(s), hour(s) or day(s).")
		}
		return rate{every: every, from: created}, nil
	default:
		c, why := parseCron(parts[2], in)
		if why != "" {
			return nil, refuse(why)
		}
		return c, nil
	}
}

// once is an at expression.
type once struct{ moment time.Time }

func (o once) next(after time.Time) (time.Time, bool) { return o.moment, o.moment.After(after) }

// rate is a rate expression.
type rate struct {
	every time.Duration
	from  time.Time
}

func (r rate) next(after time.Time) (time.Time, bool) {
	gone := max(after.Sub(r.from), 0)
	return after.Add(r.every - gone%r.every), true
}

func parseRate(text string) (time.Duration, bool) {
	number, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return 0, false
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	each, ok := units[strings.TrimSuffix(unit, "s")]
	return time.Duration(n) * each, ok
}
