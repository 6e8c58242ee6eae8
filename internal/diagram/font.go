package diagram

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fonts are the Go fonts, which are part of the program: a picture is the same on each machine.
var fonts = sync.OnceValue(func() [2]*sfnt.Font {
	var list [2]*sfnt.Font
	for i, data := range [][]byte{goregular.TTF, gobold.TTF} {
		parsed, err := sfnt.Parse(data)
		if err != nil {
			panic("the Go fonts cannot be read: " + err.Error()) // they are compiled in
		}
		list[i] = parsed
	}
	return list
})

func fontOf(bold bool) *sfnt.Font {
	if bold {
		return fonts()[1]
	}
	return fonts()[0]
}

// unitsPerEm is the precision of measures, in whole units of the font.
const unitsPerEm = 2048

// width is how wide a text is in pixels. Characters that the font lacks are as wide as its
// sign for them.
func width(text string, size float64, bold bool) float64 {
	var buffer sfnt.Buffer
	f, sum := fontOf(bold), fixed.Int26_6(0)
	for _, r := range text {
		glyph, err := f.GlyphIndex(&buffer, r)
		if err != nil {
			continue
		}
		advance, err := f.GlyphAdvance(&buffer, glyph, fixed.I(unitsPerEm), 0)
		if err != nil {
			continue
		}
		sum += advance
	}
	return float64(sum) / 64 / unitsPerEm * size
}

const ellipsis = "…"

// fit shortens a text in its middle until it is no wider than most: ids and names differ at
// their ends.
func fit(text string, size float64, bold bool, most float64) string {
	text = printable(text)
	if width(text, size, bold) <= most {
		return text
	}
	runes := []rune(text)
	for keep := len(runes) - 1; keep > 0; keep-- {
		head := (keep + 1) / 2
		shorter := string(runes[:head]) + ellipsis + string(runes[len(runes)-(keep-head):])
		if width(shorter, size, bold) <= most {
			return shorter
		}
	}
	return ""
}

// printable is a text without control characters, which SVG cannot have, and with no more than
// one blank between words, which SVG would not show.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// wrap breaks a text into lines that are no wider than wide, of which there are most at most;
// what is too much is cut with an ellipsis.
func wrap(text string, size float64, bold bool, wide float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(printable(text)) {
		longer := strings.TrimSpace(line + " " + word)
		if line == "" || width(longer, size, bold) <= wide {
			line = longer
			continue
		}
		lines, line = append(lines, line), word
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = shorten(lines[most-1]+" "+ellipsis, size, bold, wide)
	}
	for i := range lines {
		lines[i] = fit(lines[i], size, bold, wide)
	}
	return lines
}

// shorten takes words off the end before the ellipsis until the line fits.
func shorten(line string, size float64, bold bool, wide float64) string {
	for width(line, size, bold) > wide {
		cut := strings.LastIndex(strings.TrimSuffix(line, " "+ellipsis), " ")
		if cut < 0 {
			return line
		}
		line = line[:cut] + " " + ellipsis
	}
	return line
}
