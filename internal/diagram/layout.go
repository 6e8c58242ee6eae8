package diagram

import (
	"cmp"
	"fmt"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/gatewayview"
)

// The measures of the picture, in pixels.
const (
	margin     = 24.0
	gap        = 14.0
	padding    = 12.0
	zoneWidth  = 186.0
	panelWidth = 268.0
	gutter     = 54.0
	cardHeight = 62.0
	textSize   = 12.0
	smallSize  = 11.0
	titleSize  = 20.0
	chipWidth  = 250.0
	chipHeight = 46.0
	// fewestZones keeps the load balancer's name readable.
	fewestZones = 3
)

// Drawing is the picture of a gateway.
type Drawing struct {
	title string
	scene scene
}

// SVG is the picture as an SVG document, which needs nothing beside it.
func (d *Drawing) SVG() []byte { return d.scene.svg(d.title) }

// PNG is the picture as a PNG, two pixels for each of the SVG's.
func (d *Drawing) PNG() ([]byte, error) { return d.scene.png() }

// plan is where the parts of the picture are.
type plan struct {
	scene
	gw      *v1alpha1.FlexGatewayDeployment
	summary gatewayview.Summary
	found   map[string][]gatewayview.Resource
	zones   []zone
	// left and right are the edges of the VPC, and inner those of what is in it.
	left, right, innerLeft, innerRight float64
	// y is where the next part begins.
	y float64
	// service is the middle of the right edge of the ECS service, where lines begin.
	service point
}

// Draw draws a gateway as its object has it.
func Draw(gw *v1alpha1.FlexGatewayDeployment) *Drawing {
	p := &plan{gw: gw, summary: gatewayview.Summarize(gw, nil), found: map[string][]gatewayview.Resource{}, zones: zonesOf(gw)}
	for _, r := range gatewayview.Resources(gw) {
		p.found[r.Kind] = append(p.found[r.Kind], r)
	}
	columns := max(len(p.zones), fewestZones)
	inner := float64(columns)*zoneWidth + float64(columns-1)*gap
	p.left = margin + padding
	p.innerLeft, p.innerRight = p.left+padding, p.left+padding+inner
	p.right = p.innerRight + padding
	p.width = p.right + gutter + panelWidth + padding + margin
	p.draw()
	word := "not ready"
	if p.summary.Ready {
		word = "ready"
	}
	return &Drawing{title: fmt.Sprintf("%s/%s, %s", gw.Namespace, gw.Name, word), scene: p.scene}
}

// draw puts the parts below each other. Frames are made when it is known how long they are,
// and put behind what is in them.
func (p *plan) draw() {
	p.y = margin
	p.header()
	outside := p.y
	p.clients()
	cloudTop := p.y
	p.y += 34
	vpcTop := p.y
	p.y += 40
	p.loadBalancer()
	p.tasks()
	vpcBottom := p.y + padding
	p.y = vpcBottom + gap + 6
	p.storage()
	panels := p.panels(vpcTop)
	cloudBottom := max(p.y, panels) + padding
	p.anypoint(outside, cloudTop)
	p.frames(cloudTop, cloudBottom, vpcTop, vpcBottom)
	p.y = cloudBottom + gap
	p.legend()
	p.height = p.y + margin/2
}

// header says which gateway it is and how it is, in words.
func (p *plan) header() {
	s := p.summary
	state := cmp.Or(s.Phase, "Unknown")
	look := gatewayview.StateWaiting
	switch {
	case s.Ready:
		state, look = "Ready", gatewayview.StateReady
	case s.Phase == string(v1alpha1.PhaseFailed) || s.Phase == string(v1alpha1.PhaseDegraded):
		look = gatewayview.StateFailed
	}
	p.text(words{x: margin, y: p.y + 18, text: s.Namespace + "/" + s.Name, size: titleSize, bold: true}, p.width-2*margin-180)
	p.stateBadge(state, look, p.width-margin, p.y+2)
	p.y += 40
	line := s.Reason + ": " + s.Message
	for _, text := range wrap(line, 13, false, p.width-2*margin, 3) {
		p.text(words{x: margin, y: p.y, text: text, size: 13, colour: lookOf(look).colour}, 0)
		p.y += 18
	}
	if s.Advice != "" {
		for _, text := range wrap("What to do: "+s.Advice, 13, true, p.width-2*margin, 2) {
			p.text(words{x: margin, y: p.y, text: text, size: 13, bold: true}, 0)
			p.y += 18
		}
	}
	p.y += 6
}

// stateBadge is a badge whose word is not the state that it looks like.
func (p *plan) stateBadge(word, like string, right, top float64) {
	l, w := lookOf(like), badgeWidth(word)
	p.add(box{x: right - w, y: top, w: w, h: badgeHeight, fill: l.tint, stroke: l.colour, radius: badgeHeight / 2, border: 1})
	p.add(dot{x: right - w + badgePad + 3, y: top + badgeHeight/2, r: 4, form: l.form, colour: l.colour})
	p.text(words{x: right - w + badgePad + 12, y: top + 13, text: word, size: badgeSize, bold: true, colour: l.colour}, 0)
}

// clients are those who call the gateway, and the way to the load balancer.
func (p *plan) clients() {
	centre := (p.innerLeft + p.innerRight) / 2
	w := 320.0
	p.add(box{x: centre - w/2, y: p.y, w: w, h: 46, fill: paper, stroke: flow, radius: 6, border: 1.2})
	p.text(words{x: centre, y: p.y + 19, text: "Clients", size: 14, bold: true, anchor: middle}, w-2*padding)
	p.text(words{x: centre, y: p.y + 36, text: p.allowed(), size: smallSize, colour: faint, anchor: middle}, w-2*padding)
	p.y += 46 + 22
}

// allowed says who may call.
func (p *plan) allowed() string {
	network := p.gw.Spec.Network
	switch len(network.AllowedCIDRs) {
	case 0:
		return cmp.Or(p.gw.Spec.LoadBalancer.Scheme, "internet-facing")
	case 1:
		return "from " + network.AllowedCIDRs[0]
	default:
		return fmt.Sprintf("from %s and %d more", network.AllowedCIDRs[0], len(network.AllowedCIDRs)-1)
	}
}

// first is the first resource of a kind, and an empty one where there is none.
func (p *plan) first(kind string) gatewayview.Resource {
	if list := p.found[kind]; len(list) > 0 {
		return list[0]
	}
	return gatewayview.Resource{}
}

// named is the resource of a kind and name.
func (p *plan) named(kind, name string) gatewayview.Resource {
	for _, r := range p.found[kind] {
		if r.Name == name {
			return r
		}
	}
	return gatewayview.Resource{}
}

// frames are the cloud and the VPC, behind everything else.
func (p *plan) frames(cloudTop, cloudBottom, vpcTop, vpcBottom float64) {
	behind := scene{}
	behind.add(box{x: margin, y: cloudTop, w: p.width - 2*margin, h: cloudBottom - cloudTop, fill: cloud, stroke: ink, radius: 8, border: 1.2})
	behind.add(box{x: p.left, y: vpcTop, w: p.right - p.left, h: vpcBottom - vpcTop, fill: vpcFill, stroke: vpcLine, radius: 8, border: 1.2})
	p.shapes = append(behind.shapes, p.shapes...)
	where := "AWS"
	if p.summary.Account != "" {
		where += " account " + p.summary.Account
	}
	if p.summary.Region != "" {
		where += ", " + p.summary.Region
	}
	p.text(words{x: margin + padding, y: cloudTop + 22, text: where, size: 13, bold: true}, (p.innerRight-p.innerLeft)/2-30)
	network := p.first("Network")
	name := "VPC"
	if network.ID != "" {
		name += " " + network.ID
	}
	p.text(words{x: p.innerLeft, y: vpcTop + 22, text: name, size: 13, bold: true, colour: vpcLine}, (p.innerRight-p.innerLeft)/2-30)
	if network.State != "" {
		p.badge(network.State, p.innerRight, vpcTop+9)
	}
}

// legend tells the states apart for those who see the forms only.
func (p *plan) legend() {
	x := margin
	for _, state := range []string{gatewayview.StateReady, gatewayview.StateWaiting, gatewayview.StateFailed, gatewayview.StateExternal} {
		p.badge(state, x+badgeWidth(state), p.y)
		x += badgeWidth(state) + 6
		text := map[string]string{
			gatewayview.StateReady: "as the spec asks", gatewayview.StateWaiting: "awaited", gatewayview.StateFailed: "a call failed", gatewayview.StateExternal: "used, and not the gateway's own",
		}[state]
		p.text(words{x: x, y: p.y + 13, text: text, size: smallSize, colour: faint}, 0)
		x += width(text, smallSize, false) + 18
	}
	p.y += badgeHeight
}
