package plan

import (
	"fmt"
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
			var details []string
			for _, detail := range s.details() {
				details = append(details, escaped(detail))
			}
			fmt.Fprintf(&b, "| %d | **%s** | `%s` | %s | %s | %s |\n", s.Order, s.Action, s.Resource(), s.Phase, s.In, strings.Join(details, "<br>"))
		}
	}
	markdownNotes(&b, "**Problems: it would not get through as it is.**", p.Problems)
	markdownNotes(&b, "Awaited:", p.Awaited)
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

// markup are the characters that Markdown or HTML would read as something else. A name or
// a tag of the user's must not become a link, a mention or a new column.
var markup = strings.NewReplacer("\\", "\\\\", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;",
	"&", "&amp;", "@", "&#64;", "#", "&#35;", "\n", " ", "\r", " ")

func escaped(text string) string { return markup.Replace(text) }
