package lifecycle

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
)

// readyMessage is what Ready says.
func readyMessage(gw *v1alpha1.FlexGatewayDeployment) string {
	return meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady).Message
}

func TestAGatewayAndItsAPIThatAreDeletedBehindItsBackAreMadeAgainWhenAPersonSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.untilQuiet(gw)
		first := b.get(gw).Status.Anypoint.GatewayID
		api, err := strconv.Atoi(b.onPlatform("APIInstance")[0])
		b.must(err)
		b.must(b.person.client().DeleteAPIInstance(t.Context(), demoEnvironment, api))
		b.must(b.person.client().DeleteGateway(t.Context(), demoEnvironment, first))
		time.Sleep(lookEvery)
		b.until(gw, "told", hasReason(v1alpha1.ReasonNotRegistered))
		file := b.idOf(gw, "Secret", "identity")
		if said := readyMessage(b.get(gw)); !strings.Contains(said, "does not list gateway "+first) || !strings.Contains(said, "delete-secret --force-delete-without-recovery --secret-id "+file) {
			t.Errorf("Ready says %q", said)
		}
		_, err = b.someone().Secrets.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: &file, ForceDeleteWithoutRecovery: aws.Bool(true)})
		b.must(err)
		time.Sleep(lookEvery)
		b.until(gw, "registered anew", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Anypoint.GatewayID != first })
		b.untilReady(gw)
		b.untilQuiet(gw)
		if len(b.onPlatform("APIInstance")) != 1 || len(b.served(gw)) != 1 {
			t.Errorf("API instances %v, served %v", b.onPlatform("APIInstance"), b.served(gw))
		}
		b.goneEverywhere(gw)
	})
}

func TestAMissingConfigMapLeavesWhatIsKnownOfTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		b.writeConfigMap(logging("info"))
		gw := withAPIReady(t, b, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inConfigMap} })
		b.untilQuiet(gw)
		before := apiOf(b.get(gw))
		b.must(b.kube.Delete(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: extra}}))
		b.until(gw, "told", hasReason(v1alpha1.ReasonConfigMissing))
		if current := b.get(gw); apiCondition(current) != "True Succeeded" || apiOf(current) != before {
			t.Errorf("%s, %+v, want %+v", apiCondition(current), apiOf(current), before)
		}
		b.writeConfigMap(logging("info"))
		b.untilReady(gw)
		b.settled(gw)
		b.goneEverywhere(gw)
	})
}

func TestAnAPIThatIsNoLongerAskedForDoesNotHoldUpReadyWhileAnypointIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.untilQuiet(gw)
		b.away(anypointsim.AwayRefused)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.HealthCheckAPI = nil })
		b.until(gw, "ready, and telling of what is left", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return isReady(gw) && apiCondition(gw) == "True AnypointStale"
		})
		c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionHealthCheckAPIReady)
		if !strings.Contains(c.Message, "is still in API Manager") || len(b.onPlatform("APIInstance")) != 1 {
			t.Errorf("%q, and there are %v", c.Message, b.onPlatform("APIInstance"))
		}
		b.away(anypointsim.AwayNot)
		b.until(gw, "rid of it", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return apiCondition(gw) == "True NotNeeded" && len(b.onPlatform("APIInstance"))+len(b.onPlatform("Asset")) == 0
		})
		b.goneEverywhere(gw)
	})
}

func TestADeletionSaysUntilWhenItWaitsForThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.away(anypointsim.AwayRefused)
		b.must(b.kube.Delete(t.Context(), gw))
		b.until(gw, "waiting", hasReason("AnypointUnreachable"))
		until := b.get(gw).DeletionTimestamp.Add(30 * time.Minute).UTC().Format(time.RFC3339)
		if said := readyMessage(b.get(gw)); !strings.Contains(said, "is still in API Manager") || !strings.Contains(said, "until "+until) {
			t.Errorf("Ready says %q, want the moment %s", said, until)
		}
		b.away(anypointsim.AwayNot)
		b.until(gw, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
		b.empty()
		b.emptyPlatform()
	})
}

func TestAPlatformThatHangsHoldsNoWorkerForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAPIBench(t)
		gw := withAPIReady(t, b, nil)
		b.untilQuiet(gw)
		b.endsCalls()
		b.doubt.cutOff(true)
		time.Sleep(lookEvery)
		var longest, held time.Duration
		began := time.Now()
		for time.Since(began) < 5*time.Minute { // a worker that looks all the time, as many gateways have it do
			asked := time.Now()
			_, err := b.reconcile(gw)
			b.must(err)
			longest, held = max(longest, time.Since(asked)), held+time.Since(asked)
			time.Sleep(5 * time.Second)
		}
		if longest > 13*time.Second || held > 150*time.Second {
			t.Errorf("a look took %v, and all in five minutes %v", longest, held)
		}
		if current := b.get(gw); !isReady(current) || apiCondition(current) != "True AnypointStale" {
			t.Errorf("%s\n%s", apiCondition(current), b.describe(gw))
		}
		t.Logf("a look took %v at most, all in five minutes %v", longest, held)
		b.doubt.cutOff(false)
		time.Sleep(lookEvery)
		b.until(gw, "fresh", func(gw *v1alpha1.FlexGatewayDeployment) bool { return apiCondition(gw) == "True Succeeded" })
		b.settled(gw)
	})
}
