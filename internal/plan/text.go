package plan

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"flexgw.io/controller/internal/cost"
	"flexgw.io/controller/internal/terminal"
)

// colours are those of the actions on a terminal.
var colours = map[Action]terminal.Colour{
	ActionCreate: terminal.Green, ActionUpdate: terminal.Yellow, ActionReplace: terminal.Yellow, ActionRestart: terminal.Cyan,
	ActionDelete: terminal.Red, ActionRelease: terminal.Faint,
}

// longestValue is how many characters of a value are shown in a table.
const longestValue = 70

// Text is the plan for a person.
func (p *Plan) Text() []terminal.Line {
	lines := []terminal.Line{{Text: p.Headline(), Colour: terminal.Bold}}
	if p.HasChanges() {
		lines = append(append(lines, terminal.Line{}), p.table()...)
	}
	lines = append(lines, notes("Problems: it would not get through as it is.", terminal.Red, p.Problems)...)
	lines = append(lines, notes("Awaited:", terminal.Plain, p.Awaited)...)
	lines = append(lines, notes("Taken for granted:", terminal.Yellow, p.Assumed)...)
	if p.Cost != nil {
		lines = append(append(lines, terminal.Line{}), costText(p.Cost)...)
	}
	return lines
}

// Headline says in a line what would be done.
func (p *Plan) Headline() string {
	subject := p.Gateway
	if p.Region != "" {
		subject += fmt.Sprintf(" (account %s, %s)", p.Account, p.Region)
	}
	switch {
	case p.HasProblems() && !p.HasChanges():
		return subject + ": there is no plan"
	case !p.HasChanges() && p.Kind == KindDrift:
		return subject + ": no drift, all is as the spec asks"
	case !p.HasChanges() && p.Kind == KindDeletion:
		return subject + ": nothing to delete"
	case !p.HasChanges():
		return subject + ": nothing to do"
	}
	headline := subject + ": " + p.Counts()
	if p.Kind == KindDrift {
		headline += ", to be as the spec asks"
	}
	return headline
}

// Counts are the numbers of steps, such as "3 to create, 1 to update".
func (p *Plan) Counts() string {
	var counts []string
	for _, action := range Actions {
		if n := p.Summary[action]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d to %s", n, action))
		}
	}
	return strings.Join(counts, ", ")
}

// table has a row for each step, and one for each further detail.
func (p *Plan) table() []terminal.Line {
	rows := [][]string{{"ORDER", "ACTION", "RESOURCE", "PHASE", "IN", "DETAILS"}}
	paint := []terminal.Colour{terminal.Plain}
	for _, s := range p.Steps {
		row := []string{strconv.Itoa(s.Order), string(s.Action), s.Resource(), s.Phase, s.In}
		for i, detail := range s.details() {
			if i > 0 {
				row = []string{"", "", "", "", ""}
			}
			rows, paint = append(rows, append(row, detail)), append(paint, colours[s.Action])
		}
	}
	var lines []terminal.Line
	for i, text := range terminal.Columns(rows) {
		lines = append(lines, terminal.Line{Text: text, Colour: paint[i]})
	}
	return lines
}

// details are the changed fields and the reason; one is empty where there are none.
func (s Step) details() []string {
	var all []string
	for _, c := range s.Changes {
		all = append(all, c.short())
	}
	if s.Reason != "" || len(all) == 0 {
		all = append(all, printable(s.Reason))
	}
	return all
}

// short is the change in a line of a table.
func (c Change) short() string {
	from, to := short(c.From), short(c.To)
	if same := sameEnd([]rune(c.From), []rune(c.To)) - longestValue/2; from == to && same > 0 { // they differ further ahead
		from, to = short(without(c.From, same))+"...", short(without(c.To, same))+"..."
	}
	return Change{printable(c.Field), from, to}.String()
}

// sameEnd is how many characters at the end of two texts are the same.
func sameEnd(a, b []rune) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// without is a text without its last characters.
func without(text string, last int) string {
	runes := []rune(text)
	return string(runes[:len(runes)-last])
}

// short keeps the end of a long value, which tells more than its beginning: of an ARN, the
// name.
func short(value string) string {
	runes := []rune(printable(value))
	if len(runes) <= longestValue {
		return string(runes)
	}
	return "..." + string(runes[len(runes)-longestValue+3:])
}

// printable has a blank for each character that a terminal would obey, and for each end of
// a line, behind which some pipelines look for commands of their own.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

func notes(title string, colour terminal.Colour, list []Note) []terminal.Line {
	if len(list) == 0 {
		return nil
	}
	lines := []terminal.Line{{}, {Text: title, Colour: colour}}
	for _, n := range list {
		lines = append(lines, terminal.Line{Text: "  " + printable(n.String()), Colour: colour})
	}
	return lines
}

// String is the resource, the reason and the sentence.
func (n Note) String() string {
	var parts []string
	for _, part := range []string{n.Resource, n.Reason, n.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

func costText(e *cost.Estimate) []terminal.Line {
	if !e.Known {
		return []terminal.Line{{Text: noPrices(e)}}
	}
	lines := []terminal.Line{{Text: "Cost in a month: " + fromTo(e.Before, e.After), Colour: terminal.Bold}}
	if e.Before == e.After {
		return lines
	}
	var rows [][]string
	for _, l := range e.Lines {
		rows = append(rows, []string{"  " + l.Item, fromTo(l.Before, l.After), l.Basis})
	}
	for _, text := range terminal.Columns(rows) {
		lines = append(lines, terminal.Line{Text: text})
	}
	for _, a := range e.Assumptions {
		lines = append(lines, terminal.Line{Text: "  - " + a, Colour: terminal.Faint})
	}
	return lines
}

func noPrices(e *cost.Estimate) string {
	return fmt.Sprintf("Cost: the prices of %s are not known to this tool.", orNone(e.Region))
}

func fromTo(before, after cost.Range) string {
	if before == after {
		return after.String()
	}
	return before.String() + " -> " + after.String()
}
