package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
)

// connected asserts that the platform has one gateway of the name, with its replicas, and
// that the status says the same.
func (b *bench) connected(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	there, st := b.registeredGateways()[gw.Name], b.get(gw).Status.Anypoint
	if there.Connected != 1 || st == nil || st.GatewayID != there.ID || st.GatewayName != gw.Name || st.RegisteredAt == nil || st.CertificateExpiresAt == nil {
		b.t.Errorf("the platform has %+v, the status %+v", there, st)
	}
}

// unregistered asserts that the platform has no gateway any more.
func (b *bench) unregistered() {
	b.t.Helper()
	time.Sleep(10 * time.Second) // the platform deletes after it has answered
	for name, g := range b.registeredGateways() {
		b.t.Errorf("gateway %s is left in the Anypoint Platform: %+v", name, g)
	}
}

// removed deletes the gateway and asserts that nothing of it is left anywhere.
func (b *bench) removed(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	b.person.undeploy()
	b.delete(gw)
	b.empty()
	b.unregistered()
}

func TestAGatewayIsRegisteredAndItsReplicasConnect(t *testing.T) {
	for name, edit := range map[string]func(*v1alpha1.FlexGatewayDeploymentSpec){
		"by a file": registering, "by a variable": and(registering, byEnvironment),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newAnypointBench(t), gatewayNamed(t, "gw", edit)
				start := time.Now()
				b.create(gw)
				b.untilReady(gw)
				t.Logf("ready after %v, with %d calls of AWS and %d of Anypoint", time.Since(start), len(b.sim.Calls()), len(b.anypoint.Calls()))
				b.settled(gw)
				b.connected(gw)
				if !b.hasTold("Registered", b.get(gw).Status.Anypoint.GatewayID) {
					t.Error("no event says that the gateway is registered")
				}
				b.removed(gw)
			})
		})
	}
}

func TestASteadyRegisteredGatewayAsksTheAnypointPlatformOnlyWhoIsConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		b.untilQuiet(gw)
		b.must(b.anypoint.SetAway(anypointsim.AwayRefused))
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Logging.RetentionDays = 90 })
		b.wire.arm(0, false)
		b.untilReady(gw)
		for range 6 {
			time.Sleep(lookEvery)
			_, err := b.reconcile(gw)
			b.must(err)
		}
		if !isReady(b.get(gw)) {
			t.Errorf("without the platform the gateway is not ready:\n%s", b.describe(gw))
		}
		for _, moment := range b.wire.seen() {
			if strings.HasPrefix(moment, "Anypoint") && moment != "Anypoint GET gateways" && moment != "Anypoint POST token" {
				t.Errorf("the platform was asked: %s", moment)
			}
		}
	})
}

// grant gives the Connected App these scopes and no others.
func (b *bench) grant(grants ...anypointsim.Grant) {
	b.t.Helper()
	b.must(b.anypoint.PutApp(anypointsim.App{
		ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret, Organization: anypointsim.DemoOrganization, Grants: grants,
	}))
}

func TestEachFailureOfARegistrationHasItsReasonAndPasses(t *testing.T) {
	readers := []anypointsim.Grant{
		{Scope: anypointsim.ReadServers, Environment: anypointsim.DemoEnvironment}, {Scope: anypointsim.ViewOrganization},
	}
	for _, test := range []struct {
		name   string
		edit   func(*v1alpha1.FlexGatewayDeploymentSpec)
		harm   func(*bench)
		reason string
		words  []string
		heal   func(*bench, *v1alpha1.FlexGatewayDeployment)
	}{
		{
			name: "the client secret is wrong", reason: "AnypointCredentialsRefused",
			harm: func(b *bench) { b.writeCredentials(anypointsim.DemoClientID, "wrong") },
			heal: func(b *bench, _ *v1alpha1.FlexGatewayDeployment) {
				b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
			},
		},
		{
			name: "the client secret is empty", reason: v1alpha1.ReasonCredentialsMissing, words: []string{"flex/anypoint", "clientSecret"},
			harm: func(b *bench) { b.writeCredentials(anypointsim.DemoClientID, "") },
			heal: func(b *bench, _ *v1alpha1.FlexGatewayDeployment) {
				b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
			},
		},
		{
			name: "scopes are missing", reason: "AnypointScopesMissing", words: []string{"Manage Servers", "flex-gw/flexctl/", "/flexgw/flex/gw"},
			harm: func(b *bench) { b.grant(readers...) },
			heal: func(b *bench, _ *v1alpha1.FlexGatewayDeployment) {
				b.grant(anypointsim.GrantAll(anypointsim.DemoEnvironment)...)
			},
		},
		{
			name: "the name is taken", reason: v1alpha1.ReasonGatewayNameTaken, words: []string{"gw", "DISCONNECTED", "Runtime Manager"},
			harm: func(b *bench) { b.registerElsewhere("gw") },
			heal: func(b *bench, _ *v1alpha1.FlexGatewayDeployment) { b.deleteElsewhere(b.registeredGateways()["gw"].ID) },
		},
		{
			name: "the platform is away", reason: "AnypointUnreachable",
			harm: func(b *bench) { b.must(b.anypoint.SetAway(anypointsim.AwayUnavailable)) },
			heal: func(b *bench, _ *v1alpha1.FlexGatewayDeployment) { b.must(b.anypoint.SetAway(anypointsim.AwayNot)) },
		},
		{
			name: "the keeper's image cannot be pulled", reason: "RegistrationTaskFailed", words: []string{"CannotPullContainer"},
			edit: func(s *v1alpha1.FlexGatewayDeploymentSpec) {
				s.Registration.Create.KeeperImage = "public.ecr.aws/aws-cli/no-such:1.0.0"
			},
			heal: func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
					s.Registration.Create.KeeperImage = "public.ecr.aws/aws-cli/aws-cli:2.31.0"
				})
			},
		},
		{
			name: "flexctl fails", reason: v1alpha1.ReasonRegistrationFailed, words: []string{"exit code 1", "flex-gw/flexctl/"},
			harm: func(b *bench) {
				_, err := b.anypoint.SetFault(anypointsim.Fault{Operation: "Register", Status: 500})
				b.must(err)
			},
			heal: func(b *bench, _ *v1alpha1.FlexGatewayDeployment) { b.anypoint.ClearFaults() },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				edit := registering
				if test.edit != nil {
					edit = and(registering, test.edit)
				}
				b, gw := newAnypointBench(t), gatewayNamed(t, "gw", edit)
				b.create(gw)
				if test.harm != nil {
					test.harm(b)
				}
				b.until(gw, "reported as "+test.reason, hasReason(test.reason))
				ready := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReady)
				for _, word := range test.words {
					if !strings.Contains(ready.Message, word) {
						t.Errorf("the message lacks %q: %s", word, ready.Message)
					}
				}
				if !meta.IsStatusConditionTrue(b.get(gw).Status.Conditions, v1alpha1.ConditionNetworkReady) {
					t.Errorf("AWS's part does not go on:\n%s", b.describe(gw))
				}
				test.heal(b, gw)
				b.untilReady(gw)
				b.settled(gw)
				b.connected(gw)
				b.removed(gw)
			})
		})
	}
}
