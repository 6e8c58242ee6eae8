package logcli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
)

// with runs a test in simulated time.
func with(t *testing.T, gw *v1alpha1.FlexGatewayDeployment, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newBench(t, gw)) })
}

func TestTheLogsOfReplicasAreOneInTheOrderOfTimeWithWhoseEachLineIs(t *testing.T) {
	with(t, gatewayWith(first, second), func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, first, "one")
		b.write(gateway.ContainerName, second, "two\nlines", "colour \x1b[31mred\x07")
		b.write(gateway.ContainerName, first, "three")
		b.write(gateway.ContainerName, stopped, "of another")
		if err := b.Logs(t.Context(), "gw", Options{Tail: -1}); err != nil {
			t.Fatal(err)
		}
		want := []string{"[11111111] one", "[33333333] two", "[33333333] lines", "[33333333] colour [31mred", "[11111111] three"}
		if diff := cmp.Diff(want, b.told()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestTailAndSinceSayHowFarBackAndTaskWhose(t *testing.T) {
	with(t, gatewayWith(first, second), func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, first, "old")
		time.Sleep(time.Hour)
		b.write(gateway.ContainerName, first, "a", "b", "c")
		b.write(gateway.ContainerName, second, "d")
		for _, test := range []struct {
			o    Options
			want []string
		}{
			{Options{Tail: 2}, []string{"[11111111] b", "[11111111] c", "[33333333] d"}},
			{Options{Tail: -1, Since: time.Minute}, []string{"[11111111] a", "[11111111] b", "[11111111] c", "[33333333] d"}},
			{Options{Tail: 1, Task: "1111"}, []string{"c"}},
			{Options{Tail: 0}, []string{""}},
		} {
			b.out.Reset()
			if err := b.Logs(t.Context(), "gw", test.o); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.told()); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", test.o, diff)
			}
		}
	})
}

func TestALongLogIsReadPageByPage(t *testing.T) {
	with(t, gatewayWith(first), func(t *testing.T, b *bench) {
		var lines []string
		for i := range largestPage + 10 {
			lines = append(lines, fmt.Sprint(i))
		}
		b.write(gateway.ContainerName, first, lines...)
		if err := b.Logs(t.Context(), "gw", Options{Tail: -1, Task: first}); err != nil {
			t.Fatal(err)
		}
		if told := b.told(); !slices.Equal(told, lines) {
			t.Errorf("%d lines from %s to %s, want %d", len(told), told[0], told[len(told)-1], len(lines))
		}
	})
}

func TestPreviousIsTheReplicaThatHasStoppedLast(t *testing.T) {
	with(t, gatewayWith(first), func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, second, "stopped first")
		b.write(gateway.ContainerName, stopped, "stopped last")
		b.write(gateway.ContainerName, first, "runs")
		if err := b.Logs(t.Context(), "gw", Options{Tail: -1, Previous: true, Timestamps: true}); err != nil {
			t.Fatal(err)
		}
		if got := b.out.String(); got != "[55555555] 2000-01-01T00:00:00.002Z stopped last\n" {
			t.Errorf("lines\n%s", got)
		}
		b.out.Reset()
		if err := b.Logs(t.Context(), "gw", Options{Tail: -1, Task: "3333"}); err != nil || b.told()[0] != "stopped first" {
			t.Errorf("a stopped replica by its id: error %v, lines %s", err, b.out.String())
		}
	})
}

func TestRegistrationIsWhatFlexctlAndItsHelpersSay(t *testing.T) {
	with(t, gatewayWith(first), func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, first, "runs")
		b.write(resource.RegistrarContainer, second, "registers")
		b.write(resource.KeeperContainer, second, "keeps")
		if err := b.Logs(t.Context(), "gw", Options{Tail: -1, Registration: true}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"[flexctl/33333333] registers", "[keeper/33333333] keeps"}, b.told()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestAContainerThatRegistersIsLookedForInTheTasksThatDo(t *testing.T) {
	with(t, gatewayWith(first), func(t *testing.T, b *bench) {
		b.write(resource.RegistrarContainer, second, "registers")
		b.write(resource.KeeperContainer, second, "keeps")
		o, err := Options{Tail: -1}.InContainer(resource.KeeperContainer)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Logs(t.Context(), "gw", o); err != nil || b.out.String() != "[keeper/33333333] keeps\n" {
			t.Errorf("error %v, lines\n%s", err, b.out.String())
		}
		if _, err := o.InContainer("nope"); err == nil || !strings.Contains(err.Error(), "flex-gateway, flexctl, keeper, registration-writer") {
			t.Errorf("no such container: error %v", err)
		}
	})
}

func TestFollowingTellsEachLineOnceAlsoOfReplicasThatCome(t *testing.T) {
	with(t, gatewayWith(first), func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, first, "cut", "last")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Logs(ctx, "gw", Options{Tail: 1, Follow: true}) }()
		time.Sleep(5 * time.Second)
		b.write(gateway.ContainerName, first, "same", "same")
		time.Sleep(5 * time.Second)
		gw, err := b.Get(ctx, "gw")
		if err != nil {
			t.Fatal(err)
		}
		gw.Status.Tasks = gatewayWith(second).Status.Tasks // and the first goes
		if err := b.Client.Status().Update(ctx, gw); err != nil {
			t.Fatal(err)
		}
		b.write(gateway.ContainerName, second, "new")
		b.write(gateway.ContainerName, first, "goodbye")
		time.Sleep(10 * time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		want := []string{"[11111111] last", "[11111111] same", "[11111111] same", "[33333333] new", "[11111111] goodbye"}
		if diff := cmp.Diff(want, b.told()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestAThrottledPollIsRepeatedMoreSlowly(t *testing.T) {
	with(t, gatewayWith(first), func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, first, "first")
		if _, err := b.sim.SetFault(awssim.Fault{Service: "logs", Operation: "FilterLogEvents", Code: "ThrottlingException", Times: 7}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Logs(ctx, "gw", Options{Tail: -1, Follow: true}) }()
		time.Sleep(time.Second)
		b.write(gateway.ContainerName, first, "second")
		time.Sleep(2 * time.Minute)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if got := strings.Join(b.told(), " "); got != "[11111111] first [11111111] second" {
			t.Errorf("lines %s", got)
		}
	})
}

func TestWhatCannotBeToldIsAnErrorThatSaysWhy(t *testing.T) {
	foreign := gatewayWith(first)
	foreign.Status.Account = "999999999999"
	fresh := gatewayWith()
	fresh.Status.Resources = nil
	gone := gatewayWith(first)
	gone.Status.Resources[0].ID = "arn:aws:logs:us-east-1:123456789012:log-group:/flexgw/flex/gone"
	for name, test := range map[string]struct {
		gw   *v1alpha1.FlexGatewayDeployment
		o    Options
		want string
	}{
		"no replica":        {gatewayWith(), Options{}, "no replica of flex/gw is running: see those that have stopped with --previous"},
		"none has stopped":  {gatewayWith(first), Options{Previous: true}, "no replica of flex/gw that has stopped has left a log"},
		"no such task":      {gatewayWith(first), Options{Task: "99"}, "no task of flex/gw whose id begins with 99 has a log of flex-gateway"},
		"no registration":   {gatewayWith(first), Options{Registration: true}, "no registration of flex/gw has left a log"},
		"another account":   {foreign, Options{}, "the gateway is in the AWS account 999999999999, and your credentials are of 123456789012"},
		"no log group yet":  {fresh, Options{}, "flex/gw has no log group yet"},
		"log group gone":    {gone, Options{Tail: -1}, "the log group /flexgw/flex/gone is not there: "},
		"no right to do so": {gatewayWith(first), Options{Tail: -1}, "your AWS credentials may not read the log group " + logGroup},
	} {
		with(t, test.gw, func(t *testing.T, b *bench) {
			if name == "no right to do so" {
				b.write(gateway.ContainerName, first, "secret")
				if _, err := b.sim.SetFault(awssim.Fault{Service: "logs", Operation: "GetLogEvents", Code: "AccessDeniedException"}); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.Logs(t.Context(), "gw", test.o); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%s: error %v, want %s", name, err, test.want)
			}
		})
	}
}

func TestALogGroupThatOthersMayUseIsNoted(t *testing.T) {
	gw := gatewayWith(first)
	gw.Spec.Logging.LogGroupName = logGroup
	with(t, gw, func(t *testing.T, b *bench) {
		b.write(gateway.ContainerName, stopped, "perhaps of another")
		if err := b.Logs(t.Context(), "gw", Options{Tail: -1, Previous: true}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.err.String(), "may have streams of other gateways") {
			t.Errorf("stderr %q", b.err.String())
		}
	})
}
