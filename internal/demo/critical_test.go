package demo

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awssim/core"
)

// example has latencies that tell each term of a sum apart.
func example() plan {
	seconds := map[core.Latency]int{
		core.FileSystemCreate: 10, core.MountTargetCreate: 100, core.AccessPointCreate: 20, core.RoleVisible: 4,
		core.LoadBalancerCreate: 140, core.TargetRegister: 200, core.SteadyStateDetection: 8, core.TaskScheduled: 16,
		core.TaskProvisioning: 3, core.TaskPending: 5, core.TaskPull: 7, core.TaskStart: 11, core.APICall: 1, core.GatewayConnect: 50,
		// What a longest path must not count.
		core.TaskENIRelease: 1000, core.TaskStop: 1000, core.FileSystemDelete: 1000,
	}
	p := plan{latencies: map[core.Latency]core.Spread{}, onEFS: true, checkEvery: 10 * time.Second, goodChecks: 3}
	for l, s := range seconds {
		p.latencies[l] = core.Spread{P50: time.Duration(s) * time.Second, P95: time.Hour}
	}
	return p
}

func (p plan) with(l core.Latency, d time.Duration) plan {
	p.latencies = maps.Clone(p.latencies)
	p.latencies[l] = core.Spread{P50: d}
	return p
}

func names(p path) []string {
	var list []string
	for _, s := range p {
		list = append(list, s.name)
	}
	return list
}

func TestTheCriticalPath(t *testing.T) {
	replica := []string{scheduling, starting, registering, checking, steady}
	environment := example()
	environment.onEFS = false
	registered := example()
	registered.registers = true
	api := environment
	api.deploysAPI, api.anypoint = true, anypointsim.Delays{Ready: 300 * time.Second, Deployment: 400 * time.Second}
	tests := map[string]struct {
		plan  plan
		chain []string
		total time.Duration
	}{
		"leads through the mount targets, which take longer than the access point": {
			plan:  example(),
			chain: append([]string{fileSystem, mountTargets, writer}, replica...),
			// (10+1) + (100+1) + (3+5+7+11+1) + 16 + (3+5+7+11) + 200 + 3*10 + (8+1)
			total: 420 * time.Second,
		},
		"leads through the access point where that takes longer": {
			plan:  example().with(core.AccessPointCreate, 150*time.Second),
			chain: append([]string{fileSystem, accessPoint, writer}, replica...),
			total: 470 * time.Second,
		},
		"begins with the role where IAM shows it last": {
			plan:  example().with(core.RoleVisible, 500*time.Second),
			chain: append([]string{role, writer}, replica...),
			total: (500 + 27 + 16 + 26 + 200 + 30 + 9) * time.Second,
		},
		"begins with the load balancer where that takes longest: health checks wait for it": {
			plan:  example().with(core.LoadBalancerCreate, 1000*time.Second),
			chain: []string{loadBalancer, checking, steady},
			total: (1000 + 30 + 9) * time.Second,
		},
		"has nothing of EFS where the registration is delivered as a variable": {
			plan:  environment,
			chain: append([]string{role}, replica...),
			total: (4 + 16 + 26 + 200 + 30 + 9) * time.Second,
		},
		"registers the gateway beside the file system": {
			plan:  registered,
			chain: append([]string{fileSystem, mountTargets, writer}, replica...),
			total: 420 * time.Second,
		},
		"leads through the task that registers where the roles are late": {
			plan:  registered.with(core.RoleVisible, 500*time.Second),
			chain: append([]string{role, registrar, writer}, replica...),
			total: (500 + 27 + 27 + 16 + 26 + 200 + 30 + 9) * time.Second,
		},
		"leads through the API where its way to the replica takes longer than the load balancer's": {
			plan:  api,
			chain: []string{role, scheduling, starting, connecting, deploying, checking, steady},
			total: (4 + 16 + 26 + 50 + 700 + 30 + 9) * time.Second,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := criticalPath(tt.plan)
			if diff := cmp.Diff(tt.chain, names(got)); diff != "" {
				t.Errorf("chain (-want +got):\n%s", diff)
			}
			if got.total() != tt.total {
				t.Errorf("total %v, want %v", got.total(), tt.total)
			}
		})
	}
}

func TestEachStepOfACriticalPathStartsWhenTheOneBeforeEnds(t *testing.T) {
	var end time.Duration
	for _, s := range criticalPath(example()) {
		if s.start != end {
			t.Errorf("%q starts at %v, want %v", s.name, s.start, end)
		}
		end += s.took
	}
}

func TestTheDefaultLatenciesAllowAGatewayInFourAndAHalfMinutes(t *testing.T) {
	p := plan{latencies: core.DefaultSettings().Latencies, onEFS: true, checkEvery: 10 * time.Second, goodChecks: 2}
	if got := criticalPath(p).total(); got < 4*time.Minute || got > 4*time.Minute+30*time.Second {
		t.Errorf("the critical path takes %v", got)
	}
}

func TestAnEmptyPathTakesNoTime(t *testing.T) {
	if got := (path{}).total(); got != 0 {
		t.Errorf("it takes %v", got)
	}
}
