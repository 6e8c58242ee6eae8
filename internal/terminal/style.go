package terminal

// Colour is a code of the terminal's "select graphic rendition" (ECMA-48).
type Colour string

// The colours in use.
const (
	Plain  Colour = ""
	Bold   Colour = "1"
	Faint  Colour = "2"
	Red    Colour = "31"
	Green  Colour = "32"
	Yellow Colour = "33"
	Cyan   Colour = "36"
)

// style paints text where colours are on.
type style struct{ on bool }

func (s style) paint(c Colour, text string) string {
	if !s.on || c == Plain {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}
