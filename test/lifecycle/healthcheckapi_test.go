package lifecycle

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/anypointsim/platform"
)

// withAPI asks for an API for the health checks.
func withAPI(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.HealthCheckAPI = &v1alpha1.HealthCheckAPISpec{Upstream: "http://upstream.example.com"}
}

// newAPIBench is a bench with an Anypoint Platform in which no person deploys an API.
func newAPIBench(t *testing.T) *bench {
	t.Helper()
	b := newAnypointBench(t)
	b.person.absent = true
	return b
}

// away takes the Anypoint Platform away, or brings it back.
func (b *bench) away(how anypointsim.Away) {
	b.t.Helper()
	b.must(b.anypoint.SetAway(how))
}

// onPlatform is what is in the Anypoint Platform of a kind, by id.
func (b *bench) onPlatform(kind string) []string {
	var ids []string
	for _, r := range b.anypoint.Inventory() {
		if r.Kind == kind {
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// emptyPlatform asserts that nothing but tombstones is left in the Anypoint Platform.
func (b *bench) emptyPlatform() {
	b.t.Helper()
	for _, r := range b.anypoint.Inventory() {
		b.t.Errorf("left in the Anypoint Platform: %s %s (%s, %s)", r.Kind, r.ID, r.Name, r.State)
	}
}

// apiOf is what the status says of the API.
func apiOf(gw *v1alpha1.FlexGatewayDeployment) v1alpha1.HealthCheckAPIStatus {
	if gw.Status.Anypoint == nil || gw.Status.Anypoint.HealthCheckAPI == nil {
		return v1alpha1.HealthCheckAPIStatus{}
	}
	return *gw.Status.Anypoint.HealthCheckAPI
}

// apiCondition is HealthCheckAPIReady as "status reason".
func apiCondition(gw *v1alpha1.FlexGatewayDeployment) string {
	c := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionHealthCheckAPIReady)
	if c == nil {
		return ""
	}
	return string(c.Status) + " " + c.Reason
}

// served is what the gateway serves.
func (b *bench) served(gw *v1alpha1.FlexGatewayDeployment) []platform.API {
	return b.anypoint.APIs(b.get(gw).Status.Anypoint.GatewayID)
}

// withAPIReady is a gateway with its API, ready.
func withAPIReady(t *testing.T, b *bench, edit func(*v1alpha1.FlexGatewayDeploymentSpec)) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		and(registering, withAPI)(s)
		if edit != nil {
			edit(s)
		}
	})
	b.create(gw)
	b.untilReady(gw)
	return gw
}

// goneEverywhere deletes the gateway and asserts that nothing is left.
func (b *bench) goneEverywhere(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	b.delete(gw)
	b.empty()
	b.emptyPlatform()
}

func TestTheAPIGoesThroughItsStagesAndMakesTheReplicasHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			and(registering, withAPI)(s)
			s.HealthCheckAPI.Validate = true
		})
		b.reconciler.Dial = b.throughTheLoadBalancer(gw)
		var stages, healthy []string
		b.listen = func(gw *v1alpha1.FlexGatewayDeployment) {
			current := b.get(gw)
			if stage := apiOf(current).Stage; stage != "" && !slices.Contains(stages, stage) {
				stages = append(stages, stage)
				healthy = append(healthy, fmt.Sprint(current.Status.ReadyReplicas))
			}
		}
		b.create(gw)
		b.untilReady(gw)
		b.until(gw, "answering", func(gw *v1alpha1.FlexGatewayDeployment) bool { return apiOf(gw).Stage == "Answering" })
		if got := strings.Join(stages, " "); got != "Creating Deploying Deployed Answering" {
			t.Errorf("stages: %s", got)
		}
		if healthy[0] != "0" {
			t.Errorf("%s replicas were healthy before there was an API", healthy[0])
		}
		ready := b.get(gw)
		if apiCondition(ready) != "True Succeeded" || ready.Status.ReadyReplicas != 1 || len(b.served(gw)) != 1 {
			t.Errorf("in the end: %s, %d healthy, served %v", apiCondition(ready), ready.Status.ReadyReplicas, b.served(gw))
		}
		want := []string{fmt.Sprint(apiOf(ready).InstanceID)}
		if diff := cmp.Diff(want, b.onPlatform("APIInstance")); diff != "" {
			t.Errorf("API instances (-want +got):\n%s", diff)
		}
		b.settled(gw)
		b.listen = nil
		b.goneEverywhere(gw)
	})
}

// throughTheLoadBalancer connects to the load balancer, which passes on to what the gateway
// serves at this moment.
func (b *bench) throughTheLoadBalancer(gw *v1alpha1.FlexGatewayDeployment) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, _, address string) (net.Conn, error) {
		if current := b.get(gw); address != current.Status.Endpoint+":8081" && current.Status.Endpoint != "" {
			return nil, fmt.Errorf("no such host: %s", address)
		}
		ours, theirs := net.Pipe()
		go func() {
			defer func() { _ = theirs.Close() }() // nothing can be done about it
			request, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				return
			}
			code := http.StatusNotFound
			for _, api := range b.served(gw) {
				if request.URL.Path == api.BasePath {
					code = http.StatusOK
				}
			}
			fmt.Fprintf(theirs, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", code, http.StatusText(code))
		}()
		return ours, nil
	}
}

func TestAnAPIOnARegistrationThatTheUserBrought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		file, err := b.anypoint.Create(time.Now(), platform.Registration{
			By:           platform.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret},
			Organization: anypointsim.DemoOrganization, Environment: anypointsim.DemoEnvironment, Name: "gw", Connected: true,
		})
		b.must(err)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			and(registering, withAPI)(s)
			s.Registration = v1alpha1.RegistrationSpec{SecretRef: &v1alpha1.SecretKeyReference{Name: "gw-registration", Key: "registration.yaml"}}
		})
		b.create(gw)
		b.writeRegistration(gw, string(file))
		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
		if left := b.anypoint.Inventory(); len(left) != 1 || left[0].Kind != "Gateway" {
			t.Errorf("left: %v, want the gateway that the user registered", left)
		}
	})
}

func TestThePlatformIsAwayWhileTheAPIIsMade(t *testing.T) {
	for _, how := range []anypointsim.Away{anypointsim.AwayRefused, anypointsim.AwayUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			b := newAPIBench(t)
			gw := gatewayNamed(t, "gw", and(registering, withAPI))
			b.create(gw)
			b.until(gw, "registered", func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return gw.Status.Anypoint != nil && gw.Status.Anypoint.GatewayID != ""
			})
			b.away(how)
			b.until(gw, "in trouble", func(gw *v1alpha1.FlexGatewayDeployment) bool { return apiCondition(gw) == "False AnypointUnreachable" })
			service := func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return gw.Status.TaskDefinition != "" && gw.Status.Endpoint != ""
			}
			b.until(gw, "made in AWS all the same", service)
			b.away(anypointsim.AwayNot)
			b.untilReady(gw)
			b.settled(gw)
			b.goneEverywhere(gw)
		})
	}
}

func TestAPlatformThatGoesAwayDoesNotTouchWhatIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.untilQuiet(gw)
		before := apiOf(b.get(gw))
		b.away(anypointsim.AwayUnavailable)
		for range 6 { // an hour
			time.Sleep(lookEvery)
			b.untilQuiet(gw)
			if current := b.get(gw); !isReady(current) || apiCondition(current) != "True AnypointStale" || apiOf(current) != before {
				t.Fatalf("while it is away: %s, %+v\n%s", apiCondition(current), apiOf(current), b.describe(gw))
			}
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Network.AllowedCIDRs = []string{"198.51.100.0/24"} })
		b.untilReady(gw)
		b.away(anypointsim.AwayNot)
		time.Sleep(lookEvery)
		b.untilQuiet(gw)
		if got := apiCondition(b.get(gw)); got != "True Succeeded" {
			t.Errorf("afterwards: %s", got)
		}
		b.settled(gw)
		b.goneEverywhere(gw)
	})
}

func TestRefusedCredentialsLeaveTheAPIAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.untilQuiet(gw)
		b.writeCredentials(anypointsim.DemoClientID, "of another time")
		b.anypoint.RevokeTokens()
		time.Sleep(lookEvery)
		b.untilQuiet(gw)
		if got := apiCondition(b.get(gw)); got != "True AnypointStale" {
			t.Errorf("with refused credentials: %s\n%s", got, b.describe(gw))
		}
		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
		time.Sleep(lookEvery)
		b.untilQuiet(gw)
		if got := apiCondition(b.get(gw)); got != "True Succeeded" {
			t.Errorf("afterwards: %s", got)
		}
		b.goneEverywhere(gw)
	})
}

func TestAnAPIThatSomeoneDeletesIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.untilQuiet(gw)
		first := b.onPlatform("APIInstance")
		id, err := strconv.Atoi(first[0])
		b.must(err)
		b.must(b.person.client().DeleteAPIInstance(t.Context(), demoEnvironment, id))
		time.Sleep(lookEvery)
		b.untilQuiet(gw)
		second := b.onPlatform("APIInstance")
		if len(second) != 1 || second[0] == first[0] || !b.hasTold("DriftCorrected", "APIInstance/health-check was gone from the Anypoint Platform") {
			t.Errorf("before %v, after %v, told %q", first, second, b.told)
		}
		if !isReady(b.get(gw)) {
			t.Error(b.describe(gw))
		}
		b.settled(gw)
		b.goneEverywhere(gw)
	})
}

func TestAChangedUpstreamReachesTheGateway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		instances := b.onPlatform("APIInstance")
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.HealthCheckAPI.Upstream, s.HealthCheckAPI.BasePath = "https://other.example.com/up", "/up"
		})
		b.untilReady(gw)
		got := b.served(gw)
		if len(got) != 1 || got[0].Upstream != "https://other.example.com/up" || got[0].BasePath != "/up" {
			t.Errorf("served: %+v", got)
		}
		if diff := cmp.Diff(instances, b.onPlatform("APIInstance")); diff != "" {
			t.Errorf("it was not changed where it stood (-want +got):\n%s", diff)
		}
		b.settled(gw)
		b.goneEverywhere(gw)
	})
}

func TestAnAPIThatIsNoLongerAskedForIsRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.HealthCheckAPI = nil })
		b.until(gw, "without an API", func(*v1alpha1.FlexGatewayDeployment) bool {
			return len(b.onPlatform("APIInstance"))+len(b.onPlatform("Asset")) == 0
		})
		if current := b.get(gw); apiCondition(current) != "True NotNeeded" || current.Status.Anypoint.HealthCheckAPI != nil {
			t.Errorf("%s, %+v", apiCondition(current), current.Status.Anypoint)
		}
		b.goneEverywhere(gw)
	})
}

func TestTheAPIGoesBeforeTheServiceAndTheRegistration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.wire.arm(0, false)
		b.goneEverywhere(gw)
		order := slices.DeleteFunc(b.wire.seen(), func(moment string) bool {
			return moment != "Anypoint DELETE apis" && !strings.HasPrefix(moment, "Anypoint DELETE") && moment != "DeleteService"
		})
		order = slices.Compact(order)
		if slices.Index(order, "Anypoint DELETE apis") > slices.Index(order, "DeleteService") || slices.Index(order, "Anypoint DELETE apis") > slices.Index(order, "Anypoint DELETE gateways") ||
			len(order) < 4 {
			t.Errorf("order: %q", order)
		}
	})
}

func TestADeletionDoesNotWaitForThePlatformForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Anypoint.DeletionTimeoutMinutes = 20 })
		b.away(anypointsim.AwayRefused)
		begun := time.Now()
		b.delete(gw)
		if took := time.Since(begun); took < 20*time.Minute || took > 50*time.Minute {
			t.Errorf("it took %v", took)
		}
		b.empty()
		for _, what := range []string{"API instance", "asset "} {
			if !b.hasTold("Warning HealthCheckAPILeft", what, "for 20m0s") {
				t.Errorf("nothing told of the %s: %q", what, b.told)
			}
		}
		if len(b.onPlatform("APIInstance")) != 1 {
			t.Errorf("left: %v", b.anypoint.Inventory())
		}
	})
}

func TestADeletionWithoutTheSecretUsesTheCopyOfTheCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.must(b.kube.Delete(t.Context(), b.secretOf(gw, credentialsName)))
		begun := time.Now()
		b.goneEverywhere(gw)
		if took := time.Since(begun); took > 15*time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

func TestAnAPIOfAnotherAssetTakesThePlaceOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		theirs := anypoint.AssetRef{Group: anypointsim.DemoOrganization, Asset: "theirs", Version: "2.0.0"}
		b.must(b.person.client().PublishAsset(t.Context(), theirs, "theirs", "http://theirs.example.com", "v2"))
		b.listen = func(gw *v1alpha1.FlexGatewayDeployment) {
			if len(b.served(gw)) == 0 {
				t.Error("the gateway serves nothing, and closes its port")
			}
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.HealthCheckAPI.Asset = &v1alpha1.ExchangeAssetReference{GroupID: theirs.Group, AssetID: theirs.Asset, Version: theirs.Version}
		})
		b.untilReady(gw)
		b.untilQuiet(gw)
		if got := apiOf(b.get(gw)).Asset; got != theirs.Group+"/theirs/2.0.0" || len(b.onPlatform("APIInstance")) != 1 || len(b.onPlatform("Asset")) != 1 {
			t.Errorf("asset %s, %v", got, b.anypoint.Inventory())
		}
		if got := b.served(gw); len(got) != 1 || got[0].BasePath != "/health" {
			t.Errorf("served: %v", got)
		}
		if current := b.get(gw); current.Status.ReadyReplicas != 1 {
			t.Errorf("%d replicas are healthy", current.Status.ReadyReplicas)
		}
		b.settled(gw)
		b.listen = nil
		b.delete(gw)
		b.empty()
		b.must(b.person.client().DeleteAsset(t.Context(), theirs))
		b.emptyPlatform()
	})
}

func TestWhatIsRetainedInTheAnypointPlatformStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Anypoint.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		b.delete(gw)
		if len(b.onPlatform("APIInstance")) != 1 || len(b.onPlatform("Asset")) != 1 || !b.hasTold("Normal Retained", "API instance") {
			t.Errorf("left: %v, told %q", b.anypoint.Inventory(), b.told)
		}
	})
}

// TestKilledAtAnyMomentTheAPIIsMadeOnce kills the controller before and after every call
// to the Anypoint Platform that changes something.
func TestKilledAtAnyMomentTheAPIIsMadeOnce(t *testing.T) {
	moments := func(at *crash) (seen []string) {
		synctest.Test(t, func(t *testing.T) {
			b := newAPIBench(t)
			gw := gatewayNamed(t, "gw", and(registering, withAPI))
			if at != nil {
				b.wire.arm(at.moment, at.afterEffect)
			} else {
				b.wire.arm(0, false)
			}
			b.create(gw)
			b.untilReady(gw)
			seen = b.wire.seen()
			b.wire.arm(0, false)
			if len(b.onPlatform("APIInstance")) != 1 || len(b.onPlatform("Asset")) != 1 {
				t.Errorf("after %v: %v", at, b.anypoint.Inventory())
			}
			b.settled(gw)
			b.goneEverywhere(gw)
		})
		return seen
	}
	for i, name := range moments(nil) {
		if !strings.HasPrefix(name, "Anypoint POST") {
			continue
		}
		for _, after := range []bool{false, true} {
			moments(&crash{i + 1, name, after})
		}
	}
}
