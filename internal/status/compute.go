package status

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// Observed is what a walk found of the resources that the status speaks of; nil where
// the walk did not get so far.
type Observed struct {
	Account, Region string
	Network         *resource.NetworkState
	TaskDefinition  *resource.TaskDefinitionState
	LoadBalancer    *resource.LoadBalancerState
	Service         *resource.ServiceState
	Replicas        *resource.ReplicasState
	HealthCheckAPI  *resource.APIInstanceState
	// Registration is the registration file that the gateway has, and Registered the
	// registration that the controller made.
	Registration *resource.RegistrationContent
	Registered   *resource.RegisteredState
	// Anypoint is what the Anypoint Platform says; nil where it was not asked.
	Anypoint *Anypoint
	// At is when it was observed.
	At time.Time
}

// Compute is the status after a walk that applied the spec. The object holds the
// status before it.
func Compute(gw *v1alpha1.FlexGatewayDeployment, report *engine.Report, seen Observed) v1alpha1.FlexGatewayDeploymentStatus {
	st := *gw.Status.DeepCopy()
	st.ObservedGeneration = gw.Generation
	st.Account, st.Region = seen.Account, seen.Region
	st.Resources = inventory(report)
	st.Version = version(gw.Spec.Image)
	st.Selector = selector(gw)
	st.Plan = nil
	fill(&st, gw, seen)
	seen.Anypoint = ofThisRegistration(seen)
	fillRegistered(&st, gw, seen)
	fillAnypoint(&st, gw, seen)
	fillHealthCheckAPI(&st, gw, report, seen)
	judged, left := withoutLeftovers(report)
	setConditions(&st, gw, judged, seen)
	tellLeftovers(conditions{&st, gw.Generation}, left)
	st.Phase = phase(&st, gw.Status.Phase, judged)
	fillFirstReady(&st)
	keepSeen(&st, &gw.Status)
	return st
}

// selector selects nothing: ECS tasks are no pods.
func selector(gw *v1alpha1.FlexGatewayDeployment) string { return "flexgw.io/gateway=" + gw.Name }

// fill copies what was observed.
func fill(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	if n := seen.Network; n != nil {
		st.Network = &v1alpha1.NetworkStatus{VPCID: n.VPC, SubnetIDs: n.SubnetIDs()}
		for _, s := range n.Subnets {
			st.Network.Zones = append(st.Network.Zones, s.Zone)
		}
	}
	fillServing(st, seen)
	if seen.Service != nil && seen.TaskDefinition != nil {
		fillRollout(st, gw, seen)
	}
}

// fillServing copies what serves.
func fillServing(st *v1alpha1.FlexGatewayDeploymentStatus, seen Observed) {
	if seen.LoadBalancer != nil {
		st.Endpoint = seen.LoadBalancer.DNSName
	}
	if s := seen.Service; s != nil {
		fillService(st, s)
	}
	if seen.Replicas != nil {
		st.Tasks = tasks(seen.Replicas)
		st.ReadyReplicas = seen.Replicas.Healthy()
	}
}

func fillService(st *v1alpha1.FlexGatewayDeploymentStatus, s *resource.ServiceState) {
	st.TaskDefinition = s.TaskDefinition
	st.DesiredReplicas, st.Replicas = s.Desired, s.Running
	st.ReadyReplicas = min(st.ReadyReplicas, s.Running) // until the next look at their health
}

// fillRollout says how far the service is on its way to the wanted revision and count.
func fillRollout(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	wanted := seen.TaskDefinition.ARN
	st.UpdatedReplicas = 0
	for _, d := range seen.Service.Deployments {
		if d.TaskDefinition == wanted {
			st.UpdatedReplicas += d.Running
		}
	}
	rollout := seen.Service.Rollout(wanted, Rollout(&gw.Status))
	switch {
	case rollout.Failed:
		rollout.Progress = resource.Progress{}
	case seen.Replicas != nil:
		rollout.Progress = seen.Replicas.Progress
	}
	st.Rollout = rolloutStatus(rollout)
	fillMoving(st.Rollout, seen.Service.Moving)
	if st.Rollout != nil && gw.Spec.Rollout.MaxReplicaStep != nil && gw.Spec.Replicas != nil && *gw.Spec.Replicas != seen.Service.Desired {
		st.Rollout.TargetReplicas = gw.Spec.Replicas
	}
	st.History = history(gw, st.Rollout, seen)
}

// fillFirstReady notes, once, when the gateway became Ready.
func fillFirstReady(st *v1alpha1.FlexGatewayDeploymentStatus) {
	ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
	if st.FirstReadyAt == nil && ready != nil && ready.Status == metav1.ConditionTrue {
		st.FirstReadyAt = ready.LastTransitionTime.DeepCopy()
	}
}

// version is the tag of an image, or the beginning of its digest.
func version(image string) string {
	if _, digest, found := strings.Cut(image, "@sha256:"); found {
		return digest[:min(12, len(digest))]
	}
	return image[strings.LastIndex(image, ":")+1:]
}

// kind names the object itself in a report. The object's own field is empty: clients of
// Go types leave it out.
const kind = "FlexGatewayDeployment"

// Failed is the status where the walk could not even begin: a person or AWS has to put
// something right first.
func Failed(gw *v1alpha1.FlexGatewayDeployment, problem *engine.Problem) v1alpha1.FlexGatewayDeploymentStatus {
	st := *gw.Status.DeepCopy()
	st.ObservedGeneration = gw.Generation
	report := &engine.Report{Steps: []engine.Step{{
		Identity: engine.Identity{Kind: kind, Name: gw.Name}, Wanted: true, State: engine.StateFailed, Problem: problem, Reason: problem.Error(),
	}}}
	summarize(&st, gw, report, time.Time{})
	switch {
	case !gw.DeletionTimestamp.IsZero():
		leave(&st, gw)
	case gw.Spec.PlanOnly:
		st.Phase = plannedPhase(&st, report)
	default:
		st.Phase, st.Plan = phase(&st, gw.Status.Phase, report), nil
	}
	order(st.Conditions)
	return st
}
