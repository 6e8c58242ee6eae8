package plan

import (
	"fmt"
	"strings"

	"flexgw.io/controller/internal/engine"
)

const serviceKind = "Service"

// restarting are the fields of a service for which ECS replaces all of its tasks
// (UpdateService: "starts a new deployment").
var restarting = []string{"taskDefinition", "capacityProviders", "network", "loadBalancers"}

// restarts is true where a planned change of the service has ECS replace the replicas.
func restarts(s engine.Step) bool {
	if s.Action != engine.ActionUpdate {
		return false
	}
	if s.Delta == nil {
		return true // it follows something of which only the cloud knows what it will be
	}
	for _, c := range engine.FieldChanges(s.Delta) {
		for _, field := range restarting {
			if c.Field == field || strings.HasPrefix(c.Field, field+".") {
				return true
			}
		}
	}
	return false
}

// restart is the step that follows.
func restart(service engine.Step, replicas int32) Step {
	count := fmt.Sprintf("new replicas take the place of all %d", replicas)
	if replicas == 1 {
		count = "a new replica takes the place of the one that runs"
	}
	return Step{
		Order: service.Stage + 1, Action: ActionRestart, Phase: string(service.Phase), In: "AWS", Kind: "Replicas", Name: service.Name,
		Reason: count + ", as spec.rollout says",
	}
}
