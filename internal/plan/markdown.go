package plan

import (
	"fmt"
	"regexp"
	"strings"

	"flexgw.io/controller/internal/cost"
)

// Markdown is the plan for a comment on a pull request, in GitHub's dialect.
func (p *Plan) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n", escaped(p.Headline()))
	if p.HasChanges() {
		b.WriteString("\n| order | action | resource | phase | in | details |\n|---|---|---|---|---|---|\n")
		for _, s := range p.Steps {
			fmt.Fprintf(&b, "| %d | **%s** | %s | %s | %s | %s |\n", s.Order, s.Action, code(s.Resource()), s.Phase, s.In, strings.Join(s.markdown(), "<br>"))
		}
	}
	markdownNotes(&b, "**Problems: it would not get through as it is.**", p.Problems)
	markdownNotes(&b, "Awaited:", p.Awaited)
	markdownNotes(&b, "Taken for granted:", p.Assumed)
	if p.Cost != nil {
		markdownCost(&b, p.Cost)
	}
	return b.String()
}

func markdownNotes(b *strings.Builder, title string, list []Note) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n\n", title)
	for _, n := range list {
		fmt.Fprintf(b, "- %s\n", escaped(n.String()))
	}
}

func markdownCost(b *strings.Builder, e *cost.Estimate) {
	if !e.Known {
		fmt.Fprintf(b, "\n%s\n", escaped(noPrices(e)))
		return
	}
	fmt.Fprintf(b, "\n<details><summary>Cost in a month: %s</summary>\n\n| item | cost | basis |\n|---|---|---|\n", escaped(fromTo(e.Before, e.After)))
	for _, l := range e.Lines {
		fmt.Fprintf(b, "| %s | %s | %s |\n", escaped(l.Item), escaped(fromTo(l.Before, l.After)), escaped(l.Basis))
	}
	b.WriteString("\n")
	for _, a := range e.Assumptions {
		fmt.Fprintf(b, "- %s\n", escaped(a))
	}
	b.WriteString("\n</details>\n")
}

// markdown are the details. Changes are code: values stay as they are, and nothing in code
// is a link, a mention or the number of an issue.
func (s Step) markdown() []string {
	var all []string
	for _, c := range s.Changes {
		all = append(all, code(c.short()))
	}
	if s.Reason != "" {
		all = append(all, escaped(s.Reason))
	}
	return all
}

// backticks are the runs of them in a text.
var backticks = regexp.MustCompile("`+")

// code is a code span in a table. Its fence is longer than any in the text.
func code(text string) string {
	text = strings.ReplaceAll(printable(text), "|", "\\|")
	fence := "`"
	for _, run := range backticks.FindAllString(text, -1) {
		fence = strings.Repeat("`", max(len(fence), len(run)+1))
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " " // which Markdown takes off
	}
	return fence + text + fence
}

// markup are the characters that Markdown or HTML would read as something else. A name or
// a tag of the user's must not become a link, a mention or a new column. GitHub looks for
// links, mentions and issues when entities are characters again, so that only a space
// without a width keeps it from finding them.
var markup = strings.NewReplacer("\\", "\\\\", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "~", "\\~", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;",
	"&", "&amp;", "@", "@&#8203;", "#", "#&#8203;", "://", ":&#8203;//", "www.", "www&#8203;.")

func escaped(text string) string { return markup.Replace(printable(text)) }
