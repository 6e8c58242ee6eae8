package diagram

import (
	"cmp"
	"fmt"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/gatewayview"
	"flexgw.io/controller/internal/resource"
)

// mostChips and mostCards are how many listeners, and tasks of a zone, are drawn; the rest is
// counted.
const (
	mostChips = 24
	mostCards = 6
)

// loadBalancer is the load balancer with a chip for each listener and its target group.
func (p *plan) loadBalancer() {
	lb, ports := p.first("LoadBalancer"), p.gw.Spec.Ports
	top, inner := p.y, p.innerRight-p.innerLeft
	perRow := int((inner - 2*padding + gap) / (chipWidth + gap))
	shown := min(len(ports), mostChips)
	rows := (shown + perRow - 1) / perRow
	high := 46 + float64(rows)*(chipHeight+8) + 6
	if len(ports) > shown {
		high += 18
	}
	p.add(box{x: p.innerLeft, y: top, w: inner, h: high, fill: paper, stroke: "#6b4fa0", radius: 6, border: 1.4})
	p.text(words{x: p.innerLeft + padding, y: top + 18, text: "Network Load Balancer", size: 13, bold: true, colour: "#6b4fa0"}, 0)
	p.badge(cmp.Or(lb.State, gatewayview.StatePending), p.innerRight-padding, top+7)
	p.text(words{x: p.innerLeft + padding, y: top + 35, text: cmp.Or(p.summary.Endpoint, "no DNS name yet"), size: smallSize, colour: faint}, inner-2*padding)
	chip := (inner - 2*padding - float64(perRow-1)*gap) / float64(perRow)
	for i, port := range ports[:shown] {
		p.chip(port, p.innerLeft+padding+float64(i%perRow)*(chip+gap), top+46+float64(i/perRow)*(chipHeight+8), chip)
	}
	if len(ports) > shown {
		p.text(words{x: p.innerLeft + padding, y: top + high - 9, text: fmt.Sprintf("and %d more ports", len(ports)-shown), size: smallSize, colour: faint}, 0)
	}
	centre := (p.innerLeft + p.innerRight) / 2
	p.add(path{points: []point{{centre, top - 40 - 34 - 22}, {centre, top}}, colour: flow, width: 1.6, head: true})
	p.y = top + high
}

// chip is a listener, and below it the target group to which it leads.
func (p *plan) chip(port v1alpha1.PortSpec, x, y, w float64) {
	p.add(box{x: x, y: y, w: w, h: chipHeight, fill: paper, stroke: hairline, radius: 4, border: 1})
	rows := []struct{ text, state string }{
		{fmt.Sprintf("Listener %d", port.LoadBalancerPort()), p.named("Listener", p.listenerName(port)).State},
		{fmt.Sprintf("Target group %d", port.Port), p.named("TargetGroup", fmt.Sprint(port.Port)).State},
	}
	if alternate := p.named("TargetGroup", fmt.Sprint(port.Port)+resource.AlternateSuffix); alternate.Kind != "" {
		rows[1].text += " and its alternate"
		if rows[1].state == gatewayview.StateReady { // the worse of the two
			rows[1].state = alternate.State
		}
	}
	for i, row := range rows {
		state := cmp.Or(row.state, gatewayview.StatePending)
		top := y + 4 + float64(i)*20
		p.text(words{x: x + 8, y: top + 13, text: row.text, size: smallSize, bold: i == 0}, w-badgeWidth(state)-20)
		p.badge(state, x+w-4, top)
	}
}

// listenerName is the name of a port's listener in the inventory.
func (p *plan) listenerName(port v1alpha1.PortSpec) string {
	name := fmt.Sprint(port.LoadBalancerPort())
	if p.named("Listener", name).Kind == "" {
		return fmt.Sprint(port.Port)
	}
	return name
}

// tasks are the zones with their subnets, the ECS service across them, and the mount targets.
func (p *plan) tasks() {
	arrows, top := p.y, p.y+30
	cards := 1
	for _, z := range p.zones {
		cards = max(cards, min(len(z.tasks), mostCards)+more(len(z.tasks)))
	}
	bandTop := top + 50
	cardsTop := bandTop + 12
	bandHigh := 12 + float64(cards)*(cardHeight+8) + 46
	mountTop := bandTop + bandHigh + 26
	bottom := mountTop + 52
	if len(p.found["FileSystem"]) == 0 {
		bottom = bandTop + bandHigh + padding
	}
	for i, z := range p.zones {
		x := p.zoneX(i)
		p.add(box{x: x, y: top, w: zoneWidth, h: bottom - top, fill: zoneFill, stroke: zoneLine, radius: 6, border: 1, dashed: true})
		p.text(words{x: x + zoneWidth/2, y: top + 19, text: z.name, size: textSize, bold: true, colour: "#3f5f8a", anchor: middle}, zoneWidth-36)
		p.text(words{x: x + zoneWidth/2, y: top + 37, text: z.subnet, size: smallSize, colour: faint, anchor: middle}, zoneWidth-36)
	}
	p.band(bandTop, bandHigh)
	for i, z := range p.zones {
		x := p.zoneX(i)
		p.zoneTasks(z, x, cardsTop)
		if len(z.tasks) > 0 {
			p.add(path{points: []point{{x + zoneWidth - 14, arrows}, {x + zoneWidth - 14, cardsTop}}, colour: flow, width: 1.4, head: true})
		}
	}
	if len(p.found["FileSystem"]) > 0 {
		p.mountTargets(bandTop+bandHigh, mountTop)
	}
	if len(p.zones) == 0 {
		p.text(words{x: (p.innerLeft + p.innerRight) / 2, y: top + 28, text: "No subnets have been chosen yet.", size: textSize, colour: faint, anchor: middle}, 0)
	}
	p.y = bottom
}

func (p *plan) zoneX(i int) float64 { return p.innerLeft + float64(i)*(zoneWidth+gap) }

// more is a row for those that are not drawn.
func more(tasks int) int {
	if tasks > mostCards {
		return 1
	}
	return 0
}

// band is the ECS service across the zones, with its name below the tasks.
func (p *plan) band(top, high float64) {
	left, right := p.innerLeft-6, p.innerRight+6
	p.add(box{x: left, y: top, w: right - left, h: high, fill: "#fdf8f3", stroke: ecsLine, radius: 6, border: 1.4})
	service, cluster := p.first("Service"), p.first("Cluster")
	state := cmp.Or(service.State, gatewayview.StatePending)
	name := "ECS service"
	if service.ID != "" {
		name += " " + last(service.ID)
	}
	label := top + high - 46
	p.text(words{x: left + padding, y: label + 16, text: name, size: 13, bold: true, colour: ecsLine}, right-left-badgeWidth(state)-3*padding)
	p.badge(state, right-padding+4, label+4)
	var details []string
	if cluster.ID != "" {
		details = append(details, "cluster "+last(cluster.ID))
	}
	if revision := last(p.gw.Status.TaskDefinition); revision != "" {
		details = append(details, revision)
	}
	details = append(details, "version "+cmp.Or(p.summary.Version, "-"), counts(p.summary.Replicas))
	p.text(words{x: left + padding, y: label + 34, text: strings.Join(details, separator), size: smallSize, colour: faint}, right-left-2*padding)
	p.service = point{right, top + high/2}
	if len(p.gw.Status.Tasks) == 0 {
		p.text(words{x: (left + right) / 2, y: top + 12 + cardHeight/2 + 5, text: "No replica is running.", size: 14, bold: true, colour: faint, anchor: middle}, 0)
	}
}

// separator stands between what is said in one line.
const separator = " \u00b7 "

func counts(r gatewayview.Replicas) string {
	return fmt.Sprintf("%d wanted, %d running, %d healthy", r.Wanted, r.Running, r.Healthy)
}

// zoneTasks are the cards of a zone's tasks.
func (p *plan) zoneTasks(z zone, x, y float64) {
	if len(z.tasks) == 0 && len(p.gw.Status.Tasks) > 0 {
		p.text(words{x: x + zoneWidth/2, y: y + cardHeight/2 + 4, text: "no replica", size: smallSize, colour: faint, anchor: middle}, zoneWidth-16)
	}
	for i, t := range z.tasks {
		if i == mostCards {
			rest := z.tasks[mostCards:]
			healthy := 0
			for _, t := range rest {
				if t.Healthy {
					healthy++
				}
			}
			p.text(words{x: x + zoneWidth/2, y: y + 20, text: fmt.Sprintf("and %d more, %d healthy", len(rest), healthy), size: textSize, anchor: middle}, zoneWidth-16)
			return
		}
		p.card(t, x+8, y, zoneWidth-16)
		y += cardHeight + 8
	}
}

// card is a replica: its id, its health, its address and revision, and what the Anypoint
// Platform says of it.
func (p *plan) card(t v1alpha1.TaskStatus, x, y, w float64) {
	state := "Not healthy"
	if t.Healthy {
		state = "Healthy"
	}
	p.add(box{x: x, y: y, w: w, h: cardHeight, fill: paper, stroke: lookOf(state).colour, radius: 4, border: 1.4})
	p.text(words{x: x + 8, y: y + 17, text: t.ID[:min(8, len(t.ID))], size: textSize, bold: true}, w-badgeWidth(state)-18)
	p.badge(state, x+w-5, y+4)
	second := cmp.Or(t.PrivateIP, "no address yet")
	if revision := t.TaskDefinition[strings.LastIndex(t.TaskDefinition, ":")+1:]; revision != "" {
		second += separator + "revision " + revision
	}
	p.text(words{x: x + 8, y: y + 36, text: second, size: smallSize}, w-16)
	third := t.Status
	switch {
	case t.Anypoint != "" && t.Status == "RUNNING":
		third = "Anypoint " + t.Anypoint
	case t.Anypoint != "":
		third += separator + t.Anypoint
	}
	p.text(words{x: x + 8, y: y + 53, text: third, size: smallSize, colour: faint}, w-16)
}

func last(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// mountTargets are those of the file system, one in each zone.
func (p *plan) mountTargets(from, top float64) {
	state := cmp.Or(p.first("MountTargets").State, gatewayview.StatePending)
	for i := range p.zones {
		x := p.zoneX(i)
		p.add(path{points: []point{{x + zoneWidth/2, from}, {x + zoneWidth/2, top}}, colour: flow, width: 1.2, dashed: true, head: true})
		p.add(box{x: x + 8, y: top, w: zoneWidth - 16, h: 40, fill: paper, stroke: "#4d7c0f", radius: 4, border: 1})
		p.text(words{x: x + 16, y: top + 24, text: "Mount target", size: smallSize, bold: true, colour: "#4d7c0f"}, zoneWidth-32-badgeWidth(state))
		p.badge(state, x+zoneWidth-14, top+11)
	}
}
