package status

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
)

// hostName finds the private address in the host name of a Fargate task, such as
// ip-10-0-1-23.eu-west-1.compute.internal, by which a replica is called.
var hostName = regexp.MustCompile(`^ip-(\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3})\.`)

// addressOf is the private address in a replica's name; empty where there is none.
func addressOf(name string) string {
	match := hostName.FindStringSubmatch(name)
	if match == nil {
		return ""
	}
	address, err := netip.ParseAddr(strings.ReplaceAll(match[1], "-", "."))
	if err != nil {
		return ""
	}
	return address.String()
}

// fillWords notes the platform's word for each task's replica. Without a look at the
// replicas, the words of the last one stand.
func fillWords(tasks, before []v1alpha1.TaskStatus, replicas []anypoint.Replica) {
	earlier := map[string]string{}
	for _, t := range before {
		earlier[t.ID] = t.Anypoint
	}
	for i := range tasks {
		if replicas == nil {
			tasks[i].Anypoint = earlier[tasks[i].ID]
		} else {
			tasks[i].Anypoint = wordFor(tasks[i], replicas)
		}
	}
}

// clockTolerance is how far the clocks of AWS and of Anypoint may be apart.
const clockTolerance = time.Minute

// wordFor is the state of the replica that has the task's address. A replica that was
// connected before the task began is an earlier one, whose address the task was given; of
// several, one that is connected counts, else the newest.
func wordFor(t v1alpha1.TaskStatus, replicas []anypoint.Replica) string {
	var found *anypoint.Replica
	for i, r := range replicas {
		switch {
		case t.PrivateIP == "" || addressOf(r.Name) != t.PrivateIP:
		case !r.ConnectedAt.IsZero() && t.StartedAt != nil && r.ConnectedAt.Before(t.StartedAt.Add(-clockTolerance)):
		case r.Status == anypoint.StatusConnected:
			return r.Status
		case found == nil || r.ConnectedAt.After(found.ConnectedAt):
			found = &replicas[i]
		}
	}
	if found == nil {
		return ""
	}
	return found.Status
}

// misconfigured names the connected replicas whose configuration is in error, as the end
// of a sentence. The states that say so are not documented: their names tell.
func misconfigured(replicas []anypoint.Replica) string {
	var names []string
	for _, r := range replicas {
		if r.Status == anypoint.StatusConnected && IsInError(r.ConfigurationStatus) {
			names = append(names, fmt.Sprintf("%s (%s)", r.Name, r.ConfigurationStatus))
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names) // lists come in any order, and each other sentence is a write of the status
	return "; the configuration has not been applied by " + strings.Join(names, ", ")
}

// IsInError is true for a state of a replica's configuration that says that it failed.
// States that are not known are none.
func IsInError(state string) bool {
	state = strings.ToUpper(state)
	return strings.Contains(state, "ERROR") || strings.Contains(state, "FAIL") || strings.Contains(state, "REJECT")
}
