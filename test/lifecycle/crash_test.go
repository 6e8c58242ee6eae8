package lifecycle

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awssim/core"
)

// everyPoint makes the tests kill the controller before and after each single call to AWS
// and each single write to Kubernetes. Without it they kill it at a sample of them.
var everyPoint = flag.Bool("every-point", false, "kill the controller before and after every call and write")

// crash is one moment to kill the controller at: before or after its nth call or write.
type crash struct {
	moment      int
	name        string
	afterEffect bool
}

func (c crash) String() string {
	side := "before"
	if c.afterEffect {
		side = "after"
	}
	return fmt.Sprintf("%s %d %s", side, c.moment, c.name)
}

// crashPoints are the moments to kill at, of those that an undisturbed run has: all, or
// after the first of every second kind that changes something and before every eighth.
func crashPoints(moments []string) []crash {
	var points []crash
	seen, kinds := map[string]bool{}, 0
	for i, name := range moments {
		reads := strings.HasPrefix(name, "Describe") || strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List")
		if *everyPoint || i%8 == 0 && i < 48 {
			points = append(points, crash{i + 1, name, false})
		}
		if !reads && !seen[name] {
			seen[name] = true
			kinds++
			if !*everyPoint && kinds%2 == 1 {
				points = append(points, crash{i + 1, name, true})
			}
		}
		if *everyPoint {
			points = append(points, crash{i + 1, name, true})
		}
	}
	return points
}

// scenario is something that a controller is in the middle of when it is killed.
type scenario struct {
	name string
	spec func(*v1alpha1.FlexGatewayDeploymentSpec)
	// before happens undisturbed; the controller may die in act.
	before, act func(*bench, *v1alpha1.FlexGatewayDeployment)
}

func nothing(*bench, *v1alpha1.FlexGatewayDeployment) {}

func byEnvironment(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
}

// edited is an act: the user edits the spec, and the controller follows.
func edited(edit func(*v1alpha1.FlexGatewayDeploymentSpec)) func(*bench, *v1alpha1.FlexGatewayDeployment) {
	return func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
		b.change(gw, edit)
		b.untilReady(gw)
	}
}

func documentsAndProbe(s *v1alpha1.FlexGatewayDeploymentSpec) {
	probeOn(3000)(s)
	s.Config = []v1alpha1.ConfigSource{inConfigMap}
}

func scenarios() []scenario {
	create := func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
		b.writeConfigMap(logging("debug"))
		b.create(gw)
		b.untilReady(gw)
	}
	remove := func(b *bench, gw *v1alpha1.FlexGatewayDeployment) { b.delete(gw) }
	return []scenario{
		{"create with EFS", nil, nothing, create},
		{"create with Environment", byEnvironment, nothing, create},
		{"scale", nil, create, edited(func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })},
		{"new image", nil, create, edited(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.13.0" })},
		{"a plan that is carried out", nil, create, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.change(gw, and(planOnly, toNewImage))
			b.untilQuiet(gw)
			b.change(gw, applied)
			b.untilReady(gw)
		}},
		{"changed registration", nil, create, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.writeRegistration(gw, registration+"# renewed\n")
			b.untilQuiet(gw)
		}},
		{"drift repair", nil, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			create(b, gw)
			b.someoneDeletesTheService(gw)
			time.Sleep(lookEvery)
		}, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) { b.untilQuiet(gw) }},
		{"a canary that is promoted", byStrategy(v1alpha1.StrategyCanary, pausedAt(v1alpha1.StagePreProductionTrafficShift)),
			func(b *bench, gw *v1alpha1.FlexGatewayDeployment) { b.create(gw); b.promoted(gw) },
			func(b *bench, gw *v1alpha1.FlexGatewayDeployment) { b.change(gw, toNewImage); b.promoted(gw) }},
		{"blue/green that is aborted", byStrategy(v1alpha1.StrategyBlueGreen), create, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.change(gw, toNewImage)
			b.until(gw, "baking", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.Stage == "BakeTime" })
			b.annotate(gw, v1alpha1.AnnotationAbort, b.get(gw).Status.Rollout.DeploymentID)
			b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
			b.untilQuiet(gw)
		}},
		{"from rolling updates to blue/green", nil, create, edited(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Rollout.Strategy = v1alpha1.StrategyBlueGreen
		})},
		{"documents and a probe come", nil, create, edited(documentsAndProbe)},
		{"documents and a probe go", documentsAndProbe, create, edited(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config, s.Probe = nil, nil })},
		{"create autoscaled on Spot", autoscaledOnSpot, nothing, create},
		{"begin to scale by AWS", nil, create, edited(autoscaledOnSpot)},
		{"stop scaling by AWS", autoscaledOnSpot, create, edited(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Autoscaling, s.Replicas = nil, new(int32(1))
		})},
		{"delete autoscaled", autoscaledOnSpot, create, remove},
		{"delete", nil, create, remove},
		{"delete with documents and a probe", documentsAndProbe, create, remove},
		{"delete with Retain", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.DeletionPolicy = v1alpha1.DeletionPolicyRetain }, create, remove},
		{"delete in the middle of create", nil, nothing, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.create(gw)
			b.until(gw, "half made", func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return len(gw.Status.Resources) > 0 && b.calls("efs", "CreateMountTarget") > 0
			})
			b.delete(gw)
		}},
		{"register", registering, nothing, create},
		{"register again after a lost answer", registering, losesAnAnswer, create},
		{"renew", and(registering, renewedEarly, idle), func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			create(b, gw)
			b.untilDue(gw)
		}, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.until(gw, "renewed", func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return gw.Status.Anypoint.RenewedAt != nil && isReady(gw)
			})
		}},
		{"delete what was registered", registering, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			create(b, gw)
			b.person.undeploy()
		}, remove},
		{"delete in the middle of registering", registering, nothing, func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.create(gw)
			b.until(gw, "registering", func(*v1alpha1.FlexGatewayDeployment) bool { return b.calls("ecs", "RunTask") > 0 })
			b.delete(gw)
			time.Sleep(time.Minute) // the platform deletes after it has answered
		}},
	}
}

// losesAnAnswer has the platform register a gateway and not say so, once.
func losesAnAnswer(b *bench, _ *v1alpha1.FlexGatewayDeployment) {
	_, err := b.anypoint.SetFault(anypointsim.Fault{Operation: "Register", Cut: anypointsim.CutAfter, Times: 1})
	b.must(err)
}

// slack is by how many calls and writes one run may be shorter than another: calls run at
// the same time, and so two changes may share one writing of the status.
const slack = 2

// run plays the scenario; the controller dies at the crash, if there is one. It returns
// the calls and writes of act, and what AWS holds in the end.
func (s scenario) run(t *testing.T, at *crash) (moments []string, end map[string]int) {
	synctest.Test(t, func(t *testing.T) {
		gw := gatewayNamed(t, "gw", s.spec)
		b := benchFor(t, gw)
		s.before(b, gw)
		if at == nil {
			at = &crash{}
		}
		b.wire.arm(at.moment, at.afterEffect)
		s.act(b, gw)
		moments = b.wire.seen()
		if at.moment > len(moments) && at.moment <= len(moments)+slack {
			t.Log("this run was over before its crash")
		} else if at.moment > 0 && !b.wire.hasStruck() {
			t.Errorf("the controller was not killed: there were only %d calls and writes", len(moments))
		}
		b.wire.arm(0, false)
		end = withoutTraces(b.inventory())
		if b.anypoint != nil {
			end["anypoint gateways"] = len(b.registeredGateways())
			b.person.undeploy()
		}
		if b.get(gw) != nil {
			b.settled(gw)
			b.delete(gw)
		}
		if gw.Spec.DeletionPolicy != v1alpha1.DeletionPolicyRetain {
			b.empty()
		}
	})
	return moments, end
}

func TestKilledAtAnyMomentTheNextControllerEndsInTheSameState(t *testing.T) {
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			moments, want := s.run(t, nil)
			points := crashPoints(moments)
			t.Logf("%d calls and writes, %d crash points", len(moments), len(points))
			for _, point := range points {
				t.Run(point.String(), func(t *testing.T) {
					t.Parallel()
					if _, got := s.run(t, &point); !cmp.Equal(want, got) {
						t.Errorf("AWS after the crash (-want +got):\n%s", cmp.Diff(want, got))
					}
				})
			}
		})
	}
}

// withoutTraces leaves out what AWS keeps for a while of things that are over: the task
// that wrote the registration.
func withoutTraces(list []core.Resource) map[string]int {
	count := kinds(list)
	delete(count, "ecs Task")
	delete(count, "ec2 NetworkInterface")
	return count
}
