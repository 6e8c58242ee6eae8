package gatewayview

import (
	"fmt"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// List are gateways as a table, a line for each. Ages are those at now, by the API server's
// clock.
func List(gateways []v1alpha1.FlexGatewayDeployment, everywhere bool, now time.Time) []terminal.Line {
	headline := []string{"NAME", "READY", "REASON", "REPLICAS", "VERSION", "ENDPOINT", "AGE"}
	if everywhere {
		headline = append([]string{"NAMESPACE"}, headline...)
	}
	cells := [][]string{headline}
	var summaries []Summary
	for _, gw := range gateways {
		s := Summarize(&gw, nil)
		summaries = append(summaries, s)
		row := []string{
			gw.Name, yesNo(s.Ready), terminal.Or(s.Reason), fmt.Sprintf("%d/%d", s.Replicas.Healthy, s.Replicas.Wanted),
			terminal.Or(s.Version), terminal.Or(s.Endpoint), rolloutview.Age(now.Sub(gw.CreationTimestamp.Time)),
		}
		if everywhere {
			row = append([]string{gw.Namespace}, row...)
		}
		cells = append(cells, row)
	}
	return table(cells, func(i int) terminal.Colour {
		if summaries[i].Ready {
			return terminal.Green
		}
		return summaryColour(summaries[i])
	})
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
