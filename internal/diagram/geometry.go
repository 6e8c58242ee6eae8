package diagram

import "math"

// Lengths of dashes and of the head of an arrow, in pixels.
const (
	dashOn    = 5.0
	dashOff   = 4.0
	headLong  = 8.0
	headWide  = 7.0
	cornerArc = 0.5522847498 // of a circle by a cubic curve
)

// shaft is the line without its head.
func (p path) shaft() []point {
	if !p.head || len(p.points) < 2 {
		return p.points
	}
	shaft := append([]point{}, p.points...)
	from, to := shaft[len(shaft)-2], shaft[len(shaft)-1]
	d := math.Hypot(to.x-from.x, to.y-from.y)
	if d > headLong {
		shaft[len(shaft)-1] = point{to.x - (to.x-from.x)/d*headLong, to.y - (to.y-from.y)/d*headLong}
	}
	return shaft
}

// arrow is the head at the end of the line.
func (p path) arrow() []point {
	from, to := p.points[len(p.points)-2], p.points[len(p.points)-1]
	d := math.Hypot(to.x-from.x, to.y-from.y)
	if d == 0 {
		return nil
	}
	ux, uy := (to.x-from.x)/d, (to.y-from.y)/d
	base := point{to.x - ux*headLong, to.y - uy*headLong}
	return []point{to, {base.x - uy*headWide/2, base.y + ux*headWide/2}, {base.x + uy*headWide/2, base.y - ux*headWide/2}}
}

// corners are those of a triangle or a square.
func (d dot) corners() []point {
	if d.form == triangle {
		return []point{{d.x, d.y - d.r}, {d.x + d.r, d.y + d.r*0.8}, {d.x - d.r, d.y + d.r*0.8}}
	}
	r := d.r * 0.9
	return []point{{d.x - r, d.y - r}, {d.x + r, d.y - r}, {d.x + r, d.y + r}, {d.x - r, d.y + r}}
}

// around is the smallest box that has all points in it.
func around(points []point) box {
	low, high := points[0], points[0]
	for _, p := range points[1:] {
		low = point{min(low.x, p.x), min(low.y, p.y)}
		high = point{max(high.x, p.x), max(high.y, p.y)}
	}
	return box{x: low.x, y: low.y, w: high.x - low.x, h: high.y - low.y}
}
