package resource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Alarms are the CloudWatch alarms that ECS watches while it rolls a revision out; when one
// goes into ALARM, ECS rolls back. The zero value is none.
type Alarms struct {
	// Names are the names of the alarms; their order means nothing.
	Names []string
	// BakeMinutes is how long ECS watches them still once a rolling update has replaced all
	// tasks. A strategy that moves traffic has its own bake time: there it is 0.
	BakeMinutes int32
}

// areOn is true where alarms are watched.
func (a Alarms) areOn() bool { return len(a.Names) > 0 }

// configure puts the alarms into what ECS is told. None are told, too: ECS keeps the alarms
// of a configuration that does not mention them.
func (a Alarms) configure(c *ecstypes.DeploymentConfiguration) {
	c.Alarms = &ecstypes.DeploymentAlarms{AlarmNames: append([]string{}, a.Names...), Enable: a.areOn(), Rollback: a.areOn()}
	if a.areOn() && c.Strategy == ecstypes.DeploymentStrategyRolling {
		c.BakeTimeInMinutes = &a.BakeMinutes
	}
}

// observedAlarms are the alarms that are in force.
type observedAlarms struct {
	Alarms
	// rollback is true where ECS goes back when one goes off.
	rollback bool
}

// alarmsOf reads the alarms out of what ECS answers. Those that are not enabled are none.
func alarmsOf(c *ecstypes.DeploymentConfiguration) observedAlarms {
	if c == nil || c.Alarms == nil || !c.Alarms.Enable {
		return observedAlarms{}
	}
	found := observedAlarms{Alarms: Alarms{Names: c.Alarms.AlarmNames}, rollback: c.Alarms.Rollback}
	if !shiftOf(c).isOn() {
		found.BakeMinutes = aws.ToInt32(c.BakeTimeInMinutes)
	}
	return found
}

func (a Alarms) diff(delta *compare.Delta, observed observedAlarms) {
	if !sameSet(a.Names, observed.Names) {
		delta.Add("deploymentConfiguration.alarms", a.Names, observed.Names)
	}
	diff(delta, "deploymentConfiguration.alarms.rollback", a.areOn(), observed.rollback)
	if a.areOn() {
		diff(delta, "deploymentConfiguration.alarms.bakeTimeInMinutes", a.BakeMinutes, observed.BakeMinutes)
	}
}

// triggered says which alarms have failed a deployment, and what ECS says of it; empty where
// none has. ECS's sentence is not known to name them.
func triggered(d ecstypes.ServiceDeployment) string {
	if d.Alarms == nil || len(d.Alarms.TriggeredAlarmNames) == 0 {
		return ""
	}
	names := slices.Sorted(slices.Values(d.Alarms.TriggeredAlarmNames))
	cause := fmt.Sprintf("CloudWatch alarm %s went off", strings.Join(names, ", "))
	if said := aws.ToString(d.StatusReason); said != "" {
		cause += ": " + said
	}
	return cause
}

// baking says that a rolling update has replaced all tasks and ECS still watches the alarms,
// for the end of a sentence: until then, the old deployment stays without a task.
func (s *ServiceState) baking() string {
	if !s.alarms.areOn() || len(s.Deployments) < 2 || s.Running != s.Desired || s.Primary().Running != s.Desired {
		return ""
	}
	return fmt.Sprintf(", all of the version before are gone; ECS watches the alarms (%s) for %d minutes after that",
		strings.Join(s.alarms.Names, ", "), s.alarms.BakeMinutes)
}
