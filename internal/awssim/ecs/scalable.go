package ecs

import (
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Scalable is an ACTIVE service as Application Auto Scaling sees it.
type Scalable struct {
	// Desired and Running are numbers of tasks; Running are those that work.
	Desired, Running int
	// Deploying is true until the PRIMARY deployment is complete.
	Deploying bool
	// CPU and Memory are the average utilization of the running tasks in percent, from 0
	// to 100; 0 without one.
	CPU, Memory float64
}

// Demand is the work that a service has, in percent of what one task can do: 250 are two
// and a half tasks that have nothing left. It is shared by the tasks that run.
type Demand struct {
	CPU    float64 `json:"cpu"`
	Memory float64 `json:"memory"`
}

// activeService finds an ACTIVE service by the names of its cluster and its own.
func (s *Service) activeService(sc core.Scope, cluster, name string) (*service, bool) {
	found, ok := s.regions.In(sc).clusters[cluster]
	if !ok {
		return nil, false
	}
	svc, ok := found.services[name]
	return svc, ok && svc.status == statusActive
}

// Scalable finds an ACTIVE service. The world must be locked.
func (s *Service) Scalable(sc core.Scope, cluster, name string) (Scalable, bool) {
	svc, ok := s.activeService(sc, cluster, name)
	if !ok {
		return Scalable{}, false
	}
	v := Scalable{Desired: svc.desired, Deploying: svc.primary().rolloutState == types.DeploymentRolloutStateInProgress}
	for _, t := range svc.tasks {
		if t.lastStatus == taskRunning && !t.isStopping() {
			v.Running++
		}
	}
	if v.Running > 0 {
		v.CPU = min(svc.demand.CPU/float64(v.Running), 100)
		v.Memory = min(svc.demand.Memory/float64(v.Running), 100)
	}
	return v, true
}

// Scale sets the desired count of a service, as UpdateService does. It reports whether
// the service is ACTIVE. The world must be locked.
func (s *Service) Scale(sc core.Scope, cluster, name string, count int) bool {
	svc, ok := s.activeService(sc, cluster, name)
	if !ok {
		return false
	}
	if svc.desired != count {
		svc.desired = count
		svc.primary().updatedAt = s.world.Now()
		svc.steady = false
		s.wakeLater(svc)
	}
	return true
}

// SetDemand says how much work the service with the ARN has from now on. It reports
// whether the service is ACTIVE. The world must be locked.
func (s *Service) SetDemand(arn string, d Demand) (found bool) {
	s.eachActive(func(svc *service) {
		if svc.arn == arn {
			svc.demand, found = d, true
		}
	})
	return found
}

// Demands is the work of all services that have any, by ARN. The world must be locked.
func (s *Service) Demands() map[string]Demand {
	all := map[string]Demand{}
	s.eachActive(func(svc *service) {
		if svc.demand != (Demand{}) {
			all[svc.arn] = svc.demand
		}
	})
	return all
}

func (s *Service) eachActive(fn func(*service)) {
	s.regions.All(func(_ core.Scope, r *region) {
		for _, c := range r.clusters {
			for _, svc := range c.services {
				if svc.status == statusActive {
					fn(svc)
				}
			}
		}
	})
}
