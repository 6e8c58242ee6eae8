package diagram

import (
	"cmp"
	"fmt"
	"strings"

	"flexgw.io/controller/internal/gatewayview"
)

// storage is the file system with its access point and the file in it.
func (p *plan) storage() {
	fs := p.first("FileSystem")
	if fs.Kind == "" {
		return // the registration is delivered through the environment
	}
	top, left, right := p.y, p.left, p.right
	p.add(box{x: left, y: top, w: right - left, h: 56, fill: paper, stroke: "#4d7c0f", radius: 6, border: 1.4})
	for i := range p.zones {
		x := p.zoneX(i) + zoneWidth/2
		p.add(path{points: []point{{x, top - gap - 6 - padding - 12}, {x, top}}, colour: flow, width: 1.2, dashed: true, head: true})
	}
	p.text(words{x: left + padding, y: top + 21, text: "EFS file system " + fs.ID, size: 13, bold: true, colour: "#4d7c0f"}, (right-left)/2)
	p.badge(cmp.Or(fs.State, gatewayview.StatePending), right-padding, top+9)
	x := left + padding
	for _, r := range []struct {
		text string
		of   gatewayview.Resource
	}{
		{"Access point " + p.first("AccessPoint").ID, p.first("AccessPoint")},
		{"Registration file", p.first("RegistrationFile")},
	} {
		state := cmp.Or(r.of.State, gatewayview.StatePending)
		p.text(words{x: x, y: top + 44, text: strings.TrimSpace(r.text), size: smallSize}, 0)
		x += width(strings.TrimSpace(r.text), smallSize, false) + 8
		p.badge(state, x+badgeWidth(state), top+31)
		x += badgeWidth(state) + 22
	}
	p.y = top + 56
}

// panel is a box beside the VPC, with a row for each resource.
type panel struct {
	title string
	kinds []string
}

var besides = []panel{
	{"AWS Secrets Manager", []string{"Secret"}},
	{"IAM roles", []string{"Role"}},
	{"CloudWatch Logs", []string{"LogGroup"}},
	{"Task definitions", []string{"TaskDefinition"}},
	{"Security groups", []string{"SecurityGroup", "SecurityGroupRule"}},
	{"Application Auto Scaling", []string{"ScalableTarget", "ScalingPolicy", "ScheduledAction"}},
}

const rowHeight = 24.0

// panels are what the tasks use besides, and returns where they end. The line from the service
// leads to those that it reads.
func (p *plan) panels(top float64) float64 {
	x, y := p.right+gutter, top
	rail := p.right + 36
	first, lastY := 0.0, 0.0
	for _, panel := range besides {
		var rows []gatewayview.Resource
		for _, kind := range panel.kinds {
			rows = append(rows, p.found[kind]...)
		}
		if len(rows) == 0 {
			continue
		}
		high := 28 + float64(len(rows))*rowHeight + 4
		p.add(box{x: x, y: y, w: panelWidth, h: high, fill: paper, stroke: hairline, radius: 6, border: 1.2})
		p.text(words{x: x + padding, y: y + 19, text: panel.title, size: 13, bold: true}, panelWidth-2*padding)
		for i, r := range rows {
			p.row(r, x, y+28+float64(i)*rowHeight)
		}
		if panel.kinds[0] != "SecurityGroup" {
			if first == 0 {
				first = y + 15
			}
			lastY = y + 15
			p.add(path{points: []point{{rail, y + 15}, {x, y + 15}}, colour: flow, width: 1.2, dashed: true, head: true})
		}
		y += high + gap
	}
	if first > 0 && p.service.y > 0 {
		p.add(path{points: []point{{rail, min(first, p.service.y)}, {rail, max(lastY, p.service.y)}}, colour: flow, width: 1.2, dashed: true})
		p.add(path{points: []point{{p.service.x, p.service.y}, {rail, p.service.y}}, colour: flow, width: 1.2, dashed: true})
	}
	return y - gap
}

func (p *plan) row(r gatewayview.Resource, x, y float64) {
	state := cmp.Or(r.State, gatewayview.StatePending)
	p.text(words{x: x + padding, y: y + 14, text: nameOf(r), size: smallSize}, panelWidth-badgeWidth(state)-2*padding-8)
	p.badge(state, x+panelWidth-8, y)
}

// nameOf says which of its kind a resource is.
func nameOf(r gatewayview.Resource) string {
	switch r.Kind {
	case "SecurityGroup":
		return r.Name + separator + r.ID
	case "LogGroup":
		return gatewayview.ShortID(r.ID)
	case "TaskDefinition":
		if revision := r.ID[strings.LastIndex(r.ID, ":")+1:]; revision != "" {
			return r.Name + separator + "revision " + revision
		}
	case "ScalableTarget":
		return "scalable target"
	case "SecurityGroupRule":
		return "rule for port " + r.Name
	}
	return r.Name
}

// anypoint is the control plane outside of AWS, with the line by which replicas are connected
// to it.
func (p *plan) anypoint(top, cloudTop float64) {
	x := p.right + gutter
	state, word := gatewayview.StateExternal, "Not asked"
	detail := "spec.anypoint is not set"
	if a := p.gw.Status.Anypoint; a != nil && p.gw.Spec.Anypoint != nil {
		detail = strings.TrimSpace(cmp.Or(a.GatewayName, p.gw.Spec.Anypoint.GatewayName) + separator + a.Status)
		word, state = "Unknown", gatewayview.StateWaiting
		if n := a.ConnectedReplicas; n != nil {
			word = fmt.Sprintf("%d connected", *n)
			if *n >= p.summary.Replicas.Wanted && *n > 0 {
				state = gatewayview.StateReady
			}
		}
	}
	if p.gw.Spec.Mode == "Local" {
		word, detail = "Local Mode", "no control plane: APIs are documents"
	}
	p.add(box{x: x, y: top, w: panelWidth + padding, h: 46, fill: paper, stroke: "#00639c", radius: 6, border: 1.4})
	p.text(words{x: x + padding, y: top + 19, text: "Anypoint Platform", size: 13, bold: true, colour: "#00639c"}, panelWidth-badgeWidth(word)-padding)
	p.stateBadge(word, state, x+panelWidth+padding-8, top+6)
	p.text(words{x: x + padding, y: top + 37, text: detail, size: smallSize, colour: faint}, panelWidth-padding)
	if p.gw.Spec.Mode == "Local" || p.service.y == 0 {
		return
	}
	rail := p.right + 18
	p.add(path{points: []point{{p.service.x, p.service.y - 16}, {rail, p.service.y - 16}, {rail, top + 23}, {x, top + 23}}, colour: "#00639c", width: 1.6, head: true})
}
