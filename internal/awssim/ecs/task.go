package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// The life of a task.
const (
	taskProvisioning   = "PROVISIONING"
	taskPending        = "PENDING"
	taskActivating     = "ACTIVATING"
	taskRunning        = "RUNNING"
	taskDeactivating   = "DEACTIVATING"
	taskStopping       = "STOPPING"
	taskDeprovisioning = "DEPROVISIONING"
	taskStopped        = "STOPPED"
)

// stoppedShown is how long a STOPPED task can be described: AWS says at least an hour.
const stoppedShown = time.Hour

// settledAfter is how long a task without health checks has to run to count as
// healthy (the SDK's comment on DeploymentConfiguration).
const settledAfter = 40 * time.Second

// launch is what it takes to start a task.
type launch struct {
	cluster    *cluster
	revision   revision
	subnet     string
	group      string
	startedBy  string
	launchType types.LaunchType
	// provider is the capacity provider, empty without a strategy.
	provider   string
	overrides  *types.TaskOverride
	tags       []types.Tag
	executable bool
	// service and deployment are nil for a task that RunTask starts.
	service    *service
	deployment *deployment
}

// task is one task on Fargate.
type task struct {
	launch
	core.Appearance
	region  *region
	id, arn string

	lastStatus, desiredStatus string
	version                   int64
	containers                []*container

	subnetInfo   ec2.Subnet
	eni          ec2.Interface
	attachment   string
	attachStatus string

	// next is the step that the task takes next.
	next *core.Event
	// targets are those that it is registered as.
	targets []target
	// wasHealthy says that it has been healthy once; condemned is why the scheduler
	// will replace it.
	wasHealthy bool
	condemned  string

	stopCode      types.TaskStopCode
	stoppedReason string

	createdAt, connectedAt, pullStartedAt, pullStoppedAt, startedAt time.Time
	stoppingAt, executionStoppedAt, stoppedAt                       time.Time
}

// isRunning reports whether AWS counts the task as running.
func (t *task) isRunning() bool {
	return t.lastStatus == taskRunning || t.lastStatus == taskDeactivating || t.lastStatus == taskStopping
}

// isPending reports whether AWS counts the task as pending.
func (t *task) isPending() bool {
	return t.lastStatus == taskProvisioning || t.lastStatus == taskPending || t.lastStatus == taskActivating
}

// isStopping reports whether somebody or something has told the task to stop.
func (t *task) isStopping() bool { return t.desiredStatus == taskStopped }

// zone is the availability zone that the task runs in.
func (t *task) zone() string { return t.subnetInfo.Zone }

// moveTo changes the task's status. Each change is a new version.
func (t *task) moveTo(status string) {
	t.lastStatus = status
	t.version++
}

// task finds a task of the cluster that reads show by its id.
func (c *cluster) task(id string) (*task, bool) {
	at := slices.IndexFunc(c.tasks, func(t *task) bool { return t.id == id && t.Seen() })
	if at < 0 {
		return nil, false
	}
	return c.tasks[at], true
}

// forget drops the tasks that have been STOPPED for longer than AWS shows them.
func (c *cluster) forget(now time.Time) {
	c.tasks = slices.DeleteFunc(c.tasks, func(t *task) bool {
		return t.lastStatus == taskStopped && now.Sub(t.stoppedAt) >= stoppedShown
	})
}

// healthStatus is HEALTHY when all containers with a health check are, UNHEALTHY
// when one is not, and UNKNOWN before that and without checks.
func (t *task) healthStatus() types.HealthStatus {
	status := types.HealthStatusUnknown
	for _, c := range t.containers {
		switch {
		case c.definition.HealthCheck == nil:
		case c.health != types.HealthStatusHealthy:
			return c.health
		default:
			status = types.HealthStatusHealthy
		}
	}
	return status
}

// hasChecks reports whether a container of the task defines a health check.
func (t *task) hasChecks() bool {
	return slices.ContainsFunc(t.containers, func(c *container) bool { return c.definition.HealthCheck != nil })
}

// healthy reports whether the service scheduler may count on the task: it runs, its
// containers are HEALTHY, and it is a healthy target of all its target groups. With
// neither container checks nor target groups it has to have run for 40 seconds.
func (s *Service) healthy(t *task) bool {
	if t.lastStatus != taskRunning || t.isStopping() {
		return false
	}
	if t.hasChecks() && t.healthStatus() != types.HealthStatusHealthy {
		return false
	}
	if len(t.revision.loadBalancers) == 0 {
		return t.hasChecks() || s.world.Now().Sub(t.startedAt) >= settledAfter
	}
	if len(t.targets) < len(t.revision.loadBalancers) {
		return false
	}
	for _, tg := range t.targets {
		if state, _ := s.deps.ELB.TargetState(t.region.scope, tg.group, tg.ip, tg.port); state != "healthy" {
			return false
		}
	}
	return true
}

// targetChanged is told by the load balancers about every change of a target.
func (s *Service) targetChanged(sc core.Scope, group, ip string, port int32, state string) {
	r := s.regions.In(sc)
	key := target{group: group, ip: ip, port: port}
	t, ok := r.targets[key]
	if !ok {
		return
	}
	if state == "" {
		delete(r.targets, key)
		t.targets = slices.DeleteFunc(t.targets, func(tg target) bool { return tg == key })
		if t.lastStatus == taskDeactivating && len(t.targets) == 0 {
			s.terminate(t)
		}
	}
	if t.service != nil {
		s.wake(t.service, 0)
	}
}
