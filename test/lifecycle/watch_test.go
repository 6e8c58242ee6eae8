package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awsecs "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
)

func TestALostReplicaIsSeenByTheWatchAndNotHiddenBehindReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.ready(gatewayNamed(t, "other", nil))
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 2 })
		b.ready(gw)
		changed := func() []string {
			list, err := b.reconciler.Changed(t.Context())
			b.must(err)
			var names []string
			for _, found := range list {
				names = append(names, found.Name)
			}
			return names
		}
		if names := changed(); len(names) != 0 {
			t.Fatalf("%v have changed, and nothing has happened", names)
		}
		calls := len(b.sim.Calls())
		changed()
		if n := len(b.sim.Calls()) - calls; n != 1 {
			t.Errorf("watching two services of a cluster takes %d calls, want 1", n)
		}
		b.sim.World().Do(func() { b.sim.ECS.KillTask(b.taskARN(gw)) })
		time.Sleep(30 * time.Second)
		if difference := cmp.Diff([]string{"gw"}, changed()); difference != "" {
			t.Fatalf("after a task was lost (-want +got):\n%s", difference)
		}
		_, err := b.reconcile(gw)
		b.must(err)
		if isReady(b.get(gw)) {
			t.Errorf("Ready with a replica lost:\n%s", b.describe(gw))
		}
		if names := changed(); len(names) != 0 {
			t.Errorf("%v have changed: gateways that are not ready are looked at anyway", names)
		}
		b.untilReady(gw)
		if names := changed(); len(names) != 0 {
			t.Errorf("%v have changed, and all is well again", names)
		}
		b.someoneDeletesTheService(gw)
		if difference := cmp.Diff([]string{"gw"}, changed()); difference != "" {
			t.Errorf("after the service was deleted (-want +got):\n%s", difference)
		}
	})
}

func TestAClusterThatCannotBeAskedDoesNotKeepOthersFromBeingWatched(t *testing.T) {
	for name, test := range map[string]struct {
		trouble func(*bench, *v1alpha1.FlexGatewayDeployment)
		want    []string
		fails   bool
	}{
		"it is gone":        {(*bench).someoneDeletesTheCluster, []string{"first", "second"}, false},
		"access is refused": {accessIsRefusedOnce, []string{"second"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, second := newBench(t), gatewayNamed(t, "second", nil)
				first := gatewayNamed(t, "first", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Compute.ClusterName = "Another-Cluster" })
				b.ready(first)
				b.ready(second)
				b.someoneDeletesTheService(second)
				test.trouble(b, first)
				list, err := b.reconciler.Changed(t.Context())
				var names []string
				for _, found := range list {
					names = append(names, found.Name)
				}
				if difference := cmp.Diff(test.want, names); difference != "" || (err != nil) != test.fails {
					t.Errorf("error %v, changed (-want +got):\n%s", err, difference)
				}
			})
		})
	}
}

func (b *bench) someoneDeletesTheCluster(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	cluster, service := &gw.Spec.Compute.ClusterName, b.idOf(gw, "Service", "gateway")
	_, err := b.someone().ECS.DeleteService(b.t.Context(), &awsecs.DeleteServiceInput{Cluster: cluster, Service: &service, Force: new(true)})
	b.must(err)
	time.Sleep(lookEvery)
	_, err = b.someone().ECS.DeleteCluster(b.t.Context(), &awsecs.DeleteClusterInput{Cluster: cluster})
	b.must(err)
}

// accessIsRefusedOnce strikes the first cluster that is asked next.
func accessIsRefusedOnce(b *bench, _ *v1alpha1.FlexGatewayDeployment) {
	_, err := b.sim.SetFault(awssim.Fault{Service: "ecs", Operation: "DescribeServices", Code: "AccessDeniedException", Times: 1})
	b.must(err)
}

// taskARN is the ARN of a replica.
func (b *bench) taskARN(gw *v1alpha1.FlexGatewayDeployment) string {
	service := b.idOf(gw, "Service", "gateway")
	prefix, _, _ := strings.Cut(service, ":service/")
	return prefix + ":task/Flex-GW-ECS-Cluster/" + b.get(gw).Status.Tasks[0].ID
}
