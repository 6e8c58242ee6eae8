package diagram

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
)

// fontFamily begins with the font by which texts were measured. Where another takes its place,
// textLength keeps each text as wide as it was measured.
const fontFamily = "Go, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

// SVG is the picture as an SVG document, which needs nothing beside it.
func (s *scene) svg(title string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" role="img" font-family="%[3]s">`+"\n",
		number(s.width), number(s.height), html.EscapeString(fontFamily))
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(printable(title)))
	fmt.Fprintf(&b, `<rect width="%s" height="%s" fill="%s"/>`+"\n", number(s.width), number(s.height), paper)
	for _, shape := range s.shapes {
		switch v := shape.(type) {
		case box:
			svgBox(&b, v)
		case words:
			svgWords(&b, v)
		case path:
			svgPath(&b, v)
		case dot:
			svgDot(&b, v)
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func svgBox(b *bytes.Buffer, v box) {
	fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s"`, number(v.x), number(v.y), number(v.w), number(v.h))
	if v.radius > 0 {
		fmt.Fprintf(b, ` rx="%s"`, number(v.radius))
	}
	fmt.Fprintf(b, ` fill="%s"`, orNone(v.fill))
	if v.stroke != "" {
		fmt.Fprintf(b, ` stroke="%s" stroke-width="%s"%s`, v.stroke, number(v.border), dashes(v.dashed))
	}
	b.WriteString("/>\n")
}

func svgWords(b *bytes.Buffer, v words) {
	fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s" fill="%s"`, number(v.x), number(v.y), number(v.size), v.colour)
	if v.bold {
		b.WriteString(` font-weight="bold"`)
	}
	if v.anchor != start {
		fmt.Fprintf(b, ` text-anchor="%s"`, v.anchor)
	}
	fmt.Fprintf(b, ` textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n", number(width(v.text, v.size, v.bold)), html.EscapeString(v.text))
}

func svgPath(b *bytes.Buffer, v path) {
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%s"%s/>`+"\n", coordinates(v.shaft()), v.colour, number(v.width), dashes(v.dashed))
	if v.head {
		fmt.Fprintf(b, `<polygon points="%s" fill="%s"/>`+"\n", coordinates(v.arrow()), v.colour)
	}
}

func svgDot(b *bytes.Buffer, v dot) {
	switch v.form {
	case circle:
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" fill="%s"/>`+"\n", number(v.x), number(v.y), number(v.r), v.colour)
	case ring:
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", number(v.x), number(v.y), number(v.r-0.75), v.colour)
	default:
		fmt.Fprintf(b, `<polygon points="%s" fill="%s"/>`+"\n", coordinates(v.corners()), v.colour)
	}
}

func coordinates(points []point) string {
	var list []string
	for _, p := range points {
		list = append(list, number(p.x)+","+number(p.y))
	}
	return strings.Join(list, " ")
}

func dashes(dashed bool) string {
	if !dashed {
		return ""
	}
	return fmt.Sprintf(` stroke-dasharray="%s %s"`, number(dashOn), number(dashOff))
}

func orNone(c colour) colour {
	if c == "" {
		return "none"
	}
	return c
}

// number is a length with at most two decimals: the same on each machine.
func number(v float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
}
