package lifecycle

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// crash is one moment to kill the controller at: before or after its nth call.
type crash struct {
	call        int
	operation   string
	afterEffect bool
}

func (c crash) String() string {
	if c.afterEffect {
		return fmt.Sprintf("after call %d %s", c.call, c.operation)
	}
	return fmt.Sprintf("before call %d %s", c.call, c.operation)
}

// everyCall makes the tests kill the controller before and after each single call, which
// takes minutes. Without it they kill it after each call that changes something (of many
// equal ones after the first) and before every sixth call.
var everyCall = flag.Bool("every-call", false, "kill the controller before and after every call")

// crashesIn lists the moments in what fn does.
func crashesIn(b *bench, fn func()) []crash {
	before := len(b.sim.Calls())
	fn()
	var crashes []crash
	seen := map[string]bool{}
	for i, call := range b.sim.Calls()[before:] {
		operation := call.Service + "." + call.Operation
		if *everyCall || i%6 == 0 && i < 48 {
			crashes = append(crashes, crash{i + 1, operation, false})
		}
		reads := strings.HasPrefix(call.Operation, "Describe") || strings.HasPrefix(call.Operation, "Get") || strings.HasPrefix(call.Operation, "List")
		if *everyCall || !reads && !seen[operation] {
			crashes = append(crashes, crash{i + 1, operation, true})
		}
		seen[operation] = true
	}
	return crashes
}

// withoutTraces leaves out what AWS keeps for a while of things that are over: the task
// that wrote the registration.
func withoutTraces(list []core.Resource) map[string]int {
	count := kinds(list)
	delete(count, "ecs Task")
	delete(count, "ec2 NetworkInterface")
	return count
}

func TestKilledInTheMiddleOfTheCreationTheNextControllerEndsInTheSameState(t *testing.T) {
	var crashes []crash
	var want map[string]int
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.create(gw)
		crashes = crashesIn(b, func() { b.untilReady(gw) })
		want = withoutTraces(b.inventory())
	})
	for _, crash := range crashes {
		t.Run(crash.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.create(gw)
				b.wire.killAtCall(crash.call, crash.afterEffect)
				b.untilReady(gw)
				if diff := cmp.Diff(want, withoutTraces(b.inventory())); diff != "" {
					t.Errorf("AWS after the crash (-want +got):\n%s", diff)
				}
				b.settled(gw)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestKilledInTheMiddleOfTheDeletionTheNextControllerLeavesNothing(t *testing.T) {
	var crashes []crash
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		crashes = crashesIn(b, func() { b.delete(gw) })
	})
	for _, crash := range crashes {
		t.Run(crash.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.create(gw)
				b.untilReady(gw)
				b.wire.killAtCall(crash.call, crash.afterEffect)
				b.delete(gw)
				b.empty()
			})
		})
	}
}
