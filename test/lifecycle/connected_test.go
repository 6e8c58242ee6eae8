package lifecycle

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
)

func TestTheReplicasOfAGatewayAreShownAsConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			ofDemo(s)
			*s.Replicas = 2
		})
		b.createRegistered(gw)
		b.untilReady(gw)
		b.untilSays(gw, "True Succeeded")
		st := b.get(gw).Status
		if a := st.Anypoint; a.GatewayID != b.registeredGateways()["gw"].ID || a.Status != "CONNECTED" || *a.ConnectedReplicas != 2 || a.CertificateExpiresAt == nil || a.SeenAt == nil {
			t.Errorf("status.anypoint is %+v", a)
		}
		for _, task := range st.Tasks {
			if task.Anypoint != "CONNECTED" {
				t.Errorf("task %s at %s is %q", task.ID, task.PrivateIP, task.Anypoint)
			}
		}
		b.sim.World().Do(func() { b.sim.ECS.KillTask(b.taskARN(gw)) })
		b.until(gw, "short of a replica", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Replicas == 1 })
		b.untilReady(gw)
		b.untilSays(gw, "True Succeeded")
		time.Sleep(lookEvery) // the platform notices late that the old one is gone
		b.untilSays(gw, "True Succeeded")
		if a := b.get(gw).Status.Anypoint; *a.ConnectedReplicas != 2 || a.DisconnectedReplicas == 0 {
			t.Errorf("status.anypoint is %+v, want two connected and leftovers", a)
		}
		b.settled(gw)
	})
}

func TestAGatewayThatTheControllerRegistersIsFoundByItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			registering(s)
			s.Anypoint.GatewayName = "another-name"
		})
		b.create(gw)
		b.untilSays(gw, "False NotRegistered")
		b.untilSays(gw, "False ReplicasConnecting")
		b.untilSays(gw, "True Succeeded")
		st := b.get(gw).Status
		if a := st.Anypoint; a.GatewayID != b.registeredGateways()["another-name"].ID || a.RegisteredAt == nil || *a.ConnectedReplicas != 1 {
			t.Errorf("status.anypoint is %+v", a)
		}
		b.untilReady(gw)
	})
}

func TestAGatewayThatIsDeletedInRuntimeManagerServesOnAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", registering)
		b.ready(gw)
		b.untilSays(gw, "True Succeeded")
		id := b.get(gw).Status.Anypoint.GatewayID
		b.person.undeploy()
		b.must(b.person.client().DeleteGateway(t.Context(), demoEnvironment, id))
		time.Sleep(2 * time.Minute)
		list, err := b.reconciler.AnypointChanged(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%d gateways have changed, error %v; want the one that was deleted", len(list), err)
		}
		b.untilSays(gw, "False NotRegistered")
		c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionAnypointConnected)
		if !strings.Contains(c.Message, "was deleted there") {
			t.Errorf("message %q", c.Message)
		}
		if list, err := b.reconciler.AnypointChanged(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%d gateways have changed, error %v; want none: it has been told", len(list), err)
		}
	})
}

func TestADayWithoutAnypointHurtsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", registering)
		b.ready(gw)
		b.untilSays(gw, "True Succeeded")
		b.endsCalls()
		b.doubt.cutOff(true)
		writes, version := 0, b.get(gw).ResourceVersion
		drifted, began := false, time.Now()
		for time.Since(began) < 24*time.Hour {
			asked := time.Now()
			after, err := b.reconcile(gw)
			b.must(err)
			if took := time.Since(asked); took > 15*time.Second {
				t.Errorf("a look took %v", took)
			}
			if now := b.get(gw); now.ResourceVersion != version {
				writes, version = writes+1, now.ResourceVersion
			}
			if !isReady(b.get(gw)) && !drifted {
				t.Fatalf("not ready:\n%s", b.describe(gw))
			}
			if drifted = !drifted && time.Since(began) > 12*time.Hour && time.Since(began) < 12*time.Hour+lookEvery; drifted {
				_, err := b.someone().ECS.UpdateService(t.Context(), &ecs.UpdateServiceInput{
					Cluster: &gw.Spec.Compute.ClusterName, Service: new(b.idOf(gw, "Service", "gateway")), HealthCheckGracePeriodSeconds: new(int32(1)),
				})
				b.must(err)
			}
			time.Sleep(after)
		}
		if !b.hasTold("DriftCorrected", "healthCheckGracePeriod") {
			t.Error("drift was not mended while Anypoint was away")
		}
		if says(b.get(gw)) != "Unknown AnypointStale" || writes > 10 {
			t.Errorf("%d writes of the status in a day, and the connection is %s", writes, says(b.get(gw)))
		}
		b.doubt.cutOff(false)
		if list, err := b.reconciler.AnypointChanged(t.Context()); err != nil || len(list) != 1 {
			t.Errorf("%d gateways have changed, error %v; want the one of which nothing was known", len(list), err)
		}
		b.untilSays(gw, "True Succeeded")
	})
}

func waitingForConnections(s *v1alpha1.FlexGatewayDeploymentSpec) {
	registering(s)
	s.Rollout.WaitForConnected, s.Rollout.MaxReplicaStep, s.Rollout.ProgressDeadlineSeconds = true, new(int32(1)), new(int32(900))
}

func TestTheStepsOfTheCountWaitForConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", waitingForConnections)
		b.ready(gw)
		if says(b.get(gw)) != "True Succeeded" {
			t.Errorf("Ready, and the connection is %s", says(b.get(gw)))
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
		for step := int32(2); step <= 4; step++ {
			b.until(gw, "a step further", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.DesiredReplicas == step })
			b.doubt.connectLate(1)
			b.until(gw, "held", hasReason(v1alpha1.ReasonReplicasConnecting))
			for held := time.Now(); time.Since(held) < 5*time.Minute; {
				after, err := b.reconcile(gw)
				b.must(err)
				if after > 30*time.Second {
					t.Errorf("replicas that connect are looked at after %v", after)
				}
				time.Sleep(after)
			}
			st := b.get(gw).Status
			ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
			if want := fmt.Sprintf("%d of %d replicas are connected", step-1, step); st.DesiredReplicas != step || st.ReadyReplicas != step || !strings.Contains(ready.Message, want) {
				t.Errorf("asked for %d and %d healthy, want %d each; %s", st.DesiredReplicas, st.ReadyReplicas, step, ready.Message)
			}
			b.doubt.connectLate(0)
		}
		b.untilReady(gw)
		if st := b.get(gw).Status; *st.Anypoint.ConnectedReplicas != 4 {
			t.Errorf("Ready with %d of 4 connected", *st.Anypoint.ConnectedReplicas)
		}
		b.settled(gw)
	})
}

func TestStepsAreHeldWhileAnypointIsAwayAndTheUsualDeadlineApplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", waitingForConnections)
		b.ready(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
		b.until(gw, "at its first step", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.DesiredReplicas == 2 })
		b.endsCalls()
		b.doubt.cutOff(true)
		b.until(gw, "held", hasReason(v1alpha1.ReasonReplicasConnecting))
		if c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReconciling); c == nil || c.Reason != v1alpha1.ReasonReplicasConnecting {
			t.Errorf("Reconciling is %+v", c)
		}
		b.until(gw, "stalled", hasReason(v1alpha1.ReasonProgressDeadlineExceeded))
		ready := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReady)
		if st := b.get(gw).Status; st.DesiredReplicas != 2 || st.ReadyReplicas != 2 || !strings.Contains(ready.Message, "Anypoint Platform does not answer") {
			t.Errorf("%d replicas are asked for, %d healthy, want 2 each; %s", st.DesiredReplicas, st.ReadyReplicas, ready.Message)
		}
		b.doubt.cutOff(false)
		b.untilReady(gw)
		if st := b.get(gw).Status; st.DesiredReplicas != 4 || *st.Anypoint.ConnectedReplicas != 4 {
			t.Errorf("Ready with %d of %d connected", *st.Anypoint.ConnectedReplicas, st.DesiredReplicas)
		}
	})
}

func TestAGatewayThatWaitsForConnectionsStaysReadyWhileAnypointIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		gw := gatewayNamed(t, "gw", waitingForConnections)
		b.ready(gw)
		b.endsCalls()
		b.doubt.cutOff(true)
		b.start() // by a manager that has never had an answer
		for range 6 {
			time.Sleep(lookEvery)
			_, err := b.reconcile(gw)
			b.must(err)
			if !isReady(b.get(gw)) || says(b.get(gw)) != "Unknown AnypointStale" {
				t.Fatalf("not ready:\n%s", b.describe(gw))
			}
		}
	})
}
