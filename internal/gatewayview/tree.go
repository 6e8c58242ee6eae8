package gatewayview

import (
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/console"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/terminal"
)

// Node is a resource with those that are in it or depend on it.
type Node struct {
	Resource
	Children []*Node `json:"children,omitempty"`
}

// parents are the kinds in which a kind is, or on which it depends first. A listener leads to
// the target group of its port.
var parents = map[string][]string{
	"SecurityGroup":     {"Network"},
	"SecurityGroupRule": {"SecurityGroup"},
	"Listener":          {"LoadBalancer"},
	"TargetGroup":       {"Listener", "LoadBalancer"},
	"MountTargets":      {"FileSystem"},
	"AccessPoint":       {"FileSystem"},
	"RegistrationFile":  {"AccessPoint", "FileSystem"},
	"Service":           {"Cluster"},
	"TaskDefinition":    {"Cluster"},
	"Replicas":          {"Service", "Cluster"},
	"ScalableTarget":    {"Service", "Cluster"},
	"ScalingPolicy":     {"ScalableTarget", "Service"},
	"ScheduledAction":   {"ScalableTarget", "Service"},
	"APIInstance":       {"Registration"},
}

// order is the order of the roots, and of kinds in one parent; others come after them.
var order = []string{
	"Network", "Subnet", "SecurityGroup", "SecurityGroupRule", "LoadBalancer", "Listener", "TargetGroup", "Target", "Cluster", "TaskDefinition", "Service", "Replicas", "Task",
	"FileSystem", "MountTargets", "AccessPoint", "RegistrationFile", "Secret", "Role", "LogGroup", "Registration", "ExchangeAsset", "APIInstance",
}

// Tree are the resources of a gateway by what they are in, under the gateway itself. Subnets,
// tasks and targets are those that the status names besides its inventory.
func Tree(gw *v1alpha1.FlexGatewayDeployment) *Node {
	s := Summarize(gw, nil)
	root := &Node{Resource: Resource{Kind: "FlexGatewayDeployment", Name: gw.Namespace + "/" + gw.Name, State: terminal.Or(s.Phase), Message: s.Message}}
	var all []*Node
	for _, r := range Resources(gw) {
		all = append(all, &Node{Resource: r})
	}
	for _, n := range all {
		parent := parentOf(n, all)
		if parent == nil {
			parent = root
		}
		parent.Children = append(parent.Children, n)
	}
	links := console.Of(gw)
	for _, n := range all {
		n.Children = append(n.Children, beside(gw, links, n)...)
	}
	root.sort()
	return root
}

// parentOf is the first of the parents that is there; nil where none is.
func parentOf(n *Node, all []*Node) *Node {
	for _, kind := range parents[n.Kind] {
		for _, p := range all {
			if p.Kind == kind && belongs(n, p) {
				return p
			}
		}
	}
	return nil
}

// belongs tells the listeners, and the security groups, of a gateway apart.
func belongs(n, parent *Node) bool {
	switch {
	case n.Kind == "TargetGroup" && parent.Kind == "Listener":
		return strings.TrimSuffix(n.Name, resource.AlternateSuffix) == parent.Name
	case n.Kind == "SecurityGroupRule":
		return strings.HasPrefix(n.ID, parent.ID+"/")
	default:
		return true
	}
}

// beside are the subnets of a network, the tasks of the replicas and the targets of a target
// group.
func beside(gw *v1alpha1.FlexGatewayDeployment, links console.Links, n *Node) []*Node {
	var nodes []*Node
	switch n.Kind {
	case "Network":
		if gw.Status.Network == nil {
			return nil
		}
		for i, id := range gw.Status.Network.SubnetIDs {
			zone := ""
			if i < len(gw.Status.Network.Zones) {
				zone = gw.Status.Network.Zones[i]
			}
			nodes = append(nodes, &Node{Resource: Resource{Kind: "Subnet", Name: terminal.Or(zone), ID: id, State: StateExternal, Link: links.Subnet(id)}})
		}
	case "Replicas":
		for _, t := range gw.Status.Tasks {
			nodes = append(nodes, &Node{Resource: Resource{
				Kind: "Task", Name: terminal.Or(t.Zone), ID: t.ID, State: taskState(t), Message: taskMessage(t), Since: t.StartedAt, Link: links.Task(t.ID),
			}})
		}
	case "TargetGroup":
		for _, t := range targets(gw) {
			port := strings.TrimSuffix(n.Name, resource.AlternateSuffix)
			nodes = append(nodes, &Node{Resource: Resource{Kind: "Target", Name: terminal.Or(t.Zone), ID: terminal.Or(t.PrivateIP) + ":" + port, State: taskState(t), Message: taskMessage(t)}})
		}
	}
	return nodes
}

// targets are the tasks that are in a target group. Where there are two groups, the status
// does not say which tasks are in which.
func targets(gw *v1alpha1.FlexGatewayDeployment) []v1alpha1.TaskStatus {
	two := slices.ContainsFunc(gw.Status.Resources, func(r v1alpha1.ResourceStatus) bool {
		return r.Kind == "TargetGroup" && strings.HasSuffix(r.Name, resource.AlternateSuffix)
	})
	if two {
		return nil
	}
	return gw.Status.Tasks
}

func taskState(t v1alpha1.TaskStatus) string {
	if t.Healthy {
		return StateReady
	}
	return StateWaiting
}

// taskMessage says how the load balancer finds a task, and what else is known of it.
func taskMessage(t v1alpha1.TaskStatus) string {
	words := []string{"healthy"}
	if !t.Healthy {
		words[0] = "not healthy"
	}
	if t.Status != "" && t.Status != "RUNNING" {
		words = append(words, t.Status)
	}
	if t.PrivateIP != "" {
		words = append(words, t.PrivateIP)
	}
	if t.Anypoint != "" {
		words = append(words, terminal.OneLine(t.Anypoint))
	}
	return strings.Join(words, ", ")
}

// sort puts the children of each node in order; those of one kind stay as they are.
func (n *Node) sort() {
	rank := func(kind string) int {
		if i := slices.Index(order, kind); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(n.Children, func(a, b *Node) int { return rank(a.Kind) - rank(b.Kind) })
	for _, child := range n.Children {
		child.sort()
	}
}

// TreeLines draws the tree. Ages are those at now. With links each line ends with one.
func TreeLines(root *Node, withLinks bool, now time.Time) []terminal.Line {
	var cells [][]string
	var colours []terminal.Colour
	var draw func(n *Node, first, rest string)
	draw = func(n *Node, first, rest string) {
		row := []string{first + n.Kind + "/" + n.Name, n.State, ageOf(n.Since, now), terminal.Or(ShortID(n.ID))}
		if withLinks {
			row = append(row, terminal.Or(n.Link))
		}
		cells, colours = append(cells, append(row, n.Message)), append(colours, stateColour(n.State))
		for i, child := range n.Children {
			if i == len(n.Children)-1 {
				draw(child, rest+"└── ", rest+"    ")
			} else {
				draw(child, rest+"├── ", rest+"│   ")
			}
		}
	}
	draw(root, "", "")
	colours[0] = terminal.Bold
	var lines []terminal.Line
	for i, text := range terminal.Columns(cells) {
		lines = append(lines, terminal.Line{Text: text, Colour: colours[i]})
	}
	return lines
}
