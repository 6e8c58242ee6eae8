// Package status turns the report of a walk into the status of the object: inventory,
// conditions and events. It is pure: no clock, no client, no logger.
package status

import (
	"cmp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// Records reads what the last walk remembered out of the status.
func Records(st *v1alpha1.FlexGatewayDeploymentStatus) []engine.Record {
	var records []engine.Record
	for _, r := range st.Resources {
		record := engine.Record{
			Identity: engine.Identity{Kind: r.Kind, Name: r.Name}, ID: r.ID, State: engine.State(r.State), Reason: r.Reason,
		}
		if r.Since != nil {
			record.Since = r.Since.Time
		}
		records = append(records, record)
	}
	return records
}

// inventory writes what a walk remembers into the status.
func inventory(report *engine.Report) []v1alpha1.ResourceStatus {
	var list []v1alpha1.ResourceStatus
	for _, r := range report.Records() {
		list = append(list, v1alpha1.ResourceStatus{
			Kind: r.Kind, Name: r.Name, ID: r.ID, State: string(r.State), Reason: r.Reason, Since: timestamp(r.Since),
		})
	}
	return list
}

// Rollout reads the last rollout out of the status.
func Rollout(st *v1alpha1.FlexGatewayDeploymentStatus) resource.Rollout {
	if st.Rollout == nil {
		return resource.Rollout{}
	}
	r := st.Rollout
	return resource.Rollout{
		TaskDefinition: r.TaskDefinition, DeploymentID: r.DeploymentID, StartedAt: moment(r.StartedAt), Failed: r.Failed, Reason: r.Reason,
		Progress: resource.Progress{Remaining: r.Remaining, At: moment(r.ProgressedAt)},
	}
}

func moment(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

func rolloutStatus(r resource.Rollout) *v1alpha1.RolloutStatus {
	if r.DeploymentID == "" {
		return nil
	}
	return &v1alpha1.RolloutStatus{
		TaskDefinition: r.TaskDefinition, DeploymentID: r.DeploymentID, Failed: r.Failed, StartedAt: timestamp(r.StartedAt),
		Reason: clip(r.Reason), Remaining: r.Progress.Remaining, ProgressedAt: timestamp(r.Progress.At),
	}
}

// Replicas reads the replicas of the last look out of the status.
func Replicas(st *v1alpha1.FlexGatewayDeploymentStatus) []resource.Replica {
	var replicas []resource.Replica
	for _, t := range st.Tasks {
		replicas = append(replicas, resource.Replica{ID: t.ID, PrivateIP: t.PrivateIP, PublicIP: t.PublicIP, PublicDNS: t.PublicDNSName})
	}
	return replicas
}

func tasks(replicas *resource.ReplicasState) []v1alpha1.TaskStatus {
	var list []v1alpha1.TaskStatus
	for _, r := range replicas.Replicas {
		list = append(list, v1alpha1.TaskStatus{
			ID: r.ID, Zone: r.Zone, CapacityProvider: r.CapacityProvider, PrivateIP: r.PrivateIP, PublicIP: r.PublicIP, PublicDNSName: r.PublicDNS,
			TaskDefinition: shortARN(r.TaskDefinition), Status: r.Status, Healthy: r.Healthy, StartedAt: timestamp(r.StartedAt),
		})
	}
	slices.SortFunc(list, func(a, b v1alpha1.TaskStatus) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// shortARN is the part of an ARN after its last slash.
func shortARN(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// timestamp is nil for the zero time. Kubernetes keeps whole seconds.
func timestamp(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return &metav1.Time{Time: t.UTC().Truncate(time.Second)}
}
