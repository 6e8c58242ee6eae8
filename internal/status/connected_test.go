package status_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/status"
)

// noon is the time of these tests.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

const agent = "00000000-0000-4000-8000-000000000001"

// registered is object with a registration that the user brings and an environment.
func registered(replicas int32) *v1alpha1.FlexGatewayDeployment {
	gw := object(replicas)
	gw.Spec.Registration.SecretRef = &v1alpha1.SecretKeyReference{Name: "file"}
	gw.Spec.Anypoint = &v1alpha1.AnypointSpec{OrganizationID: "org", EnvironmentID: "env"}
	return gw
}

// seenAs are running replicas, and what Runtime Manager says.
func seenAs(running int32, found *status.Anypoint) status.Observed {
	seen := serving(running, running, running)
	seen.Anypoint, seen.At = found, noon
	return seen
}

// listed is an answer with so many replicas connected.
func listed(connected, disconnected int) *status.Anypoint {
	return &status.Anypoint{GatewayID: agent, ReadAt: noon, Gateway: &anypoint.Gateway{
		ID: agent, Name: "flex-gw", Status: "CONNECTED", Connected: connected, Disconnected: disconnected,
	}}
}

// failing is an answer that did not come, after one that did.
func failing(err error) *status.Anypoint {
	found := listed(2, 0)
	found.ReadAt, found.Err = noon.Add(-time.Minute), err
	return found
}

func kind(k anypoint.Kind) error {
	return &anypoint.Error{Kind: k, Operation: anypoint.OperationListGateways, Message: "in other words each time"}
}

func TestTheConnectedReplicasAreComparedWithThoseThatRun(t *testing.T) {
	misconfigured := listed(2, 0)
	misconfigured.Replicas = []anypoint.Replica{
		{Name: "ip-10-0-0-1.ec2.internal.default", Status: "CONNECTED", ConfigurationStatus: "UP_TO_DATE"},
		{Name: "ip-10-0-0-2.ec2.internal.default", Status: "CONNECTED", ConfigurationStatus: "ERROR"},
		{Name: "ip-10-0-0-3.ec2.internal.default", Status: "DISCONNECTED", ConfigurationStatus: "ERROR"},
		{Name: "ip-10-0-0-4.ec2.internal.default", Status: "CONNECTED", ConfigurationStatus: "SOMETHING_NEW"},
	}
	for _, test := range []struct {
		name    string
		change  func(*v1alpha1.FlexGatewayDeployment)
		running int32
		found   *status.Anypoint
		want    string
		message string
	}{
		{name: "all", running: 2, found: listed(2, 0), want: "True Succeeded", message: "2 of 2 replicas are connected"},
		{name: "more, while ECS replaces some", running: 2, found: listed(3, 0), want: "True Succeeded", message: "3 of 2 replicas are connected"},
		{name: "leftovers of old replicas", running: 2, found: listed(2, 9), want: "True Succeeded", message: "2 of 2 replicas are connected"},
		{name: "some", running: 2, found: listed(1, 1), want: "False ReplicasConnecting", message: "1 of 2 replicas are connected, not all since 2026-11-02T12:00:00Z"},
		{name: "a configuration in error", running: 2, found: misconfigured, want: "True Succeeded", message: "2 of 2 replicas are connected; the configuration has not been applied by ip-10-0-0-2.ec2.internal.default (ERROR)"},
		{
			name: "another registration than the environment's", running: 2, found: &status.Anypoint{GatewayID: agent, ReadAt: noon}, want: "False NotRegistered",
			message: "Runtime Manager does not list gateway " + agent + " in environment env: it was deleted there, or registered in another organization or environment than spec.anypoint names; register the gateway anew and put the file into the Secret flex/file",
		},
		{
			name: "deleted behind our back", running: 2, found: &status.Anypoint{GatewayID: agent, ReadAt: noon}, want: "False NotRegistered",
			change: func(gw *v1alpha1.FlexGatewayDeployment) {
				gw.Status.Anypoint = &v1alpha1.AnypointStatus{GatewayID: agent, SeenAt: &long}
			},
			message: "Runtime Manager does not list gateway " + agent + " in environment env: it was deleted there. Replicas that run serve what they have and hear of no change; register the gateway anew and put the file into the Secret flex/file",
		},
		{name: "no registration", running: 2, found: &status.Anypoint{}, want: "False NotRegistered", message: "the gateway has no registration yet"},
		{name: "nothing runs", running: 0, found: listed(0, 2), want: "True NotNeeded", message: "spec.replicas is 0: nothing is to be connected"},
		{
			name: "nothing runs yet", running: 0, found: listed(0, 0), want: "False WaitingForAWS", message: "no replica runs yet",
			change: func(gw *v1alpha1.FlexGatewayDeployment) { *gw.Spec.Replicas = 1 },
		},
		{
			name: "mode Local", running: 2, want: "True NotNeeded", message: "a gateway in mode Local takes nothing from the Anypoint Platform",
			change: func(gw *v1alpha1.FlexGatewayDeployment) { gw.Spec.Mode = v1alpha1.ModeLocal },
		},
		{
			name: "nobody asks", running: 2, want: "Unknown NotAsked", message: "nobody asks the Anypoint Platform: spec.anypoint is not set",
			change: func(gw *v1alpha1.FlexGatewayDeployment) { gw.Spec.Anypoint = nil },
		},
		{name: "no answer", running: 2, found: failing(kind(anypoint.KindUnreachable)), want: "Unknown AnypointStale", message: "the Anypoint Platform does not answer; as of 2026-11-02T11:59:00Z 2 of 2 replicas are connected"},
		{name: "no answer in time", running: 2, found: failing(context.DeadlineExceeded), want: "Unknown AnypointStale", message: "the Anypoint Platform does not answer; as of 2026-11-02T11:59:00Z 2 of 2 replicas are connected"},
		{name: "throttled", running: 3, found: failing(kind(anypoint.KindThrottled)), want: "Unknown AnypointStale", message: "the Anypoint Platform asks for fewer calls; as of 2026-11-02T11:59:00Z 2 of 3 replicas are connected"},
		{name: "an error of theirs", running: 2, found: failing(kind(anypoint.KindServer)), want: "Unknown AnypointStale", message: "the Anypoint Platform answers with an error of its own; as of 2026-11-02T11:59:00Z 2 of 2 replicas are connected"},
		{name: "nonsense", running: 2, found: failing(kind(anypoint.KindNonsense)), want: "Unknown AnypointStale", message: "the Anypoint Platform answers what cannot be read; as of 2026-11-02T11:59:00Z 2 of 2 replicas are connected"},
		{name: "never an answer", running: 2, found: &status.Anypoint{GatewayID: agent, Err: kind(anypoint.KindUnreachable)}, want: "Unknown AnypointStale", message: "the Anypoint Platform does not answer; nothing is known yet"},
		{name: "credentials refused", running: 2, found: failing(kind(anypoint.KindCredentials)), want: "Unknown AnypointCredentialsRefused"},
		{name: "a scope is missing", running: 2, found: failing(kind(anypoint.KindForbidden)), want: "Unknown AnypointScopesMissing"},
		{name: "an unknown environment", running: 2, found: failing(kind(anypoint.KindNotFound)), want: "Unknown AnypointError"},
		{
			name: "no Secret with credentials", running: 2, want: "Unknown AnypointCredentialsMissing", message: "there is no Secret flex/app; nothing is known yet",
			found: &status.Anypoint{GatewayID: agent, Err: &engine.Problem{Reason: v1alpha1.ReasonCredentialsMissing, Message: "there is no Secret flex/app"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := registered(test.running)
			if test.change != nil {
				test.change(gw)
			}
			st := status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(test.running, test.found))
			c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionAnypointConnected)
			if got := string(c.Status) + " " + c.Reason; got != test.want {
				t.Errorf("AnypointConnected is %s (%s), want %s", got, c.Message, test.want)
			}
			if test.message != "" && c.Message != test.message {
				t.Errorf("message %q\n   want %q", c.Message, test.message)
			}
			if !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionReady) || st.Phase != v1alpha1.PhaseReady {
				t.Errorf("the connection has decided about Ready: %v, phase %s", reasons(st.Conditions), st.Phase)
			}
		})
	}
}

func TestSinceWhenReplicasAreConnectingStaysTheSame(t *testing.T) {
	gw := registered(3)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(3, listed(1, 0)))
	seen := seenAs(3, listed(2, 0))
	seen.At = noon.Add(5 * time.Minute)
	st := status.Compute(gw, &engine.Report{Steps: ready()}, seen)
	c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionAnypointConnected)
	if want := "2 of 3 replicas are connected, not all since 2026-11-02T12:00:00Z"; c.Message != want || !c.LastTransitionTime.Time.Equal(noon) {
		t.Errorf("message %q since %v, want %q since noon", c.Message, c.LastTransitionTime, want)
	}
}

func TestAPollThatFindsNothingNewIsWrittenAfterMinutesOnly(t *testing.T) {
	gw := registered(2)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(2, listed(2, 0)))
	for _, test := range []struct {
		name  string
		later time.Duration
		found *status.Anypoint
		want  time.Time
	}{
		{"soon", time.Minute, listed(2, 0), noon},
		{"after ten minutes", 10 * time.Minute, listed(2, 0), noon.Add(10 * time.Minute)},
		{"with other news", time.Minute, listed(2, 1), noon.Add(time.Minute)},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.found.ReadAt = noon.Add(test.later)
			seen := seenAs(2, test.found)
			seen.At = test.found.ReadAt
			st := status.Compute(gw, &engine.Report{Steps: ready()}, seen)
			if !st.Anypoint.SeenAt.Time.Equal(test.want) {
				t.Errorf("seen at %v, want %v", st.Anypoint.SeenAt, test.want)
			}
			if test.want.Equal(noon) {
				if diff := cmp.Diff(gw.Status, st); diff != "" {
					t.Errorf("the status is another (-before +after):\n%s", diff)
				}
			}
		})
	}
}

func TestWhileAnypointIsAwayTheStatusIsWrittenOnce(t *testing.T) {
	gw := registered(2)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(2, listed(2, 0)))
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(2, failing(kind(anypoint.KindUnreachable))))
	for _, found := range []*status.Anypoint{
		failing(context.DeadlineExceeded),                       // in other words, the same
		{GatewayID: agent, Err: kind(anypoint.KindUnreachable)}, // by a manager that has never had a list
	} {
		seen := seenAs(2, found)
		seen.At = noon.Add(time.Hour)
		if diff := cmp.Diff(gw.Status, status.Compute(gw, &engine.Report{Steps: ready()}, seen)); diff != "" {
			t.Errorf("the status is another (-before +after):\n%s", diff)
		}
	}
}

func TestAnotherRegistrationIsAnotherGateway(t *testing.T) {
	gw := registered(2)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(2, listed(2, 0)))
	found := &status.Anypoint{GatewayID: strings.Replace(agent, "1", "2", 1), Err: kind(anypoint.KindUnreachable)}
	st := status.Compute(gw, &engine.Report{Steps: ready()}, seenAs(2, found))
	if a := st.Anypoint; a.GatewayID != found.GatewayID || a.ConnectedReplicas != nil || a.SeenAt != nil {
		t.Errorf("what was known of the gateway before is told of the new one: %+v", a)
	}
}

func TestTheWordsOfThePlatformAreGivenToTasksByTheirAddress(t *testing.T) {
	started := metav1.NewTime(noon)
	replicas := []anypoint.Replica{
		{Name: "ip-10-0-1-1.ec2.internal.default", Status: "CONNECTED", ConnectedAt: noon.Add(time.Minute)},
		{Name: "ip-10-0-1-2.eu-west-1.compute.internal.default", Status: "DISCONNECTED", ConnectedAt: noon.Add(time.Minute)},
		{Name: "ip-10-0-1-3.ec2.internal.default", Status: "DISCONNECTED", ConnectedAt: noon.Add(-time.Hour)}, // had the address before
		{Name: "ip-10-0-1-4.ec2.internal.default", Status: "CONNECTED", ConnectedAt: noon.Add(time.Minute)},
		{Name: "ip-10-0-1-4.ec2.internal.default", Status: "DISCONNECTED", ConnectedAt: noon.Add(2 * time.Minute)},
		{Name: "a-name-of-its-own", Status: "CONNECTED", ConnectedAt: noon},
		{Name: "ip-10-0-1-999.ec2.internal.default", Status: "CONNECTED", ConnectedAt: noon},
	}
	found := listed(3, 3)
	found.Replicas = replicas
	seen := seenAs(6, found)
	for i, address := range []string{"10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4", "10.0.1.5", ""} {
		seen.Replicas.Replicas[i].PrivateIP, seen.Replicas.Replicas[i].StartedAt = address, started.Time
	}
	words := func(st v1alpha1.FlexGatewayDeploymentStatus) map[string]string {
		all := map[string]string{}
		for _, task := range st.Tasks {
			all[task.PrivateIP] = task.Anypoint
		}
		return all
	}
	gw := registered(6)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, seen)
	want := map[string]string{"10.0.1.1": "CONNECTED", "10.0.1.2": "DISCONNECTED", "10.0.1.3": "", "10.0.1.4": "CONNECTED", "10.0.1.5": "", "": ""}
	if diff := cmp.Diff(want, words(gw.Status)); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	found.Replicas = nil // not looked at again
	if diff := cmp.Diff(want, words(status.Compute(gw, &engine.Report{Steps: ready()}, seen))); diff != "" {
		t.Errorf("words after a look at the counts only (-want +got):\n%s", diff)
	}
}
