package logs

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// term is one word or quoted phrase of a filter pattern.
type term struct {
	text string
	sign byte // '-': must be absent; '?': one of these must be there; 0: must be there
}

// parsePattern reads a filter pattern for unstructured events: words and quoted
// phrases that must all be there, -words that must not, and ?words of which one
// must be there unless other words are given too (CloudWatch Logs user guide,
// "Filter pattern syntax"). Patterns for JSON, columns and regular expressions are
// not simulated and are refused.
func parsePattern(pattern string) (func(string) bool, error) {
	pattern = strings.TrimSpace(pattern)
	if strings.ContainsAny(pattern[:min(1, len(pattern))], "{[%") {
		return nil, core.Errorf(notSimulated, "awssim: the filter pattern %q is not simulated: only patterns of words and quoted phrases are", pattern).WithStatus(501)
	}
	var terms []term
	for rest := pattern; rest != ""; rest = strings.TrimSpace(rest) {
		var t term
		if rest[0] == '-' || rest[0] == '?' {
			t.sign, rest = rest[0], rest[1:]
		}
		var ok bool
		if t.text, rest, ok = cutTerm(rest); !ok {
			return nil, core.Errorf(invalidParameter, "Invalid filter pattern")
		}
		terms = append(terms, t)
	}
	return func(message string) bool { return matchTerms(terms, message) }, nil
}

// cutTerm takes the first word or quoted phrase off text.
func cutTerm(text string) (word, rest string, ok bool) {
	if after, quoted := strings.CutPrefix(text, `"`); quoted {
		return strings.Cut(after, `"`)
	}
	word, rest, _ = strings.Cut(text, " ")
	return word, rest, word != ""
}

func matchTerms(terms []term, message string) bool {
	required, optional, found := 0, 0, false
	for _, t := range terms {
		there := strings.Contains(message, t.text)
		switch t.sign {
		case '-':
			if there {
				return false
			}
			required++
		case '?':
			optional++
			found = found || there
		default:
			if !there {
				return false
			}
			required++
		}
	}
	return required > 0 || optional == 0 || found
}
