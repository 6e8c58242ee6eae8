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
	leadingRefuse = regexp.MustCompile(`^\^?\(\?!((?:[^()])*)\)`)
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
	text := efsPath.Replace(javaUnicode.ReplaceAllString(pattern, `\x{$1}`))
	var refused *regexp.Regexp
	if m := leadingRefuse.FindStringSubmatch(text); m != nil {
		var err error
		if refused, err = regexp.Compile(`^(?:` + m[1] + `)`); err != nil {
			return nil, fmt.Errorf("pattern %q: %w", pattern, err)
		}
		text = text[len(m[0]):]
	}
	whole, err := regexp.Compile(`^(?:` + text + `)$`)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return func(s string) bool {
		return whole.MatchString(s) && (refused == nil || !refused.MatchString(s))
	}, nil
}
