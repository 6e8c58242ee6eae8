package lifecycle

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/ecs"
)

// checks are the health checks of the gateway's target groups, each once.
func (b *bench) checks() []string {
	b.t.Helper()
	out, err := b.someone().ELB.DescribeTargetGroups(b.t.Context(), &elbv2.DescribeTargetGroupsInput{})
	b.must(err)
	var all []string
	for _, g := range out.TargetGroups {
		check := string(g.HealthCheckProtocol) + " " + aws.ToString(g.HealthCheckPort)
		if g.Matcher != nil {
			check += aws.ToString(g.HealthCheckPath) + " " + aws.ToString(g.Matcher.HttpCode)
		}
		all = append(all, check)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// opened are the ports that the gateway's security group opens to itself.
func (b *bench) opened(gw *v1alpha1.FlexGatewayDeployment) []int32 {
	b.t.Helper()
	group := b.idOf(gw, "SecurityGroup", "gateway")
	out, err := b.someone().EC2.DescribeSecurityGroups(b.t.Context(), &awsec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	b.must(err)
	var ports []int32
	for _, rule := range out.SecurityGroups[0].IpPermissions {
		if len(rule.UserIdGroupPairs) > 0 {
			ports = append(ports, aws.ToInt32(rule.FromPort))
		}
	}
	slices.Sort(ports)
	return ports
}

// probedAt is a check that asks the probe at a port.
func probedAt(port int) string { return "HTTP " + strconv.Itoa(port) + "/probes/readiness 200" }

// unprobed is the check of a gateway without a probe.
const unprobed = "TCP 8081"

func probeOn(port int32) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		s.Probe = &v1alpha1.ProbeSpec{Enabled: new(true), Port: port}
	}
}

// TestTheProbeComesAndGoesAndNoTargetIsEverUnhealthy is the order of it all: replicas
// answer before they are asked, and are asked no more before they stop to answer.
func TestTheProbeComesAndGoesAndNoTargetIsEverUnhealthy(t *testing.T) {
	for name, edit := range map[string]func(*v1alpha1.FlexGatewayDeploymentSpec){
		"on EFS": func(*v1alpha1.FlexGatewayDeploymentSpec) {},
		"by environment": func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		},
		"with blue/green": func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Rollout.Strategy, s.Rollout.BakeTimeMinutes = v1alpha1.StrategyBlueGreen, new(int32(2))
		},
		"old replicas first": func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Rollout.MinimumHealthyPercent, s.Rollout.MaximumPercent = new(int32(50)), new(int32(100))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
					*s.Replicas = 2
					edit(s)
				})
				lost := b.lost()
				b.ready(gw)
				for _, step := range []struct {
					name   string
					edit   func(*v1alpha1.FlexGatewayDeploymentSpec)
					check  string
					opened []int32
				}{
					{"on", probeOn(3000), probedAt(3000), []int32{3000, 8081, 8082}},
					{"another size beside it", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Compute.Memory = 2048 }, probedAt(3000), []int32{3000, 8081, 8082}},
					{"at another port", probeOn(3001), probedAt(3001), []int32{3001, 8081, 8082}},
					{"off", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Probe.Enabled = new(false) }, unprobed, []int32{8081, 8082}},
					{"on again", probeOn(3001), probedAt(3001), []int32{3001, 8081, 8082}},
					{"gone", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Probe = nil }, unprobed, []int32{8081, 8082}},
				} {
					before := b.get(gw).Status.TaskDefinition
					calls := len(b.sim.Calls())
					b.change(gw, step.edit)
					b.untilReady(gw)
					if step.check == unprobed {
						b.asksBeforeItWrites(calls)
					}
					if difference := cmp.Diff([]string{step.check}, b.checks()); difference != "" {
						t.Errorf("%s: the health checks (-want +got):\n%s", step.name, difference)
					}
					if got := b.opened(gw); !slices.Equal(got, step.opened) {
						t.Errorf("%s: the security group opens %v, want %v", step.name, got, step.opened)
					}
					if b.get(gw).Status.TaskDefinition == before {
						t.Errorf("%s: the replicas were not restarted", step.name)
					}
					b.settled(gw)
					time.Sleep(10 * time.Minute)
					if len(lost()) > 0 || b.get(gw).Status.ReadyReplicas != 2 {
						t.Fatalf("%s: targets were found unhealthy: %v\n%s", step.name, lost(), b.describe(gw))
					}
				}
				b.delete(gw)
				b.empty()
			})
		})
	}
}

// asksBeforeItWrites asserts that the load balancer was told to ask no probe before anything
// was done that takes it away: replicas watch their files.
func (b *bench) asksBeforeItWrites(calls int) {
	b.t.Helper()
	asked, took := 0, 0
	for i, c := range b.sim.Calls()[calls:] {
		switch c.Operation {
		case "ModifyTargetGroup":
			asked = i + 1
		case "RunTask", "UpdateService", "RevokeSecurityGroupIngress":
			if took == 0 {
				took = i + 1
			}
		}
	}
	if asked == 0 || took == 0 || asked > took {
		b.t.Errorf("the checks changed with call %d, and call %d took the probe away", asked, took)
	}
}

func TestANewGatewayIsProbedFromTheBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", probeOn(3000))
		b.ready(gw)
		if n := b.calls("elbv2", "ModifyTargetGroup"); n != 0 || !slices.Equal(b.checks(), []string{probedAt(3000)}) {
			t.Errorf("the checks are %v after %d changes", b.checks(), n)
		}
		b.documented(gw, "name: probe", "port: 3000")
		b.delete(gw)
		b.empty()
	})
}

// TestTheProbeIsNotAskedWhileReplicasWithoutItServe: a paused rollout and one that ECS takes
// back leave replicas behind that do not answer.
func TestTheProbeIsNotAskedWhileReplicasWithoutItServe(t *testing.T) {
	const bad = "docker.io/mulesoft/flex-gateway:1.13.0"
	for name, test := range map[string]struct {
		edit   func(*v1alpha1.FlexGatewayDeploymentSpec)
		reason string
		mend   func(*v1alpha1.FlexGatewayDeploymentSpec)
	}{
		"paused": {
			func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = true }, v1alpha1.ReasonPaused,
			func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = false },
		},
		"rolled back": {
			func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = bad }, v1alpha1.ReasonRolledBack,
			func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.12.4" },
		},
	} {
		for _, delivery := range []v1alpha1.RegistrationDelivery{v1alpha1.RegistrationDeliveryEFS, v1alpha1.RegistrationDeliveryEnvironment} {
			t.Run(fmt.Sprintf("%s, %s", name, delivery), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
						*s.Replicas, s.Registration.Delivery = 2, delivery
					})
					b.trouble(ecs.Troubles{NeverHealthy: []string{bad}})
					lost := b.lost()
					b.ready(gw)
					b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
						probeOn(3000)(s)
						test.edit(s)
					})
					b.until(gw, test.reason, hasReason(test.reason))
					for range 40 {
						after, err := b.reconcile(gw)
						b.must(err)
						time.Sleep(after)
					}
					if st := b.get(gw).Status; len(lost()) > 0 || st.ReadyReplicas != 2 || !slices.Equal(b.checks(), []string{unprobed}) {
						t.Errorf("the checks are %v, lost %v\n%s", b.checks(), lost(), b.describe(gw))
					}
					b.change(gw, test.mend)
					b.untilReady(gw)
					if len(lost()) > 0 || !slices.Equal(b.checks(), []string{probedAt(3000)}) {
						t.Errorf("the checks are %v, lost %v", b.checks(), lost())
					}
					b.settled(gw)
					b.delete(gw)
					b.empty()
				})
			})
		}
	}
}

// TestTheProbeHelpsAGatewayThatNoCheckFindsHealthy: holding the check back protects what is
// healthy, and where nothing is, the check that nobody passes must not keep itself.
func TestTheProbeHelpsAGatewayThatNoCheckFindsHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		lost := b.lost()
		b.ready(gw)
		b.someoneChecks(9999)
		time.Sleep(time.Minute)
		if len(lost()) == 0 {
			t.Fatal("the targets are healthy with a check that nobody passes")
		}
		b.change(gw, probeOn(3000))
		_, err := b.reconcile(gw)
		b.must(err)
		if got := b.checks(); !slices.Equal(got, []string{probedAt(3000)}) {
			t.Errorf("the checks are %v, want the probe's at once", got)
		}
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

// someoneChecks has someone point the health checks at a port.
func (b *bench) someoneChecks(port int) {
	b.t.Helper()
	out, err := b.someone().ELB.DescribeTargetGroups(b.t.Context(), &elbv2.DescribeTargetGroupsInput{})
	b.must(err)
	for _, g := range out.TargetGroups {
		_, err := b.someone().ELB.ModifyTargetGroup(b.t.Context(), &elbv2.ModifyTargetGroupInput{
			TargetGroupArn: g.TargetGroupArn, HealthCheckProtocol: elbtypes.ProtocolEnumTcp, HealthCheckPort: aws.String(strconv.Itoa(port)),
		})
		b.must(err)
	}
}
