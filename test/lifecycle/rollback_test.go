package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/ecs"
)

// TestANetworkInWhichNothingStartsIsRolledBackAndNotTriedAgain takes the replicas' public
// addresses away, without which they can pull nothing in the simulated default VPC.
func TestANetworkInWhichNothingStartsIsRolledBackAndNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		good := b.get(gw).Status.TaskDefinition
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Network.AssignPublicIP = aws.Bool(false) })
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.untilQuiet(gw)
		updates := b.calls("ecs", "UpdateService")
		for range 12 { // two hours of looks
			time.Sleep(lookEvery)
			_, err := b.reconcile(gw)
			b.must(err)
		}
		st := b.get(gw).Status
		if n := b.calls("ecs", "UpdateService") - updates; n != 0 || !hasReason(v1alpha1.ReasonRolledBack)(b.get(gw)) || st.ReadyReplicas != 1 || st.TaskDefinition != good {
			t.Errorf("after the rollback %d updates\n%s", n, b.describe(gw))
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Network.AssignPublicIP = aws.Bool(true) })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestALongDrainIsProgress(t *testing.T) {
	for name, change := range map[string]func(*v1alpha1.FlexGatewayDeploymentSpec){
		"scaling in":   func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = new(int32(0)) },
		"another size": func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Compute.Memory = 2048 },
		"another size, old replicas first": func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Compute.Memory, s.Rollout.MinimumHealthyPercent, s.Rollout.MaximumPercent = 2048, new(int32(50)), new(int32(100))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
					*s.Replicas = 4
					s.Rollout.ProgressDeadlineSeconds, s.LoadBalancer.DeregistrationDelaySeconds = new(int32(300)), new(int32(1800))
				})
				b.ready(gw)
				b.listen = func(*v1alpha1.FlexGatewayDeployment) {
					if hasReason(v1alpha1.ReasonProgressDeadlineExceeded)(b.get(gw)) {
						t.Errorf("stalled while replicas drain:\n%s", b.describe(gw))
					}
				}
				b.change(gw, change)
				b.untilReady(gw)
				b.settled(gw)
			})
		})
	}
}

func TestARefusedVersionSaysWhyInECSsWords(t *testing.T) {
	const image = "docker.io/mulesoft/flex-gateway:1.13.0"
	for name, test := range map[string]struct {
		trouble ecs.Troubles
		want    string
	}{
		"an image that cannot be pulled": {ecs.Troubles{PullFails: []string{image}}, "CannotPullContainerError"},
		"a container that crashes":       {ecs.Troubles{Crash: []string{image}}, "Essential container in task exited; flex-gateway: exit code 1"},
		"a gateway that is not healthy":  {ecs.Troubles{NeverHealthy: []string{image}}, "health checks"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.ready(gw)
				b.trouble(test.trouble)
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = image })
				b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
				b.untilQuiet(gw)
				time.Sleep(3 * time.Hour) // ECS has forgotten the stopped tasks
				b.start()
				b.untilQuiet(gw)
				st := b.get(gw).Status
				ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
				if !strings.Contains(ready.Message, test.want) || ready.Reason != v1alpha1.ReasonRolledBack {
					t.Errorf("Ready is %s: %s\nwant %q in it", ready.Reason, ready.Message, test.want)
				}
				h := st.History
				if len(h) != 2 || h[0].Outcome != v1alpha1.OutcomeRolledBack || h[0].Image != image || !strings.Contains(h[0].Reason, test.want) || h[1].Outcome != v1alpha1.OutcomeServing {
					t.Errorf("history %+v", h)
				}
				b.trouble(ecs.Troubles{})
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &metav1.Time{Time: time.Now()} })
				b.untilReady(gw)
				b.settled(gw)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestAPortWhoseVersionIsRolledBackIsNotForcedOnTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		b.trouble(ecs.Troubles{NeverHealthy: []string{gw.Spec.Image}})
		updates := b.calls("ecs", "UpdateService")
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Ports = append(s.Ports, v1alpha1.PortSpec{Port: 8083, Protocol: "TCP"})
		})
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.untilQuiet(gw)
		if n := b.calls("ecs", "UpdateService") - updates; n != 1 || b.get(gw).Status.ReadyReplicas != 1 {
			t.Errorf("%d updates of the service, want 1\n%s", n, b.describe(gw))
		}
		b.trouble(ecs.Troubles{})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &metav1.Time{Time: time.Now()} })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAFirstVersionThatIsGivenUpKeepsItsReasonAndIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.until(gw, "made", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.TaskDefinition != "" })
		b.trouble(ecs.Troubles{PullFails: []string{gw.Spec.Image}})
		b.until(gw, "given up", hasReason(v1alpha1.ReasonRolloutFailed))
		looks := 0
		for began := time.Now(); time.Since(began) < 3*time.Hour; looks++ {
			after, err := b.reconcile(gw)
			b.must(err)
			time.Sleep(after)
		}
		if most := int(3*time.Hour/lookEvery) * 5 / 4; looks > most {
			t.Errorf("looked at %d times in 3 hours in which nothing can happen, want %d at most", looks, most)
		}
		ready := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReady)
		if h := b.get(gw).Status.History; !strings.Contains(ready.Message, "CannotPullContainerError") || len(h) != 1 || h[0].Outcome != v1alpha1.OutcomeFailed {
			t.Errorf("after 3 hours: %s\nhistory %+v", ready.Message, h)
		}
		b.delete(gw)
		b.empty()
	})
}
