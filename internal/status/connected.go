package status

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// Anypoint is what was found out about the gateway in the Anypoint Platform.
type Anypoint struct {
	// GatewayID is the id in its registration; empty where that is not known.
	GatewayID string
	// Gateway is what the last list of gateways says of it, nil where it is not in it.
	Gateway *anypoint.Gateway
	// ReadAt is when that list was read; zero where none was.
	ReadAt time.Time
	// Err is why the list could not be read, or not again.
	Err error
	// Replicas are the replicas of the last look at them; nil where there was none.
	Replicas []anypoint.Replica
}

// fillAnypoint copies what the Anypoint Platform says. Where it says nothing, what it said
// last stands.
func fillAnypoint(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	found := seen.Anypoint
	if gw.Spec.Anypoint == nil {
		if a := st.Anypoint; a != nil { // nobody asks any more
			a.Status, a.ConnectedReplicas, a.DisconnectedReplicas, a.SeenAt = "", nil, 0, nil
		}
		return
	}
	if st.Anypoint == nil {
		st.Anypoint = &v1alpha1.AnypointStatus{}
	}
	if found != nil {
		fillGateway(st.Anypoint, found)
		fillWords(st.Tasks, gw.Status.Tasks, found.Replicas)
	}
	if at := certificateEnd(seen); !at.IsZero() {
		st.Anypoint.CertificateExpiresAt = timestamp(at)
	}
}

// errNotAskedYet is why nothing is known of a registration that is new.
var errNotAskedYet = &engine.Problem{Reason: v1alpha1.ReasonStale, Message: "the Anypoint Platform has not been asked about the new registration yet"}

// ofThisRegistration is what the platform says of the registration that the gateway has
// now. It is asked before a walk, in which the gateway may be registered.
func ofThisRegistration(seen Observed) *Anypoint {
	found, registration := seen.Anypoint, seen.Registration
	if found == nil || registration == nil || found.GatewayID == registration.AgentID {
		return found
	}
	return &Anypoint{GatewayID: registration.AgentID, Err: errNotAskedYet}
}

func fillGateway(st *v1alpha1.AnypointStatus, found *Anypoint) {
	if found.GatewayID != st.GatewayID && found.GatewayID != "" { // nothing is known of this one
		st.Status, st.ConnectedReplicas, st.DisconnectedReplicas, st.SeenAt = "", nil, 0, nil
		st.GatewayID = found.GatewayID
	}
	if found.GatewayID == "" || found.ReadAt.IsZero() {
		return
	}
	st.SeenAt = timestamp(found.ReadAt)
	st.Status, st.ConnectedReplicas, st.DisconnectedReplicas = "", new(int32), 0
	if g := found.Gateway; g != nil {
		st.GatewayName, st.Status = g.Name, g.Status
		st.ConnectedReplicas, st.DisconnectedReplicas = new(int32(g.Connected)), int32(g.Disconnected)
	}
}

// setConnected sets AnypointConnected. Its transition time is when the first of an
// uninterrupted row of looks found it so.
func setConnected(c conditions, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	since := seen.At
	before := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionAnypointConnected)
	if before != nil && before.Status == metav1.ConditionFalse {
		since = before.LastTransitionTime.Time
	}
	status, reason, message := connected(c.st, gw, seen.Anypoint, since)
	meta.SetStatusCondition(&c.st.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionAnypointConnected, Status: status, Reason: reason, Message: clip(message),
		ObservedGeneration: c.generation, LastTransitionTime: metav1.NewTime(seen.At.UTC().Truncate(time.Second)),
	})
}

// connected compares the replicas that are connected with those that run or should.
// Replicas that are not connected any more are no failure: the platform remembers those
// that were stopped for seven days.
func connected(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, found *Anypoint, since time.Time) (status metav1.ConditionStatus, reason, message string) {
	wanted := WantedConnections(st)
	switch {
	case gw.Spec.Mode == v1alpha1.ModeLocal:
		return metav1.ConditionTrue, v1alpha1.ReasonNotNeeded, "a gateway in mode Local takes nothing from the Anypoint Platform"
	case gw.Spec.Anypoint == nil || found == nil:
		return metav1.ConditionUnknown, v1alpha1.ReasonNotAsked, "nobody asks the Anypoint Platform: spec.anypoint is not set"
	case isZeroAsked(gw, st):
		return metav1.ConditionTrue, v1alpha1.ReasonNotNeeded, whyZero(gw) + ": nothing is to be connected"
	case found.GatewayID == "":
		return metav1.ConditionFalse, v1alpha1.ReasonNotRegistered, "the gateway has no registration yet"
	case wanted == 0:
		return metav1.ConditionFalse, v1alpha1.ReasonWaiting, "no replica runs yet"
	case found.Err != nil:
		return unknown(st, gw, found.Err, wanted)
	case found.Gateway == nil:
		return metav1.ConditionFalse, v1alpha1.ReasonNotRegistered, notInTheList(gw, found.GatewayID)
	case Connected(st) >= wanted:
		return metav1.ConditionTrue, v1alpha1.ReasonSucceeded, howConnected(st, wanted) + misconfigured(found.Replicas)
	default:
		message := fmt.Sprintf("%s, not all since %s", howConnected(st, wanted), since.UTC().Format(time.RFC3339))
		return metav1.ConditionFalse, v1alpha1.ReasonReplicasConnecting, message + misconfigured(found.Replicas)
	}
}

// WantedConnections is how many replicas are to be connected: those that run, and at least
// those that should. While ECS replaces replicas, both the old and the new ones are.
func WantedConnections(st *v1alpha1.FlexGatewayDeploymentStatus) int32 {
	return max(st.Replicas, st.DesiredReplicas)
}

// Connected is how many replicas are connected, as far as is known.
func Connected(st *v1alpha1.FlexGatewayDeploymentStatus) int32 {
	if st.Anypoint == nil || st.Anypoint.ConnectedReplicas == nil {
		return 0
	}
	return *st.Anypoint.ConnectedReplicas
}

func howConnected(st *v1alpha1.FlexGatewayDeploymentStatus, wanted int32) string {
	return fmt.Sprintf("%d of %d replicas are connected", Connected(st), wanted)
}

// unknown is the condition where the platform did not say how many are connected. The
// sentence stays the same while it is away: each other one is a write of the status.
func unknown(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, err error, wanted int32) (status metav1.ConditionStatus, reason, message string) {
	reason, message = WhyUnknown(gw, err)
	last := "nothing is known yet"
	if at := st.Anypoint.SeenAt; at != nil {
		last = fmt.Sprintf("as of %s %s", at.UTC().Format(time.RFC3339), howConnected(st, wanted))
	}
	return metav1.ConditionUnknown, reason, message + "; " + last
}

// WhyUnknown is why the platform did not answer, without what may be another in each
// answer.
func WhyUnknown(gw *v1alpha1.FlexGatewayDeployment, err error) (reason, message string) {
	var problem *engine.Problem
	if errors.As(err, &problem) { // it was not even asked
		return problem.Reason, problem.Error()
	}
	switch anypoint.KindOf(err) {
	case anypoint.KindThrottled:
		return v1alpha1.ReasonStale, "the Anypoint Platform asks for fewer calls"
	case anypoint.KindServer:
		return v1alpha1.ReasonStale, "the Anypoint Platform answers with an error of its own"
	case anypoint.KindNonsense:
		return v1alpha1.ReasonStale, "the Anypoint Platform answers what cannot be read"
	case anypoint.KindNotFound:
		return anypoint.ReasonError, fmt.Sprintf("the Anypoint Platform does not know environment %s of organization %s: correct spec.anypoint",
			gw.Spec.Anypoint.EnvironmentID, gw.Spec.Anypoint.OrganizationID)
	case anypoint.KindCredentials, anypoint.KindForbidden, anypoint.KindInvalid:
		if errors.As(anypoint.Classify(err), &problem) {
			return problem.Reason, problem.Error()
		}
	}
	return v1alpha1.ReasonStale, "the Anypoint Platform does not answer"
}

// seenEvery is how often the moment of the last poll is written where nothing else is
// news.
const seenEvery = 8 * time.Minute

// keepSeen leaves the moment of the last poll as it was where it is all that is new, and
// not long ago: a status must not be written with each poll.
func keepSeen(st *v1alpha1.FlexGatewayDeploymentStatus, before *v1alpha1.FlexGatewayDeploymentStatus) {
	if st.Anypoint == nil || before.Anypoint == nil || st.Anypoint.SeenAt == nil || before.Anypoint.SeenAt == nil {
		return
	}
	if st.Anypoint.SeenAt.Sub(before.Anypoint.SeenAt.Time) >= seenEvery {
		return
	}
	now := st.Anypoint.SeenAt
	st.Anypoint.SeenAt = before.Anypoint.SeenAt
	if !equality.Semantic.DeepEqual(before, st) {
		st.Anypoint.SeenAt = now
	}
}
