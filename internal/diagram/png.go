package diagram

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pngScale is how many pixels of the image are one of the picture, for sharp letters.
const pngScale = 2

// canvas paints a scene into an image.
type canvas struct {
	image *image.RGBA
	faces map[faceKey]font.Face
}

type faceKey struct {
	size float64
	bold bool
}

// png is the picture as a PNG.
func (s *scene) png() ([]byte, error) {
	c := &canvas{
		image: image.NewRGBA(image.Rect(0, 0, int(math.Ceil(s.width*pngScale)), int(math.Ceil(s.height*pngScale)))),
		faces: map[faceKey]font.Face{},
	}
	draw.Draw(c.image, c.image.Bounds(), image.NewUniform(rgba(paper)), image.Point{}, draw.Src)
	for _, shape := range s.shapes {
		switch v := shape.(type) {
		case box:
			c.box(v)
		case path:
			c.stroke(v.shaft(), v.width, v.dashed, v.colour)
			if v.head {
				c.polygon(v.arrow(), v.colour)
			}
		case dot:
			c.dot(v)
		case words:
			if err := c.words(v); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, c.image)
	return b.Bytes(), err
}

// rgba reads #rrggbb.
func rgba(c colour) color.Color {
	n, err := strconv.ParseUint(string(c[1:]), 16, 32)
	if err != nil {
		panic("no colour: " + string(c)) // all of them are constants
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
}

// pen traces shapes in a part of the image.
type pen struct {
	*vector.Rasterizer
	left, top int
}

// fill fills what trace draws within a box.
func (c *canvas) fill(ink colour, within box, trace func(pen)) {
	part := image.Rect(
		int(math.Floor(within.x*pngScale))-1, int(math.Floor(within.y*pngScale))-1,
		int(math.Ceil((within.x+within.w)*pngScale))+1, int(math.Ceil((within.y+within.h)*pngScale))+1)
	p := pen{vector.NewRasterizer(part.Dx(), part.Dy()), part.Min.X, part.Min.Y}
	trace(p)
	p.Draw(c.image, part, image.NewUniform(rgba(ink)), image.Point{})
}

// at is a point as the rasterizer has it.
func (p pen) at(v point) (x, y float32) {
	return float32(v.x*pngScale - float64(p.left)), float32(v.y*pngScale - float64(p.top))
}

func (p pen) move(v point) { p.MoveTo(p.at(v)) }
func (p pen) line(v point) { p.LineTo(p.at(v)) }
func (p pen) cube(a, b, v point) {
	ax, ay := p.at(a)
	bx, by := p.at(b)
	x, y := p.at(v)
	p.CubeTo(ax, ay, bx, by, x, y)
}

func (c *canvas) box(v box) {
	if v.fill != "" {
		c.fill(v.fill, v, func(p pen) { rounded(p, v, 0, false) })
	}
	switch {
	case v.stroke == "":
	case v.dashed:
		corners := []point{{v.x, v.y}, {v.x + v.w, v.y}, {v.x + v.w, v.y + v.h}, {v.x, v.y + v.h}, {v.x, v.y}}
		c.stroke(corners, v.border, true, v.stroke)
	default:
		outline := box{x: v.x - v.border, y: v.y - v.border, w: v.w + 2*v.border, h: v.h + 2*v.border}
		c.fill(v.stroke, outline, func(p pen) {
			rounded(p, v, v.border/2, false)
			rounded(p, v, -v.border/2, true) // the other way round: it is a hole
		})
	}
}

// rounded traces a box that is larger by grow on each side.
func rounded(p pen, v box, grow float64, back bool) {
	x, y, w, h := v.x-grow, v.y-grow, v.w+2*grow, v.h+2*grow
	a := math.Min(math.Max(v.radius+grow, 0), math.Min(w, h)/2)
	k := a * (1 - cornerArc)
	type curve [3]point
	curves := []curve{ // from the end of each side round its corner
		{{x + w - k, y}, {x + w, y + k}, {x + w, y + a}},
		{{x + w, y + h - k}, {x + w - k, y + h}, {x + w - a, y + h}},
		{{x + k, y + h}, {x, y + h - k}, {x, y + h - a}},
		{{x, y + k}, {x + k, y}, {x + a, y}},
	}
	sides := []point{{x + w - a, y}, {x + w, y + h - a}, {x + a, y + h}, {x, y + a}}
	if !back {
		p.move(point{x + a, y})
		for i, s := range sides {
			p.line(s)
			p.cube(curves[i][0], curves[i][1], curves[i][2])
		}
		p.ClosePath()
		return
	}
	p.move(point{x + a, y})
	for i := len(sides) - 1; i >= 0; i-- {
		p.cube(curves[i][1], curves[i][0], sides[i])
		p.line(curves[(i+3)%4][2])
	}
	p.ClosePath()
}

func (c *canvas) polygon(points []point, ink colour) {
	if len(points) == 0 {
		return
	}
	c.fill(ink, around(points), func(p pen) {
		p.move(points[0])
		for _, corner := range points[1:] {
			p.line(corner)
		}
		p.ClosePath()
	})
}

func (c *canvas) dot(v dot) {
	whole := box{x: v.x - v.r, y: v.y - v.r, w: 2 * v.r, h: 2 * v.r, radius: v.r, fill: v.colour}
	switch v.form {
	case circle:
		c.box(whole)
	case ring:
		whole.fill, whole.stroke, whole.border = "", v.colour, 1.5
		c.box(whole)
	default:
		c.polygon(v.corners(), v.colour)
	}
}

// stroke draws a line as the rectangles of its parts.
func (c *canvas) stroke(points []point, wide float64, dashed bool, ink colour) {
	for i := 1; i < len(points); i++ {
		from, to := points[i-1], points[i]
		long := math.Hypot(to.x-from.x, to.y-from.y)
		if long == 0 {
			continue
		}
		ux, uy := (to.x-from.x)/long, (to.y-from.y)/long
		on, step := long, long
		if dashed {
			on, step = dashOn, dashOn+dashOff
		}
		for at := 0.0; at < long; at += step {
			until := math.Min(at+on, long)
			a, b := point{from.x + ux*at, from.y + uy*at}, point{from.x + ux*until, from.y + uy*until}
			dx, dy := -uy*wide/2, ux*wide/2
			c.polygon([]point{{a.x + dx, a.y + dy}, {b.x + dx, b.y + dy}, {b.x - dx, b.y - dy}, {a.x - dx, a.y - dy}}, ink)
		}
	}
}

func (c *canvas) words(v words) error {
	key := faceKey{v.size, v.bold}
	if c.faces[key] == nil {
		face, err := opentype.NewFace(fontOf(v.bold), &opentype.FaceOptions{Size: v.size * pngScale, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return fmt.Errorf("a font of %v points: %w", v.size, err)
		}
		c.faces[key] = face
	}
	x := v.x
	switch v.anchor {
	case middle:
		x -= width(v.text, v.size, v.bold) / 2
	case end:
		x -= width(v.text, v.size, v.bold)
	}
	d := font.Drawer{Dst: c.image, Src: image.NewUniform(rgba(v.colour)), Face: c.faces[key], Dot: fixed.Point26_6{
		X: fixed.Int26_6(math.Round(x * pngScale * 64)), Y: fixed.Int26_6(math.Round(v.y * pngScale * 64)),
	}}
	d.DrawString(v.text)
	return nil
}
