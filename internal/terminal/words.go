package terminal

import (
	"cmp"
	"strings"
	"unicode"
)

// OneLine is a text without line breaks and other control characters, which are AWS's or a
// container's and not for a terminal to obey.
func OneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// Or is a cell that is not empty.
func Or(cell string) string { return cmp.Or(cell, "-") }

// Harmless is a line without the control characters that a terminal would obey. Tabs stay.
func Harmless(line string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, line)
}
