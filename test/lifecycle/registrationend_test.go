package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
)

func TestADeletionWaitsForThePlatformAndThenGoesOnWithoutIt(t *testing.T) {
	for _, test := range []struct {
		name string
		// back is when the platform is back; 0 is never.
		back time.Duration
	}{{"it comes back", 15 * time.Minute}, {"it stays away", 0}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
				b.create(gw)
				b.untilReady(gw)
				id := b.get(gw).Status.Anypoint.GatewayID
				b.person.undeploy()
				b.must(b.anypoint.SetAway(anypointsim.AwayRefused))
				start := time.Now()
				b.must(b.kube.Delete(t.Context(), gw))
				b.until(gw, "waiting for the platform", hasReason("AnypointUnreachable"))
				if test.back > 0 {
					time.Sleep(test.back - time.Since(start))
					b.must(b.anypoint.SetAway(anypointsim.AwayNot))
				}
				b.until(gw, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
				b.empty()
				took := time.Since(start)
				b.must(b.anypoint.SetAway(anypointsim.AwayNot))
				_, left := b.registeredGateways()["gw"]
				if told := b.hasTold("Warning", "RegistrationLeft", id, "gw"); told == (test.back > 0) || left && test.back > 0 || !left && test.back == 0 {
					t.Errorf("the gateway is left: %v, an event says so: %v", left, told)
				}
				if test.back == 0 && (took < 30*time.Minute || took > 45*time.Minute) {
					t.Errorf("the deletion took %v, want half an hour and a little", took)
				}
			})
		})
	}
}

func TestAMoveToARegistrationThatIsBroughtDoesNotWaitForThePlatformForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		id := b.get(gw).Status.Anypoint.GatewayID
		brought := string(b.registerElsewhere("brought"))
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Create, s.Registration.SecretRef = nil, &v1alpha1.SecretKeyReference{Name: "brought", Key: "registration.yaml"}
		})
		b.writeRegistration(b.get(gw), brought)
		// The API is still on the gateway, so that the platform refuses to delete it.
		b.until(gw, "ready, with something left to delete", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			registration := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionRegistrationReady)
			return isReady(gw) && strings.Contains(registration.Message, "gateway gw ("+id+") is still in the Anypoint Platform")
		})
		b.until(gw, "rid of it", func(*v1alpha1.FlexGatewayDeployment) bool { return b.hasTold("Warning", "RegistrationLeft", id) })
	})
}

func TestADeletionWorksWithoutTheSecretInKubernetes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		b.must(b.kube.Delete(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gw.Namespace, Name: credentialsName}}))
		b.removed(gw)
	})
}

func TestADeletionInTheMiddleOfARegistrationLeavesNothing(t *testing.T) {
	for _, after := range []time.Duration{0, 10 * time.Second, 25 * time.Second, 35 * time.Second, 45 * time.Second, time.Minute} {
		t.Run(after.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
				b.create(gw)
				b.until(gw, "registering", func(*v1alpha1.FlexGatewayDeployment) bool { return b.calls("ecs", "RunTask") == 1 })
				time.Sleep(after)
				b.removed(gw)
			})
		})
	}
}

func TestWhatIsRetainedStays(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(*v1alpha1.FlexGatewayDeploymentSpec)
		// everything is true where AWS's resources stay, too.
		everything bool
	}{
		{"the registration", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Anypoint.DeletionPolicy = v1alpha1.DeletionPolicyRetain }, false},
		{"everything", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.DeletionPolicy = v1alpha1.DeletionPolicyRetain }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newAnypointBench(t), gatewayNamed(t, "gw", and(registering, test.edit))
				b.create(gw)
				b.untilReady(gw)
				id, secret := b.get(gw).Status.Anypoint.GatewayID, b.idOf(gw, "Secret", "identity")
				b.delete(gw)
				if b.registeredGateways()["gw"].ID != id || !b.hasTold("Retained", id) {
					t.Errorf("the registration is gone, or no event says that it stays:\n%s", strings.Join(b.told, "\n"))
				}
				_, err := b.someone().Secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &secret})
				b.must(err)
				if n := kinds(b.inventory()); !test.everything && len(n) != 1 {
					t.Errorf("left in AWS: %v, want the registration file only", n)
				}
			})
		})
	}
}

func TestAGatewayMovesBetweenItsOwnRegistrationAndOneThatIsBrought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		first := b.get(gw).Status.Anypoint.GatewayID
		b.person.undeploy()

		brought := string(b.registerElsewhere("brought"))
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Create, s.Registration.SecretRef = nil, &v1alpha1.SecretKeyReference{Name: "brought", Key: "registration.yaml"}
		})
		b.writeRegistration(b.get(gw), brought)
		b.until(gw, "serving with the file that was brought", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			if g, there := b.registeredGateways()["gw"]; !there && gw.Status.ReadyReplicas == 0 {
				t.Errorf("gateway %s was deleted before the other one serves", g.ID)
			}
			return isReady(gw)
		})
		b.settled(gw)
		time.Sleep(10 * time.Second)
		if there := b.registeredGateways(); there["gw"].ID != "" || there["brought"].Connected != 1 || there["brought"].ID != b.get(gw).Status.Anypoint.GatewayID {
			t.Errorf("the platform has %+v, the status %+v", there, b.get(gw).Status.Anypoint)
		}

		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Create, s.Registration.SecretRef = &v1alpha1.RegistrationCreate{KeeperImage: "public.ecr.aws/aws-cli/aws-cli:2.31.0"}, nil
		})
		b.untilReady(gw)
		b.settled(gw)
		b.connected(gw)
		if again := b.get(gw).Status.Anypoint.GatewayID; again == first {
			t.Errorf("the gateway is %s again, which was deleted", again)
		}
		b.person.undeploy()
		b.delete(gw)
		b.empty()
	})
}
