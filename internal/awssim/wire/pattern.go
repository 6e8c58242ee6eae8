package wire

import (
	"fmt"
	"regexp"
	"strings"
)

// matcher says whether a whole string fits a pattern of the model.
type matcher func(string) bool

var (
	javaUnicode   = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)
	leadingRefuse = regexp.MustCompile(`^\^?\(\?!`)
)

// javaOnly are Java's words for what Go calls otherwise: characters outside of the basic
// plane, which are pairs there, and a class.
var javaOnly = strings.NewReplacer(
	`\uD800\uDC00-\uDBFF\uDFFF`, `\x{10000}-\x{10FFFF}`,
	`\p{Print}`, `[[:print:]]`,
)

// efsPath is the one pattern with a look-ahead that is not at its start: no
// element of the path begins with a dot. Go's regular expressions have no
// look-ahead, so it is written out.
var efsPath = strings.NewReplacer(
	"(?!\\.)+[^$#<>;`|&?{}^*/\\n]+",
	"[^.$#<>;`|&?{}^*/\\n][^$#<>;`|&?{}^*/\\n]*",
)

// compilePattern turns a pattern of the model, which is in Java's syntax and
// stands for the whole string, into a matcher. It is nil for no pattern.
func compilePattern(pattern string) (matcher, error) {
	if pattern == "" {
		return nil, nil
	}
	text := efsPath.Replace(javaUnicode.ReplaceAllString(javaOnly.Replace(pattern), `\x{$1}`))
	var refused *regexp.Regexp
	if unwanted, rest, ok := cutLookAhead(text); ok {
		var err error
		if refused, err = regexp.Compile(`^(?:` + unwanted + `)`); err != nil {
			return nil, fmt.Errorf("pattern %q: %w", pattern, err)
		}
		text = rest
	}
	whole, err := regexp.Compile(`^(?:` + text + `)$`)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return func(s string) bool {
		return whole.MatchString(s) && (refused == nil || !refused.MatchString(s))
	}, nil
}

// cutLookAhead takes a negative look-ahead off the beginning of a pattern.
func cutLookAhead(text string) (unwanted, rest string, ok bool) {
	begin := leadingRefuse.FindString(text)
	if begin == "" {
		return "", text, false
	}
	open := 1
	for i, c := range text[len(begin):] {
		switch c {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			return text[len(begin) : len(begin)+i], text[len(begin)+i+1:], true
		}
	}
	return "", text, false
}
