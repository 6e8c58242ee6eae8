package autoscaling

import (
	"strconv"
	"strings"
	"time"
)

// cron is a cron expression with AWS's six fields: minutes, hours, day of the month, month
// of the year, day of the week (1 is Sunday) and year. L, W and # are not simulated.
type cron struct {
	minutes, hours, days, months, weekdays, years field
	zone                                          *time.Location
}

// field are the values that match; nil is all.
type field map[int]bool

func (f field) has(n int) bool { return f == nil || f[n] }

var (
	monthNames = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	dayNames   = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// parseCron reads the six fields. Its second result says what is wrong with them.
func parseCron(text string, zone *time.Location) (c cron, why string) {
	fields := strings.Fields(text)
	if len(fields) != 6 {
		return c, "cron takes six fields."
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return c, "exactly one of day of month and day of week must be ?."
	}
	c.zone = zone
	for i, f := range []struct {
		to          *field
		first, last int
		names       []string
	}{
		{&c.minutes, 0, 59, nil}, {&c.hours, 0, 23, nil}, {&c.days, 1, 31, nil},
		{&c.months, 1, 12, monthNames}, {&c.weekdays, 1, 7, dayNames}, {&c.years, 1970, 2199, nil},
	} {
		values, ok := parseField(fields[i], f.first, f.last, f.names)
		if !ok {
			return c, "the field " + fields[i] + " is not understood."
		}
		*f.to = values
	}
	return c, ""
}

// parseField reads a field such as "0,30", "8-18", "*/5" or "MON-FRI".
func parseField(text string, first, last int, names []string) (field, bool) {
	if text == "*" || text == "?" {
		return nil, true
	}
	values := field{}
	for part := range strings.SplitSeq(text, ",") {
		span, step, stepped := strings.Cut(part, "/")
		every := 1
		if stepped {
			n, err := strconv.Atoi(step)
			if err != nil || n < 1 {
				return nil, false
			}
			every = n
		}
		from, to, ok := parseSpan(span, first, last, names)
		if !ok {
			return nil, false
		}
		if stepped && from == to {
			to = last // 5/10 is every tenth from 5 on
		}
		for n := from; n <= to; n += every {
			values[n] = true
		}
	}
	return values, true
}

// parseSpan reads "*", "5" or "5-7", within first and last.
func parseSpan(text string, first, last int, names []string) (from, to int, ok bool) {
	if text == "*" {
		return first, last, true
	}
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	from, okFrom := parseValue(low, first, names)
	to, okTo := parseValue(high, first, names)
	return from, to, okFrom && okTo && first <= from && from <= to && to <= last
}

func parseValue(text string, first int, names []string) (int, bool) {
	for i, name := range names {
		if strings.EqualFold(text, name) {
			return first + i, true
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// next implements schedule. An expression that no day satisfies for some years has no
// next moment.
func (c cron) next(after time.Time) (time.Time, bool) {
	t := after.In(c.zone).Truncate(time.Minute).Add(time.Minute)
	for limit := t.AddDate(30, 0, 0); t.Before(limit); {
		year, month, day := t.Date()
		switch {
		case !c.years.has(year) || !c.months.has(int(month)):
			t = time.Date(year, month+1, 1, 0, 0, 0, 0, c.zone)
		case !c.days.has(day) || !c.weekdays.has(int(t.Weekday())+1):
			t = time.Date(year, month, day+1, 0, 0, 0, 0, c.zone)
		case !c.hours.has(t.Hour()):
			t = t.Truncate(time.Minute).Add(time.Duration(60-t.Minute()) * time.Minute)
		case !c.minutes.has(t.Minute()):
			t = t.Add(time.Minute)
		default:
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
