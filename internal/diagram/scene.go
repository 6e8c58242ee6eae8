// Package diagram draws a gateway as the guide's Figure 1 does, with its states: clients, load
// balancer, listeners and target groups, the tasks in their zones, storage, and what stands
// beside. Pure and deterministic: a picture follows from the object's status alone.
package diagram

// scene is a picture: shapes in the order in which they are painted. Lengths are in pixels,
// with the origin at the top left.
type scene struct {
	width, height float64
	shapes        []any // box, words or path
}

// box is a rectangle.
type box struct {
	x, y, w, h     float64
	fill, stroke   colour
	radius, border float64
	dashed         bool
}

// words are one line of text. x is its left edge, its middle or its right edge.
type words struct {
	x, y   float64 // y is the baseline
	text   string
	size   float64
	bold   bool
	colour colour
	anchor anchor
}

// path is a line through points, with a head at its end.
type path struct {
	points []point
	colour colour
	width  float64
	dashed bool
	head   bool
}

// dot is a mark that tells states apart by its form.
type dot struct {
	x, y, r float64
	form    form
	colour  colour
}

type point struct{ x, y float64 }

type anchor string

const (
	start  anchor = "start"
	middle anchor = "middle"
	end    anchor = "end"
)

type form int

const (
	circle form = iota
	ring
	triangle
	square
)

// colour is as SVG writes it, #rrggbb; empty is none.
type colour string

func (s *scene) add(shapes ...any) { s.shapes = append(s.shapes, shapes...) }

// text adds a line of text that is no wider than width, if that is not 0.
func (s *scene) text(w words, width float64) {
	w.text = printable(w.text)
	if width > 0 {
		w.text = fit(w.text, w.size, w.bold, width)
	}
	if w.text == "" {
		return
	}
	if w.colour == "" {
		w.colour = ink
	}
	if w.anchor == "" {
		w.anchor = start
	}
	s.add(w)
}
