package demo

import (
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awssim/core"
)

// span is one step of a path through time.
type span struct {
	name        string
	start, took time.Duration
}

// path is the chain of steps that decides how long the whole takes.
type path []span

// total is when the last step ends.
func (p path) total() time.Duration {
	if len(p) == 0 {
		return 0
	}
	last := p[len(p)-1]
	return last.start + last.took
}

// plan is what the time to build a gateway depends on.
type plan struct {
	// latencies are the simulated AWS's; the medians count.
	latencies map[core.Latency]core.Spread
	// anypoint are the delays of the simulated Anypoint Platform.
	anypoint anypointsim.Delays
	// onEFS is true where the registration is delivered through EFS.
	onEFS bool
	// registers is true where the controller registers the gateway, and deploysAPI where
	// it deploys the API that the health checks meet.
	registers, deploysAPI bool
	// checkEvery is the interval of the load balancer's health checks, and goodChecks
	// how many of them a new replica has to pass.
	checkEvery time.Duration
	goodChecks int
}

// planOf is the plan of a gateway in a simulated AWS with these latencies, and in an
// Anypoint Platform with the usual ones.
func planOf(spec *v1alpha1.FlexGatewayDeploymentSpec, latencies map[core.Latency]core.Spread) plan {
	check := spec.LoadBalancer.HealthCheck
	return plan{
		latencies:  latencies,
		anypoint:   anypointsim.DefaultDelays(),
		registers:  spec.Registration.Create != nil,
		deploysAPI: spec.HealthCheckAPI != nil,
		onEFS:      spec.Registration.Delivery != v1alpha1.RegistrationDeliveryEnvironment,
		checkEvery: time.Duration(check.IntervalSeconds) * time.Second,
		goodChecks: int(check.HealthyThreshold),
	}
}

// CriticalTime is the shortest time in which a gateway with this spec can become Ready
// in an account where nothing is: see criticalPath.
func CriticalTime(spec *v1alpha1.FlexGatewayDeploymentSpec, latencies map[core.Latency]core.Spread) time.Duration {
	return criticalPath(planOf(spec, latencies)).total()
}

// activity is something that AWS does. It starts when all that stand in after are over.
type activity struct {
	name  string
	takes time.Duration
	after []string
}

// The names of the activities.
const (
	fileSystem   = "EFS creates the file system"
	mountTargets = "EFS prepares the mount targets"
	accessPoint  = "EFS prepares the access point"
	role         = "IAM shows the new roles to ECS"
	registrar    = "a Fargate task registers the gateway"
	writer       = "a Fargate task writes the registration"
	scheduling   = "ECS schedules the first replica"
	starting     = "Fargate starts the replica"
	loadBalancer = "ELB creates the load balancer"
	connecting   = "the replica connects to the Anypoint Platform"
	deploying    = "the Anypoint Platform deploys the API"
	registering  = "ELB registers the replica"
	checking     = "ELB checks the replica's health"
	steady       = "ECS declares the service steady"
)

// criticalPath is the longest chain from an empty account to a gateway that serves with
// one replica: what would be left if the controller's own work took no time and it
// started everything at the first possible moment.
//
//	file system -> mount targets and access point -> the task that writes the registration
//	-> service: scheduled -> started -> registered -> health checks -> steady state
//
// The load balancer is made beside all this; health checks begin when it is active and
// the replica is registered. Where the controller registers the gateway, the task that
// does it runs beside the file system's way; where it deploys the API, health checks also
// wait until the replica has connected and has heard of it. The role must be visible before ECS starts a task. A task
// takes provisioning (network interface), pending, pull and start; the writer's result
// counts as soon as its container has ended.
//
// What follows from something that AWS announces to nobody can begin only after a look,
// which is one API call: after the file system, the mount targets, the writer and the
// steady state. Calls that start something take effect when they arrive.
func criticalPath(p plan) path { return longest(p.activities()) }

func (p plan) activities() []activity {
	takes := func(parts ...core.Latency) time.Duration {
		var sum time.Duration
		for _, l := range parts {
			sum += p.latencies[l].P50
		}
		return sum
	}
	var list []activity
	list = append(list, activity{name: role, takes: takes(core.RoleVisible)})
	task := takes(core.TaskProvisioning, core.TaskPending, core.TaskPull, core.TaskStart)
	registration := role
	if p.registers {
		list = append(list, activity{name: registrar, takes: task + takes(core.APICall), after: []string{role}})
		registration = registrar
	}
	if p.onEFS {
		list = append(list,
			activity{name: fileSystem, takes: takes(core.FileSystemCreate, core.APICall)},
			activity{name: accessPoint, takes: takes(core.AccessPointCreate, core.APICall), after: []string{fileSystem}},
			activity{name: mountTargets, takes: takes(core.MountTargetCreate, core.APICall), after: []string{fileSystem}},
			activity{
				name:  writer,
				takes: task + takes(core.APICall),
				after: []string{mountTargets, accessPoint, registration},
			})
		registration = writer
	}
	list = append(list,
		activity{name: loadBalancer, takes: takes(core.LoadBalancerCreate)},
		activity{name: scheduling, takes: takes(core.TaskScheduled), after: []string{registration}},
		activity{name: starting, takes: task, after: []string{scheduling}},
		activity{name: registering, takes: takes(core.TargetRegister), after: []string{starting}})
	answering := []string{registering, loadBalancer}
	if p.deploysAPI {
		list = append(list,
			activity{name: connecting, takes: takes(core.GatewayConnect), after: []string{starting}},
			activity{name: deploying, takes: p.anypoint.Ready + p.anypoint.Deployment, after: []string{connecting}})
		answering = append(answering, deploying)
	}
	return append(list,
		activity{name: checking, takes: p.checkEvery * time.Duration(p.goodChecks), after: answering},
		activity{name: steady, takes: takes(core.SteadyStateDetection, core.APICall), after: []string{checking}},
	)
}

// longest is the chain of activities that ends last. An activity stands after those that
// it follows; of chains of the same length the first counts.
func longest(list []activity) path {
	chains := map[string]path{}
	var critical path
	for _, a := range list {
		var before path
		for _, name := range a.after {
			if chain := chains[name]; chain.total() > before.total() {
				before = chain
			}
		}
		chain := append(before[:len(before):len(before)], span{name: a.name, start: before.total(), took: a.takes})
		chains[a.name] = chain
		if chain.total() > critical.total() {
			critical = chain
		}
	}
	return critical
}
