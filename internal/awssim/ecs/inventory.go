package ecs

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Inventory lists clusters and services that are not INACTIVE, tasks that are not
// STOPPED, and ACTIVE task definitions. The world must be locked.
func (s *Service) Inventory() []core.Resource {
	var all []core.Resource
	s.regions.All(func(sc core.Scope, r *region) {
		add := func(kind, arn, state string, tags []types.Tag) {
			all = append(all, core.Resource{
				Service: "ecs", Kind: kind, ID: arn, Account: sc.Account, Region: sc.Region, State: state, Tags: tagMap(tags),
			})
		}
		for _, c := range r.clusters {
			if c.status == statusInactive {
				continue
			}
			add("Cluster", c.arn, c.status, c.tags)
			for _, svc := range c.services {
				if svc.status != statusInactive {
					add("Service", svc.arn, svc.status, svc.tags)
				}
			}
			for _, t := range c.tasks {
				if t.lastStatus != taskStopped {
					add("Task", t.arn, t.lastStatus, t.tags)
				}
			}
		}
		for _, f := range r.families {
			for _, td := range f.revisions {
				if td.Status == types.TaskDefinitionStatusActive {
					add("TaskDefinition", aws.ToString(td.TaskDefinitionArn), string(td.Status), td.tags)
				}
			}
		}
	})
	core.SortResources(all)
	return all
}
