package ecs

import (
	"encoding/json"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/internal/awssim/core"
)

// noVCPUs is AWS's reason for a task that would take the account over its quota (ECS
// developer guide, "Service event messages").
const noVCPUs = "You've reached the limit on the number of vCPUs you can run concurrently"

// vCPUUnits are the CPU units of one vCPU.
const vCPUUnits = 1024

// cpu is what a task of the definition takes, in CPU units.
func (td *taskDefinition) cpu() int {
	units, err := strconv.Atoi(aws.ToString(td.Cpu))
	if err != nil {
		return 0 // Fargate's definitions all have one
	}
	return units
}

// vCPUsLeft tells whether the account may run so many more tasks of the definition in
// the region. Fargate Spot has a quota of its own.
func (s *Service) vCPUsLeft(r *region, td *taskDefinition, provider string, more int) bool {
	onSpot := provider == providerSpot
	quota := s.world.Quota(core.FargateVCPUs)
	if onSpot {
		quota = s.world.Quota(core.FargateSpotVCPUs)
	}
	if quota <= 0 {
		return true
	}
	taken := more * td.cpu()
	for _, c := range r.clusters {
		for _, t := range c.tasks {
			if t.lastStatus != taskStopped && (t.provider == providerSpot) == onSpot {
				taken += t.revision.definition.cpu()
			}
		}
	}
	return taken <= quota*vCPUUnits
}

// checkQuotas refuses a task definition that is too large. AWS does not say what it
// counts; this counts the JSON of the request.
func (s *Service) checkQuotas(in *sdk.RegisterTaskDefinitionInput) error {
	if most := s.world.Quota(core.ContainersPerTaskDefinition); s.world.Exceeds(core.ContainersPerTaskDefinition, len(in.ContainerDefinitions)) {
		return clientError("Too many containers. A task definition can have at most %d.", most)
	}
	size, err := jsonSize(in)
	if err != nil {
		return err
	}
	if s.world.Exceeds(core.TaskDefinitionBytes, size) {
		return clientError("Actual length: '%d'. Max allowed length is '%d' bytes.", size, s.world.Quota(core.TaskDefinitionBytes))
	}
	return nil
}

// jsonSize is the length of a request as JSON, without what is not set.
func jsonSize(in any) (int, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return 0, err
	}
	text, err = json.Marshal(withoutEmpty(members))
	return len(text), err
}

// withoutEmpty drops the members of objects that Go writes although they are not set.
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil || member == "" {
				delete(v, name)
				continue
			}
			v[name] = withoutEmpty(member)
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}
