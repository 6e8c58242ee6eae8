package controllers

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

func TestTheRosterShowsTheGatewaysThatAreThereToWhoLeads(t *testing.T) {
	gw := readyIn("dev", 0, 2)
	gw.CreationTimestamp = metav1.Time{Time: time.Unix(1_800_000_000, 0)}
	gw.Finalizers = []string{Finalizer}
	gw.Status.Version, gw.Status.Region = "1.12.3", "us-east-1"
	gw.Status.DesiredReplicas, gw.Status.Replicas, gw.Status.ReadyReplicas = 3, 2, 1
	gw.Status.Conditions = append(gw.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonRollingOut, Message: "an-id-of-AWS",
	})
	gw.Status.FirstReadyAt = &metav1.Time{Time: time.Unix(1_800_000_420, 0)}
	kube := connectedTo(t, &runtimeManager{}, gw).Client
	registry := prometheus.NewPedanticRegistry()
	leads := make(chan struct{})
	if err := RegisterRoster(registry, kube, leads); err != nil {
		t.Fatal(err)
	}
	if got := gauges(t, registry); len(got) > 0 {
		t.Errorf("a manager that does not lead shows %v", got)
	}
	close(leads)
	// Labels are in the order of their names.
	want := map[string]float64{
		"flexgw_gateway_info dev-0/flex/us-east-1/1.12.3":                      1,
		"flexgw_gateway_phase dev-0/flex/Ready":                                1,
		"flexgw_gateway_condition AnypointConnected/dev-0/flex/Succeeded/True": 1,
		"flexgw_gateway_condition Ready/dev-0/flex/RollingOut/False":           1,
		"flexgw_gateway_desired_replicas dev-0/flex":                           3,
		"flexgw_gateway_running_replicas dev-0/flex":                           2,
		"flexgw_gateway_ready_replicas dev-0/flex":                             1,
		"flexgw_gateway_created_timestamp_seconds dev-0/flex":                  1_800_000_000,
		"flexgw_gateway_first_ready_timestamp_seconds dev-0/flex":              1_800_000_420,
	}
	if diff := cmp.Diff(want, gauges(t, registry)); diff != "" {
		t.Errorf("a gateway (-want +got):\n%s", diff)
	}
	if err := kube.Delete(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	deleting := gauges(t, registry)
	if at := deleting["flexgw_gateway_deletion_timestamp_seconds dev-0/flex"]; time.Since(time.Unix(int64(at), 0)) > time.Minute {
		t.Errorf("the deletion was asked for at %v, want now", at)
	}
	if err := kube.Patch(t.Context(), gw, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))); err != nil {
		t.Fatal(err)
	}
	if got := gauges(t, registry); len(got) > 0 {
		t.Errorf("left of a gateway that is gone: %v", got)
	}
}
