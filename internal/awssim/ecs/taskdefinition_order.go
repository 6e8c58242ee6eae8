package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// checkDependencies holds the order of containers against ECS's rules. The sentences
// about unknown and about essential containers are ECS's, as others have met them.
func checkDependencies(containers []types.ContainerDefinition) error {
	byName := map[string]types.ContainerDefinition{}
	for _, c := range containers {
		byName[aws.ToString(c.Name)] = c
	}
	for _, c := range containers {
		for _, d := range c.DependsOn {
			name := aws.ToString(d.ContainerName)
			on, ok := byName[name]
			ends := d.Condition == types.ContainerConditionSuccess || d.Condition == types.ContainerConditionComplete
			switch {
			case !ok:
				return clientError("Cannot depend on container + '%s' because it does not exist", name)
			case !slices.Contains(d.Condition.Values(), d.Condition):
				return clientError("Invalid container dependency condition '%s'.", d.Condition)
			case ends && aws.ToBool(orDefault(on.Essential, true)):
				return clientError("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container")
			case d.Condition == types.ContainerConditionHealthy && on.HealthCheck == nil:
				return clientError("A dependency container with HEALTHY condition must have a health check configured")
			}
		}
	}
	for _, c := range containers {
		if dependsOn(byName, c, aws.ToString(c.Name), map[string]bool{}) {
			return clientError("Container dependencies should not have a cycle")
		}
	}
	return nil
}

// dependsOn reports whether a container depends on the named one, by whatever way.
func dependsOn(byName map[string]types.ContainerDefinition, c types.ContainerDefinition, name string, seen map[string]bool) bool {
	return slices.ContainsFunc(c.DependsOn, func(d types.ContainerDependency) bool {
		next := aws.ToString(d.ContainerName)
		if next == name {
			return true
		}
		if seen[next] {
			return false
		}
		seen[next] = true
		return dependsOn(byName, byName[next], name, seen)
	})
}
