package traffic_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ecs"
)

// watchEvery is the manager's default of --watch-every.
const watchEvery = 30 * time.Second

func TestOnlyRequestsOnATaskThatIsKilledFail(t *testing.T) {
	s := begin(t, "task killed, 4 replicas", replicas(4))
	victim := s.look().tasks[0]
	s.lose(t, []ecstypes.Task{victim}, func(s *ecs.Service) {
		if !s.KillTask(*victim.TaskArn) {
			t.Error("there was no task to kill")
		}
	})
}

func TestOnlyRequestsOnTasksInAZoneThatGoesOutFail(t *testing.T) {
	s := begin(t, "zone out, 4 replicas", replicas(4))
	byZone := map[string][]ecstypes.Task{}
	zone := ""
	for _, task := range s.look().tasks {
		z := aws.ToString(task.AvailabilityZone)
		byZone[z] = append(byZone[z], task)
		if len(byZone[z]) > len(byZone[zone]) {
			zone = z
		}
	}
	t.Cleanup(func() { stack.AWS().World().Do(func() { stack.AWS().ECS.ZoneBack(zone) }) })
	s.row.name = fmt.Sprintf("zone out, %d of 4 replicas in it", len(byZone[zone]))
	s.lose(t, byZone[zone], func(s *ecs.Service) { s.ZoneOut(zone) })
}

// lose loses tasks, and requires that ECS replaces them and that no request fails but
// those that were sent to them before the load balancer's nodes knew. This is AWS's time:
// ECS deregisters a lost target at once, and the nodes hear of it a while later; a new
// connection that is sent there in between fails.
func (s *scene) lose(t *testing.T, tasks []ecstypes.Task, do func(*ecs.Service)) {
	t.Helper()
	lost := map[string]bool{}
	for _, task := range tasks {
		lost[detail(task, "networkInterfaceId")] = true
	}
	sim := stack.AWS()
	var heard time.Duration
	s.change(t, func() {
		s.witness.lost()
		sim.World().Do(func() {
			heard = sim.World().Settings.Latencies[core.TargetDrainHeard].P50
			do(sim.ECS)
		})
	})
	// A request that is under way breaks off at once; what is left is the machine's own time.
	within := heard + time.Duration(*speed*float64(500*time.Millisecond))
	s.row.goal = fmt.Sprintf("none but those sent to lost replicas, for %.0f s", heard.Seconds())
	report := s.finish(t, s.awaitReady(t))
	s.wantOnlyFailuresOf(t, report, lost, within)
	noticed := s.witness.noticed().Sub(s.sent)
	t.Logf("the object said so %s after the loss", short(noticed))
	if most := watchEvery + time.Duration(*speed*float64(reaction)); noticed > most {
		t.Errorf("the object said nothing of the loss for %s, want %s or less", short(noticed), short(most))
	}
	if report.Failed == 0 {
		t.Error("no request failed: the load did not meet the loss")
	}
	if why := s.look().unserved(&s.Get(t).Spec); why != "" {
		t.Errorf("after the loss is made good, %s", why)
	}
}
