package diagram

import "flexgw.io/controller/internal/gatewayview"

// The colours of what has no state.
const (
	ink      colour = "#1f2933"
	faint    colour = "#5f6b7a"
	paper    colour = "#ffffff"
	hairline colour = "#c5ccd6"
	cloud    colour = "#f7f8fa"
	vpcFill  colour = "#f1f6f3"
	vpcLine  colour = "#5b8c6e"
	zoneFill colour = "#ffffff"
	zoneLine colour = "#8aa4c8"
	ecsLine  colour = "#b5651d"
	flow     colour = "#44546a"
)

// look is how a state looks: a colour, a tint, and a form, so that nobody has to tell colours
// apart. The colours are of the palette of Okabe and Ito, which the colour-blind can tell
// apart (https://jfly.uni-koeln.de/color/); the word stands beside it anyway.
type look struct {
	colour, tint colour
	form         form
}

var (
	lookWell    = look{"#00795a", "#e3f4ee", circle}
	lookAwaited = look{"#8f6400", "#fdf3dc", triangle}
	lookFailed  = look{"#b34700", "#fce8dd", square}
	lookOther   = look{"#5f6b7a", "#eef0f3", ring}
)

func lookOf(state string) look {
	switch state {
	case gatewayview.StateReady, "Healthy":
		return lookWell
	case gatewayview.StateFailed:
		return lookFailed
	case gatewayview.StatePending, gatewayview.StateWaiting, gatewayview.StateBlocked, gatewayview.StateDeleting, "Not healthy":
		return lookAwaited
	default:
		return lookOther
	}
}

const (
	badgeSize   = 11.0
	badgeHeight = 18.0
	badgePad    = 8.0
)

// badgeWidth is how wide the badge of a state is.
func badgeWidth(state string) float64 { return width(state, badgeSize, true) + 2*badgePad + 12 }

// badge draws a state as form, colour and word; right is its right edge.
func (s *scene) badge(state string, right, top float64) {
	if state == "" {
		return
	}
	l, w := lookOf(state), badgeWidth(state)
	left := right - w
	s.add(box{x: left, y: top, w: w, h: badgeHeight, fill: l.tint, stroke: l.colour, radius: badgeHeight / 2, border: 1})
	s.add(dot{x: left + badgePad + 3, y: top + badgeHeight/2, r: 4, form: l.form, colour: l.colour})
	s.text(words{x: left + badgePad + 12, y: top + 13, text: state, size: badgeSize, bold: true, colour: l.colour}, 0)
}
