package lifecycle

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
)

// renewedEarly has a certificate of two years renewed after one, so that tests need not live
// through both.
func renewedEarly(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Registration.RenewBefore = &metav1.Duration{Duration: 8760 * time.Hour}
}

// idle has no replicas, whose health checks would take most of a test's time.
func idle(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = aws.Int32(0) }

// untilDue lets the time pass until the registration has to be renewed.
func (b *bench) untilDue(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	current := b.get(gw)
	due := current.Status.Anypoint.CertificateExpiresAt.Add(-current.Spec.Registration.RenewBefore.Duration)
	time.Sleep(time.Until(due) + time.Minute)
}

func TestARegistrationIsRenewedBeforeItsCertificateEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", and(registering, renewedEarly))
		b.create(gw)
		b.untilReady(gw)
		before, file := b.get(gw).Status, b.secretValue(gw, "identity")
		b.untilDue(gw)
		b.until(gw, "renewed", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Anypoint.RenewedAt != nil && isReady(gw) && gw.Status.TaskDefinition != before.TaskDefinition
		})
		b.settled(gw)
		time.Sleep(2 * time.Minute) // the platform shows a replica that has stopped for a while
		b.connected(gw)
		after := b.get(gw).Status.Anypoint
		if after.GatewayID != before.Anypoint.GatewayID || !after.CertificateExpiresAt.After(before.Anypoint.CertificateExpiresAt.Time) || !after.RegisteredAt.Equal(before.Anypoint.RegisteredAt) {
			t.Errorf("before %+v, after %+v", before.Anypoint, after)
		}
		if files := b.files(gw); files[".registration.yaml.previous"] != file || files["registration.yaml"] != b.secretValue(gw, "identity") || file == files["registration.yaml"] {
			t.Error("the file system does not have the new file and, beside it, the one before")
		}
		if !b.hasTold("Renewed") || b.hasTold("DriftCorrected") {
			t.Errorf("events:\n%s", strings.Join(b.told, "\n"))
		}
		b.removed(gw)
	})
}

func TestAFailedRenewalHurtsNothingAndIsTriedAgainEveryHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", and(registering, renewedEarly, idle))
		b.create(gw)
		b.untilReady(gw)
		serving := b.get(gw).Status.TaskDefinition
		_, err := b.anypoint.SetFault(anypointsim.Fault{Operation: "Renew", Status: 500})
		b.must(err)
		b.untilDue(gw)
		b.until(gw, "failing to renew", hasCondition(v1alpha1.ConditionRegistrationReady, metav1.ConditionTrue, v1alpha1.ReasonRenewalFailed))
		tasks := b.calls("ecs", "RunTask")
		for start := time.Now(); time.Since(start) < 5*time.Hour; {
			after, err := b.reconcile(gw)
			b.must(err)
			if !isReady(b.get(gw)) {
				t.Fatalf("a failed renewal hurts the gateway:\n%s", b.describe(gw))
			}
			time.Sleep(after)
		}
		if n := b.calls("ecs", "RunTask") - tasks; n < 3 || n > 5 {
			t.Errorf("%d tries in 5 hours", n)
		}
		if now := b.get(gw).Status.TaskDefinition; now != serving {
			t.Errorf("the replicas run %s, want %s", now, serving)
		}
		if !b.hasTold(v1alpha1.ReasonRenewalFailed, "valid until", "flex-gw/flexctl/") {
			t.Errorf("no event says that the renewal failed:\n%s", strings.Join(b.told, "\n"))
		}
		b.anypoint.ClearFaults()
		b.until(gw, "renewed", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Anypoint.RenewedAt != nil && isReady(gw)
		})
		b.removed(gw)
	})
}

// hasCondition waits for a condition.
func hasCondition(kind string, status metav1.ConditionStatus, reason string) func(*v1alpha1.FlexGatewayDeployment) bool {
	return func(gw *v1alpha1.FlexGatewayDeployment) bool {
		c := meta.FindStatusCondition(gw.Status.Conditions, kind)
		return c != nil && c.Status == status && c.Reason == reason
	}
}

func TestAnExpiringCertificateIsToldOfInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", and(registering, idle))
		b.create(gw)
		b.untilReady(gw)
		if c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionCertificateExpiring); c != nil {
			t.Errorf("a certificate of two years expires: %+v", c)
		}
		_, err := b.anypoint.SetFault(anypointsim.Fault{Operation: "Renew", Status: 500})
		b.must(err)
		b.untilDue(gw)
		b.until(gw, "told of", hasCondition(v1alpha1.ConditionCertificateExpiring, metav1.ConditionTrue, v1alpha1.ReasonCertificateExpires))
		time.Sleep(31 * 24 * time.Hour)
		b.until(gw, "told of", hasCondition(v1alpha1.ConditionCertificateExpiring, metav1.ConditionTrue, v1alpha1.ReasonCertificateExpired))
		b.anypoint.ClearFaults()
		b.until(gw, "renewed though expired", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Anypoint.RenewedAt != nil && meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionCertificateExpiring) == nil
		})
	})
}

func TestOtherCredentialsAreNoReasonToRegisterAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		tasks, id := b.calls("ecs", "RunTask"), b.get(gw).Status.Anypoint.GatewayID
		b.must(b.anypoint.PutApp(anypointsim.App{
			ClientID: "another", ClientSecret: "another secret", Organization: anypointsim.DemoOrganization, Grants: anypointsim.GrantAll(anypointsim.DemoEnvironment),
		}))
		b.writeCredentials("another", "another secret")
		time.Sleep(lookEvery)
		b.untilQuiet(gw)
		b.settled(gw)
		if n := b.calls("ecs", "RunTask") - tasks; n != 0 || b.get(gw).Status.Anypoint.GatewayID != id {
			t.Errorf("%d tasks were run, the gateway is %s, was %s", n, b.get(gw).Status.Anypoint.GatewayID, id)
		}
		content := b.secretValue(gw, "credentials")
		if !strings.Contains(content, "another secret") {
			t.Error("the credentials in Secrets Manager are the old ones")
		}
		b.removed(gw)
	})
}

// secretValue is the content of one of the gateway's secrets.
func (b *bench) secretValue(gw *v1alpha1.FlexGatewayDeployment, part string) string {
	b.t.Helper()
	out, err := b.someone().Secrets.GetSecretValue(b.t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(b.idOf(gw, "Secret", part))})
	b.must(err)
	return aws.ToString(out.SecretString)
}

func TestWithoutItsCredentialsARegisteredGatewayGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		b.must(b.kube.Delete(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gw.Namespace, Name: credentialsName}}))
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 2 })
		b.until(gw, "reported", hasReason(v1alpha1.ReasonCredentialsMissing))
		b.until(gw, "scaled all the same", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.ReadyReplicas == 2 })
		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
		b.untilReady(gw)
	})
}

func TestARegistrationFileThatSomeoneDeletesIsNotMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		id := b.get(gw).Status.Anypoint.GatewayID
		_, err := b.someone().Secrets.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{
			SecretId: aws.String(b.idOf(gw, "Secret", "identity")), ForceDeleteWithoutRecovery: aws.Bool(true),
		})
		b.must(err)
		time.Sleep(lookEvery)
		b.until(gw, "refused", hasReason(v1alpha1.ReasonGatewayNameTaken))
		if st := b.get(gw).Status; st.ReadyReplicas != 1 || b.registeredGateways()["gw"].ID != id {
			t.Errorf("the gateway no longer serves as %s:\n%s", id, b.describe(gw))
		}
		b.person.undeploy()
		b.deleteElsewhere(id)
		b.until(gw, "registered anew", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return isReady(gw) && gw.Status.Anypoint.GatewayID != id
		})
		b.removed(gw)
	})
}

func TestNothingSecretOfARegistrationShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", and(registering, renewedEarly, idle))
		logs := &bytes.Buffer{}
		b.logs = logs
		_, err := b.anypoint.SetFault(anypointsim.Fault{Operation: "Register", Status: 500, Times: 1})
		b.must(err)
		b.create(gw)
		b.untilReady(gw)
		b.untilDue(gw)
		b.until(gw, "renewed", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Anypoint.RenewedAt != nil })
		var definitions []any
		for _, part := range []string{"gateway", "registration", "registrar"} {
			out, err := b.someone().ECS.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(b.idOf(gw, "TaskDefinition", part))})
			b.must(err)
			definitions = append(definitions, out.TaskDefinition)
		}
		seen, err := json.Marshal([]any{b.get(gw), b.told, b.inventory(), definitions, logs.String()})
		b.must(err)
		file := b.secretValue(gw, "identity")
		_, key, found := strings.Cut(file, "tls.key: ")
		key, _, _ = strings.Cut(strings.Trim(key, `"`), "\n")
		if _, err := base64.StdEncoding.DecodeString(strings.Trim(key, `" `)); !found || err != nil || len(key) < 100 {
			t.Fatalf("the registration file has no key as the test knows it: %v", err)
		}
		for what, secret := range map[string]string{"the client secret": anypointsim.DemoClientSecret, "the private key": key[10:60]} {
			if strings.Contains(string(seen), secret) {
				t.Errorf("%s stands in the object, an event, the inventory, a task definition or the log", what)
			}
		}
		if logs.Len() == 0 {
			t.Error("the controller has logged nothing")
		}
	})
}
