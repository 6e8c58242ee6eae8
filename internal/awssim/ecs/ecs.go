// Package ecs simulates Amazon ECS with AWS Fargate: clusters, task definitions,
// tasks with network interfaces and containers that behave like the image they
// run, and services whose scheduler rolls deployments out, counts failures and
// rolls back.
//
// A service's scheduler looks at it when something has changed, and at a moment at
// which the passing of time itself changes something. Nothing happens to a service
// in a steady state.
package ecs

import (
	"flexgw.io/controller/internal/awssim/core"
)

// Service is the simulated Amazon ECS of all accounts and regions.
type Service struct {
	// APIDeployed says, in a world without an Anypoint Platform, that an API instance is
	// deployed to every gateway. Without one a Flex Gateway that is connected opens no
	// port. Default true; to be set before gateways start.
	APIDeployed bool

	world    *core.World
	deps     Deps
	regions  core.Regional[region]
	troubles Troubles
	alarms   map[string]alarm
	traffic  Traffic // nil where nothing really answers
}

// New returns an ECS without clusters.
func New(w *core.World, d Deps) *Service {
	s := &Service{APIDeployed: true, world: w, deps: d}
	s.regions.Make = func(sc core.Scope) *region {
		return &region{
			scope:    sc,
			clusters: map[string]*cluster{},
			families: map[string]*family{},
			launches: map[string]*launchRecord{},
			targets:  map[target]*task{},
		}
	}
	d.ELB.OnTargetChange(s.targetChanged)
	if d.Anypoint != nil {
		d.Anypoint.OnDeployment(s.deployed)
	}
	return s
}

// region is what one account has in one region.
type region struct {
	scope    core.Scope
	clusters map[string]*cluster
	families map[string]*family
	// launches remembers RunTask's calls by cluster and client token.
	launches map[string]*launchRecord
	// fargate and spot are what Fargate and Fargate Spot have been asked to launch.
	fargate, spot launchBucket
	// targets are the tasks behind the registered targets.
	targets map[target]*task
}

// target is a registration in a target group.
type target struct {
	group string
	ip    string
	port  int32
}
