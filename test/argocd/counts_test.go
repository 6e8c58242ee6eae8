package argocd_test

import (
	"testing"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	ecssim "flexgw.io/controller/internal/awssim/ecs"
	"flexgw.io/controller/test/e2e/rig"
)

// autoscaler is the manager that a HorizontalPodAutoscaler's changes carry: it runs in
// kube-controller-manager. KEDA makes HorizontalPodAutoscalers.
const autoscaler = "kube-controller-manager"

func TestACountThatAHorizontalPodAutoscalerOwnsIsLeftToIt(t *testing.T) {
	t.Parallel()
	a := add(t, "dev", "hpa")
	a.settled(t)
	a.witness.forget(a)

	a.scaledBy(t, autoscaler, 3)
	a.awaitCount(t, 3)
	a.compared(t, 3)
	a.settled(t)
	a.wantSyncs(t, synced)
	a.wantOnly(t, healthy, progressing)

	// A commit of something else is applied, and does not set the count of Git.
	a.witness.forget(a)
	commit(t, "Another tag", a.environment, setting("replicas: 1", "replicas: 1\n  tags: {Team: orders}"))
	a.settled(t)
	gw := a.Get(t)
	if *gw.Spec.Replicas != 3 || gw.Status.ReadyReplicas != 3 || gw.Spec.Tags["Team"] != "orders" {
		t.Errorf("%d replicas are asked for, %d serve, the tags are %v; want 3, 3 and the new tag", *gw.Spec.Replicas, gw.Status.ReadyReplicas, gw.Spec.Tags)
	}
	a.wantSyncs(t, synced, outOfSync, synced)
}

func TestACountThatSomebodySetsByHandIsTakenBack(t *testing.T) {
	t.Parallel()
	a := add(t, "dev", "scaled")
	a.settled(t)
	a.scaledBy(t, "kubectl-scale", 3)
	rig.Eventually(t, "the count of Git", func() bool { return *a.Get(t).Spec.Replicas == 1 })
	a.settled(t)
}

func TestACountThatAWSOwnsIsLeftToIt(t *testing.T) {
	t.Parallel()
	a := add(t, "prod", "aws", withoutConfirmation)
	a.promoted(t, admin)
	if got := a.Get(t).Status.ReadyReplicas; got != 2 {
		t.Errorf("it begins with %d replicas, want minReplicas, 2", got)
	}
	a.witness.forget(a)
	a.work(t, 290)
	a.awaitCount(t, 5)
	a.compared(t, 2)
	a.work(t, 0)
	a.awaitCount(t, 2)
	a.settled(t)
	a.wantSyncs(t, synced)
	a.wantOnly(t, healthy, progressing)
}

// scaledBy changes the count by the subresource scale, as autoscalers and kubectl do.
func (a *application) scaledBy(t *testing.T, manager string, replicas int32) {
	t.Helper()
	scale := &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: replicas}}
	must(t, stack.Kube.SubResource("scale").Update(t.Context(), a.Get(t), client.WithSubResourceBody(scale), client.FieldOwner(manager)))
}

// awaitCount returns once so many replicas are desired and serve.
func (a *application) awaitCount(t *testing.T, count int32) {
	t.Helper()
	a.Await(t, "at the count", func(gw *v1alpha1.FlexGatewayDeployment) bool {
		return rig.IsReady(gw) && gw.Status.DesiredReplicas == count && gw.Status.ReadyReplicas == count
	})
}

// work gives the gateway's service work, in percent of one replica.
func (a *application) work(t *testing.T, cpu float64) {
	t.Helper()
	service := a.ResourceID(t, "Service", "gateway")
	stack.AWS().World().Do(func() {
		if !stack.AWS().ECS.SetDemand(service, ecssim.Demand{CPU: cpu}) {
			t.Errorf("%s cannot be given work", service)
		}
	})
}
