package plancli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"flexgw.io/controller/internal/plan"
)

// The formats of a plan.
const (
	FormatText     = "text"
	FormatJSON     = "json"
	FormatMarkdown = "markdown"
)

// Version is the version of the structure of the JSON. Members may be added to it; none
// changes its meaning or goes without another version.
const Version = "flexgw.io/plan/v1"

// document is the JSON.
type document struct {
	Version string       `json:"version"`
	Plans   []*plan.Plan `json:"plans"`
}

func checkFormat(format string) error {
	switch format {
	case FormatText, FormatJSON, FormatMarkdown:
		return nil
	default:
		return fmt.Errorf("unknown format %q: choose %s, %s or %s", format, FormatText, FormatJSON, FormatMarkdown)
	}
}

// tell writes the plans, and returns the exit code as an error.
func (t *Tool) tell(plans []*plan.Plan, format string) error {
	if err := t.write(plans, format); err != nil {
		return err
	}
	code := CodeNothing
	for _, p := range plans {
		switch {
		case p.HasProblems():
			return &ExitError{Code: CodeError, Sentence: p.Gateway + " has problems: see the plan"}
		case p.HasChanges():
			code = CodeChanges
		}
	}
	if code == CodeNothing {
		return nil
	}
	return &ExitError{Code: code}
}

func (t *Tool) write(plans []*plan.Plan, format string) error {
	switch format {
	case FormatJSON:
		encoder := json.NewEncoder(t.Out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(document{Version: Version, Plans: plans})
	case FormatMarkdown:
		var texts []string
		for _, p := range plans {
			texts = append(texts, p.Markdown())
		}
		_, err := io.WriteString(t.Out, strings.Join(texts, "\n"))
		return err
	default:
		for i, p := range plans {
			if i > 0 {
				t.Screen.Say("")
			}
			t.Screen.SayAll(p.Text())
		}
		return t.Screen.Err()
	}
}
