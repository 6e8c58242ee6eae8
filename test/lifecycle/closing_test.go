package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// What closes a life: a plan that has nothing to do, owner tags on everything, and a cloud
// as it was before.

// plan is what the controller would do now.
func (b *bench) plan(gw *v1alpha1.FlexGatewayDeployment) *engine.Report {
	b.t.Helper()
	current := b.get(gw)
	cloud, err := b.reconciler.Cloud.In(b.t.Context(), current.Status.Region)
	if err != nil {
		b.t.Fatal(err)
	}
	return gateway.Stack(gateway.Input{
		Gateway: current, Cloud: cloud, Records: status.Records(&current.Status), Rollout: status.Rollout(&current.Status), Now: time.Now,
		Registration: func() (resource.RegistrationContent, error) {
			ref := current.Spec.Registration.SecretRef
			return gateway.ReadRegistration(string(current.UID), b.secretOf(gw, ref.Name).Data[ref.Key])
		},
		Credentials: func() (anypoint.Credentials, string, error) {
			data := b.secretOf(gw, credentialsName).Data
			by := anypoint.Credentials{ClientID: string(data["clientID"]), ClientSecret: string(data["clientSecret"])}
			return by, gateway.DigestCredentials(string(current.UID), by), nil
		},
		Anypoint:  b.controllersPlatform(),
		Documents: func() (string, string, error) { return gateway.ReadDocuments(current, b.configTexts(current)) },
	}).Plan(b.t.Context())
}

// secretOf reads a Secret of a gateway's namespace.
func (b *bench) secretOf(gw *v1alpha1.FlexGatewayDeployment, name string) *corev1.Secret {
	b.t.Helper()
	var secret corev1.Secret
	b.must(b.kube.Get(b.t.Context(), client.ObjectKey{Namespace: gw.Namespace, Name: name}, &secret))
	return &secret
}

// settled are the assertions that close every change: a plan changes nothing, and
// everything carries the owner's tag.
func (b *bench) settled(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	for _, step := range b.plan(gw).Changes() {
		b.t.Errorf("a plan after apply would %s %s: %s %s", step.Action, step.Identity, status.Changes(step), step.Reason)
	}
	for _, r := range b.inventory() {
		if !b.isTagged(r) {
			b.t.Errorf("%s %s %s carries no owner tag: %v", r.Service, r.Kind, r.ID, r.Tags)
		}
	}
}

// isTagged is true for what carries the controller's tags, for what AWS makes by itself and
// does not tag, network interfaces and mount targets, and for what can have no tags: what
// is in a scalable target.
func (b *bench) isTagged(r core.Resource) bool {
	if r.Kind == "ScalingPolicy" || r.Kind == "ScheduledAction" {
		return true
	}
	if strings.Contains(strings.ToLower(r.Kind), "interface") || strings.Contains(strings.ToLower(r.Kind), "mount") {
		return true
	}
	return r.Tags[awscloud.TagManagedBy] == awscloud.ManagedBy
}

func (b *bench) inventory() []core.Resource { return b.sim.Inventory() }

// kinds counts the inventory by kind.
func kinds(list []core.Resource) map[string]int {
	count := map[string]int{}
	for _, r := range list {
		count[r.Service+" "+r.Kind]++
	}
	return count
}

// empty asserts that AWS is as it was on the first day.
func (b *bench) empty() {
	b.t.Helper()
	if diff := cmp.Diff(map[string]int{}, kinds(b.inventory())); diff != "" {
		b.t.Errorf("left in AWS (-want +got):\n%s", diff)
	}
}

// calls counts the calls of an operation.
func (b *bench) calls(service, operation string) int {
	n := 0
	for _, c := range b.sim.Calls() {
		if c.Service == service && c.Operation == operation {
			n++
		}
	}
	return n
}

// hasTold is true where an event has the words.
func (b *bench) hasTold(words ...string) bool {
	return slices.ContainsFunc(b.told, func(event string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(event, word) })
	})
}

// describe is what a person would look at when a gateway does not settle.
func (b *bench) describe(gw *v1alpha1.FlexGatewayDeployment) string {
	current := b.get(gw)
	if current == nil {
		return "it is gone"
	}
	var text strings.Builder
	for _, c := range current.Status.Conditions {
		fmt.Fprintf(&text, "%s=%s %s: %s\n", c.Type, c.Status, c.Reason, c.Message)
	}
	for _, r := range current.Status.Resources {
		fmt.Fprintf(&text, "%s/%s %s %s %s\n", r.Kind, r.Name, r.State, r.ID, r.Reason)
	}
	return text.String()
}
