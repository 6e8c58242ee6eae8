package ecs

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// runTime is how long a program that ends by itself runs.
const runTime = time.Second

// container is one container of a task.
type container struct {
	task       *task
	definition types.ContainerDefinition
	arn        string
	runtimeID  string
	digest     string
	lastStatus string
	// startedAt is zero for a container that has not run.
	startedAt time.Time
	exitCode  *int32
	reason    string
	health    types.HealthStatus
	env       map[string]string
	files     *files
	program   program
	// ports are those that the program listens on.
	ports []int32
	// next is the next health check, or the end of a program that ends by itself.
	next *core.Event
}

// program is how a container behaves.
type program interface {
	// start runs the program in a container that is RUNNING.
	start(s *Service, c *container)
	// look is called when a file may have changed that the container can see.
	look(s *Service, c *container)
	// probe reports whether a health check's command succeeds.
	probe(command string) bool
}

// newContainer is a container that is yet to be started, with RunTask's overrides
// applied.
func (s *Service) newContainer(t *task, definition types.ContainerDefinition) *container {
	c := &container{
		task: t, definition: definition, arn: t.region.scope.ARN("ecs", "container/"+t.cluster.name+"/"+t.id+"/"+s.world.UUID()),
		lastStatus: taskPending, health: types.HealthStatusUnknown, env: map[string]string{}, files: newFiles(aws.ToBool(definition.ReadonlyRootFilesystem)),
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} { // as Fargate does
		c.env[name] = t.region.scope.Region
	}
	for _, e := range definition.Environment {
		c.env[aws.ToString(e.Name)] = aws.ToString(e.Value)
	}
	for _, o := range overridesOf(t.overrides) {
		if aws.ToString(o.Name) != aws.ToString(definition.Name) {
			continue
		}
		if len(o.Command) > 0 {
			c.definition.Command = o.Command
		}
		for _, e := range o.Environment {
			c.env[aws.ToString(e.Name)] = aws.ToString(e.Value)
		}
	}
	return c
}

// startContainer runs a container's program and begins its health checks.
func (s *Service) startContainer(c *container) {
	c.lastStatus, c.startedAt = taskRunning, s.world.Now()
	c.runtimeID = c.task.id + "-" + s.world.Digits(10)
	c.program = s.troubled(c, s.programFor(c))
	c.program.start(s, c)
	if h := c.definition.HealthCheck; h != nil && c.next == nil {
		c.next = s.world.After(seconds(h.Interval), func() { s.checkHealth(c) })
	}
	if limit := c.definition.StartTimeout; limit != nil {
		s.world.After(seconds(limit), func() { s.startContainers(c.task) })
	}
}

func seconds(n *int32) time.Duration { return time.Duration(aws.ToInt32(n)) * time.Second }

// checkHealth is the first health check that counts. If it fails, the container is
// UNHEALTHY after the start period and as many intervals as there are retries,
// unless a look at its files changes that.
func (s *Service) checkHealth(c *container) {
	if s.probe(c) {
		return
	}
	h := c.definition.HealthCheck
	wait := seconds(h.StartPeriod) + time.Duration(aws.ToInt32(h.Retries)-1)*seconds(h.Interval)
	c.next = s.world.After(wait, func() {
		if !s.probe(c) {
			s.setHealth(c, types.HealthStatusUnhealthy)
		}
	})
}

// probe runs the health check's command and notes its success.
func (s *Service) probe(c *container) bool {
	command := c.definition.HealthCheck.Command
	if !c.program.probe(command[len(command)-1]) {
		return false
	}
	s.setHealth(c, types.HealthStatusHealthy)
	return true
}

func (s *Service) setHealth(c *container, status types.HealthStatus) {
	if c.health == status || c.lastStatus != taskRunning {
		return
	}
	c.health = status
	c.task.version++
	s.startContainers(c.task)
	if c.task.service != nil {
		s.wake(c.task.service, 0)
	}
}

// exit arranges for the program to end with the code.
func (s *Service) exit(c *container, code int32) {
	c.next.Cancel()
	c.next = s.world.After(runTime, func() {
		c.lastStatus, c.exitCode = taskStopped, aws.Int32(code)
		s.exited(c)
	})
}

// endContainer stops a container with its task; a program that ran ends in order.
func (s *Service) endContainer(c *container) {
	c.next.Cancel()
	s.hangUp(c)
	if c.lastStatus == taskRunning {
		c.exitCode = aws.Int32(0)
	}
	c.lastStatus = taskStopped
	c.ports = nil
}

// listen opens the ports, besides those of the task's other containers.
func (s *Service) listen(c *container, ports []int32) {
	c.ports = ports
	var all []int32
	for _, o := range c.task.containers {
		all = append(all, o.ports...)
	}
	slices.Sort(all)
	s.deps.EC2.Listen(c.task.region.scope, c.task.eni.ID, slices.Compact(all)...)
}

// log writes to the container's log stream, if it has one.
func (s *Service) log(c *container, lines ...string) {
	if !usesAWSLogs(c.definition) || len(lines) == 0 {
		return
	}
	o := c.definition.LogConfiguration.Options
	sc := core.Scope{Account: c.task.region.scope.Account, Region: o["awslogs-region"]}
	s.deps.Logs.Put(sc, o["awslogs-group"], c.task.logStream(o["awslogs-stream-prefix"], aws.ToString(c.definition.Name)), lines...)
}

// lookAgain has all containers of the region look at their files, because another
// one has written some.
func (s *Service) lookAgain(r *region) {
	for _, name := range slices.Sorted(maps.Keys(r.clusters)) {
		for _, t := range r.clusters[name].tasks {
			for _, c := range t.containers {
				if c.lastStatus == taskRunning && c.program != nil {
					c.program.look(s, c)
				}
			}
		}
	}
}
