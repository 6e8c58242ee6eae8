package gatewayview

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// Now is the time by the two clocks that a gateway's times are of.
type Now struct {
	// AWS is by AWS's clock: resources, replicas, rollouts, certificates.
	AWS time.Time
	// Cluster is by the API server's clock: conditions and events.
	Cluster time.Time
}

// Screen is a gateway on one screen: how it is, what to do, and what is behind it. Program is
// how the person calls the tool.
func Screen(gw *v1alpha1.FlexGatewayDeployment, events []Event, program string, now Now) []terminal.Line {
	s := Summarize(gw, events)
	lines := headline(s, program)
	lines = append(lines, facts(gw, s, now)...)
	lines = append(lines, blank)
	lines = append(lines, conditions(gw, now.Cluster)...)
	if len(s.Awaited) > 0 {
		lines = append(lines, blank)
		lines = append(lines, awaitedTable(s.Awaited, now.AWS)...)
	}
	if len(gw.Status.Tasks) > 0 {
		lines = append(lines, blank)
		lines = append(lines, rolloutview.Replicas(gw, now.AWS)...)
	}
	if len(events) > 0 {
		lines = append(lines, blank)
		lines = append(lines, EventTable(events[max(0, len(events)-lastEvents):], now.Cluster)...)
	}
	return lines
}

// lastEvents is how many events are worth their rows.
const lastEvents = 5

var blank = terminal.Line{}

// headline says in words, and not by colour alone, whether all is well.
func headline(s Summary, program string) []terminal.Line {
	word, colour := "Ready", terminal.Green
	if !s.Ready {
		word, colour = "not ready", summaryColour(s)
	}
	lines := []terminal.Line{
		{Text: fmt.Sprintf("%s/%s  %s  %s", s.Namespace, s.Name, word, s.Reason), Colour: colour},
		{Text: s.Message},
	}
	if s.Advice != "" {
		lines = append(lines, terminal.Line{Text: "What to do: " + commands(s.Advice, program, s), Colour: terminal.Bold})
	}
	return append(lines, blank)
}

// commands writes the commands in an advice as the person types them.
func commands(advice, program string, s Summary) string {
	for _, command := range []string{"rollout undo", "rollout abort", "rollout resume", "rollout promote", "resources", "logs"} {
		for _, flag := range []string{"", " --previous", " --registration"} {
			advice = strings.ReplaceAll(advice, `"`+command+flag+`"`, fmt.Sprintf(`"%s %s %s -n %s%s"`, program, command, s.Name, s.Namespace, flag))
		}
	}
	return advice
}

// summaryColour is red for what a person must act on, yellow for what is awaited.
func summaryColour(s Summary) terminal.Colour {
	if s.Phase == string(v1alpha1.PhaseFailed) || s.Phase == string(v1alpha1.PhaseDegraded) {
		return terminal.Red
	}
	return terminal.Yellow
}

// facts are the lines that have a name.
func facts(gw *v1alpha1.FlexGatewayDeployment, s Summary, now Now) []terminal.Line {
	rows := [][]string{
		{"Endpoint", terminal.Or(endpoint(s))},
		{"Version", version(gw)},
		{"Replicas", rolloutview.Counts(gw)},
		{"Rollout", rollout(gw, now.AWS)},
		{"Phase", terminal.Or(s.Phase)},
	}
	if a := gw.Status.Anypoint; a != nil {
		rows = append(rows, []string{"Anypoint", terminal.Or(strings.TrimSpace(terminal.OneLine(a.Status) + "  " + a.GatewayName + "  " + a.GatewayID))})
	}
	if s.Certificate != nil {
		rows = append(rows, []string{"Certificate", certificate(s.Certificate, now.AWS)})
	}
	rows = append(rows, []string{"AWS", terminal.Or(place(gw, s))})
	var lines []terminal.Line
	for _, text := range terminal.Columns(rows) {
		lines = append(lines, terminal.Line{Text: text})
	}
	return lines
}

func endpoint(s Summary) string {
	if s.Endpoint == "" {
		return ""
	}
	var ports []string
	for _, p := range s.Ports {
		ports = append(ports, fmt.Sprint(p))
	}
	return s.Endpoint + "  " + strings.Join(ports, ", ")
}

func version(gw *v1alpha1.FlexGatewayDeployment) string {
	return terminal.Or(gw.Status.Version) + "  " + terminal.OneLine(gw.Spec.Image)
}

// rollout is the last version in the history, and where a rollout that moves traffic is.
func rollout(gw *v1alpha1.FlexGatewayDeployment, now time.Time) string {
	if len(gw.Status.History) == 0 {
		return "-"
	}
	last := gw.Status.History[0]
	words := []string{fmt.Sprintf("revision %d", last.Revision), string(last.Outcome)}
	if moment := cmp.Or(last.FinishedAt, last.StartedAt); moment != nil {
		words = append(words, "for "+rolloutview.Age(now.Sub(moment.Time)))
	}
	r := gw.Status.Rollout
	if r == nil {
		return strings.Join(words, "  ")
	}
	if r.Stage != "" {
		words = append(words, "at "+r.Stage)
	}
	if r.TrafficPercent != nil {
		words = append(words, fmt.Sprintf("%d %% of the traffic", *r.TrafficPercent))
	}
	if r.Pause != nil {
		words = append(words, "waits for a promotion")
	}
	return strings.Join(words, "  ")
}

func certificate(expires *metav1.Time, now time.Time) string {
	day := expires.UTC().Format(time.DateOnly)
	if left := expires.Sub(now); left > 0 {
		return fmt.Sprintf("expires %s, in %s", day, rolloutview.Age(left))
	}
	return "has expired on " + day
}

func place(gw *v1alpha1.FlexGatewayDeployment, s Summary) string {
	words := []string{}
	if s.Account != "" {
		words = append(words, "account "+s.Account)
	}
	if s.Region != "" {
		words = append(words, s.Region)
	}
	if n := gw.Status.Network; n != nil {
		words = append(words, n.VPCID)
	}
	return strings.Join(words, "  ")
}

func awaitedTable(resources []Resource, now time.Time) []terminal.Line {
	cells := [][]string{{"AWAITED", "STATE", "AGE", "MESSAGE"}}
	for _, r := range resources {
		cells = append(cells, []string{r.Kind + "/" + r.Name, r.State, ageOf(r.Since, now), r.Message})
	}
	return table(cells, func(i int) terminal.Colour { return stateColour(resources[i].State) })
}

// table lays rows out below a bold headline, in the colours that colour says of each.
func table(cells [][]string, colour func(row int) terminal.Colour) []terminal.Line {
	texts := terminal.Columns(cells)
	lines := []terminal.Line{{Text: texts[0], Colour: terminal.Bold}}
	for i, text := range texts[1:] {
		lines = append(lines, terminal.Line{Text: text, Colour: colour(i)})
	}
	return lines
}
