package demo

// colour is a code of the terminal's "select graphic rendition" (ECMA-48).
type colour string

const (
	plain  colour = ""
	bold   colour = "1"
	faint  colour = "2"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	cyan   colour = "36"
)

// style paints text where colours are on.
type style struct{ on bool }

func (s style) paint(c colour, text string) string {
	if !s.on || c == plain {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}
