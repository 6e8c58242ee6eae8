package status

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

// defaultHistoryLimit is the default of spec.rollout.historyLimit.
const defaultHistoryLimit = 10

// history is the versions after a look at the service: a version begins with a
// deployment of ECS's, and its outcome follows from what becomes of that.
func history(gw *v1alpha1.FlexGatewayDeployment, rollout *v1alpha1.RolloutStatus, seen Observed) []v1alpha1.RevisionStatus {
	list := slices.Clone(gw.Status.History)
	if rollout == nil {
		return list
	}
	primary := seen.Service.Primary()
	begun := primary.TaskDefinition == rollout.TaskDefinition && (primary.ID == rollout.DeploymentID || !rollout.Failed)
	if begun && !slices.ContainsFunc(list, isOf(primary.ID)) {
		list = begin(list, revisionOf(gw, primary))
	}
	if at := slices.IndexFunc(list, isOf(rollout.DeploymentID)); at >= 0 {
		judge(list, at, rollout, primary)
		addDigest(&list[at], seen.Replicas)
	}
	return list[:min(len(list), historyLimit(gw), fitting(list))]
}

// mostHistory is how many bytes of JSON the history has at most: etcd takes 1.5 MB for the
// whole object, and the environment of one version may have 200 kB.
const mostHistory = 512 << 10

// fitting is how many of the newest versions have room; the newest always has.
func fitting(list []v1alpha1.RevisionStatus) int {
	size := 0
	for i := range list {
		text, err := json.Marshal(list[i])
		if size += len(text); i > 0 && (err != nil || size > mostHistory) {
			return i
		}
	}
	return len(list)
}

func historyLimit(gw *v1alpha1.FlexGatewayDeployment) int {
	if limit := gw.Spec.Rollout.HistoryLimit; limit != nil {
		return int(*limit)
	}
	return defaultHistoryLimit
}

func isOf(deployment string) func(v1alpha1.RevisionStatus) bool {
	return func(r v1alpha1.RevisionStatus) bool { return r.DeploymentID == deployment }
}

// revisionOf is the version that a deployment rolls out.
func revisionOf(gw *v1alpha1.FlexGatewayDeployment, d resource.Deployment) v1alpha1.RevisionStatus {
	spec := &gw.Spec
	return v1alpha1.RevisionStatus{
		Revision: revisionNumber(d.TaskDefinition), DeploymentID: d.ID, Image: spec.Image,
		CPU: spec.Compute.CPU, Memory: spec.Compute.Memory, StopTimeoutSeconds: spec.Compute.StopTimeoutSeconds,
		Environment: slices.Clone(spec.Compute.Environment), RestartedAt: spec.Rollout.RestartedAt.DeepCopy(),
		StartedAt: timestamp(d.CreatedAt), Outcome: v1alpha1.OutcomeInProgress,
	}
}

// revisionNumber is the N of a task definition's FAMILY:N.
func revisionNumber(arn string) int32 {
	n, err := strconv.ParseInt(arn[strings.LastIndex(arn, ":")+1:], 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

// begin puts a version in front. One that was still being rolled out is superseded; an
// earlier rollout of the same revision leaves the list, as the revision is wanted anew.
func begin(list []v1alpha1.RevisionStatus, v v1alpha1.RevisionStatus) []v1alpha1.RevisionStatus {
	if before := replacedBy(list); before != nil {
		v.Change = changeBetween(before, &v)
	}
	for i := range list {
		if list[i].Outcome == v1alpha1.OutcomeInProgress {
			list[i].Outcome, list[i].FinishedAt = v1alpha1.OutcomeSuperseded, v.StartedAt
		}
	}
	list = slices.DeleteFunc(list, func(r v1alpha1.RevisionStatus) bool { return r.Revision == v.Revision })
	return slices.Insert(list, 0, v)
}

// replacedBy is the version that a new one takes the place of: the newest that has not
// been given up.
func replacedBy(list []v1alpha1.RevisionStatus) *v1alpha1.RevisionStatus {
	for i := range list {
		if o := list[i].Outcome; o != v1alpha1.OutcomeRolledBack && o != v1alpha1.OutcomeFailed {
			return &list[i]
		}
	}
	return nil
}

// changeBetween says what is different between two versions.
func changeBetween(a, b *v1alpha1.RevisionStatus) string {
	var changes []string
	add := func(different bool, what string) {
		if different {
			changes = append(changes, what)
		}
	}
	add(a.Image != b.Image, "image")
	add(a.CPU != b.CPU || a.Memory != b.Memory, "size")
	add(a.StopTimeoutSeconds != b.StopTimeoutSeconds, "stop timeout")
	add(!slices.Equal(a.Environment, b.Environment), "environment")
	add(!a.RestartedAt.Equal(b.RestartedAt), "restart")
	if len(changes) == 0 {
		return "other settings" // the registration, ports, network, roles or log group
	}
	return strings.Join(changes, ", ")
}

// judge notes the outcome of a version, and that those which served before it have been
// replaced.
func judge(list []v1alpha1.RevisionStatus, at int, rollout *v1alpha1.RolloutStatus, primary resource.Deployment) {
	v := &list[at]
	isPrimary := primary.ID == v.DeploymentID
	switch {
	case v.Outcome == v1alpha1.OutcomeServing:
	case rollout.Failed && isPrimary:
		finish(v, v1alpha1.OutcomeFailed, rollout.Reason, primary.UpdatedAt)
	case rollout.Failed && primary.TaskDefinition == rollout.TaskDefinition: // another strategy was rolled back, not the version
		finish(v, v1alpha1.OutcomeServing, "", primary.UpdatedAt)
	case rollout.Failed:
		finish(v, v1alpha1.OutcomeRolledBack, rollout.Reason, primary.UpdatedAt)
	case isPrimary && primary.IsCompleted():
		finish(v, v1alpha1.OutcomeServing, "", primary.UpdatedAt)
		for i := range list {
			if i != at && list[i].Outcome == v1alpha1.OutcomeServing {
				list[i].Outcome = v1alpha1.OutcomeReplaced
			}
		}
	}
}

func finish(v *v1alpha1.RevisionStatus, outcome v1alpha1.Outcome, reason string, at time.Time) {
	if v.Outcome == outcome {
		return
	}
	v.Outcome, v.Reason, v.FinishedAt = outcome, reason, timestamp(at)
}

// addDigest notes the digest of the image that replicas of the version have pulled.
func addDigest(v *v1alpha1.RevisionStatus, replicas *resource.ReplicasState) {
	if replicas == nil {
		return
	}
	for _, r := range replicas.Replicas {
		if r.ImageDigest != "" && revisionNumber(r.TaskDefinition) == v.Revision {
			v.Digest = r.ImageDigest
			return
		}
	}
}
