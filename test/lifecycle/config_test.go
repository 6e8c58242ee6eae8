package lifecycle

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// costs are what a change of the documents may cost: tasks that write files, revisions, and
// changes of the service.
type costs struct{ tasks, revisions, updates int }

func (b *bench) costs() costs {
	return costs{b.calls("ecs", "RunTask"), b.calls("ecs", "RegisterTaskDefinition"), b.calls("ecs", "UpdateService")}
}

// since is the work from then on.
func (c costs) since(before costs) costs {
	return costs{c.tasks - before.tasks, c.revisions - before.revisions, c.updates - before.updates}
}

// documented asserts what the configuration file on EFS says; nothing means no file.
func (b *bench) documented(gw *v1alpha1.FlexGatewayDeployment, words ...string) {
	b.t.Helper()
	text, found := b.files(gw)["configuration.yaml"]
	if found != (len(words) > 0) {
		b.t.Errorf("there is a file configuration.yaml: %t", found)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			b.t.Errorf("configuration.yaml does not say %s:\n%s", word, text)
		}
	}
}

func TestDocumentsComeChangeAndGoWithoutARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		want := withoutTraces(b.inventory())
		serving := b.get(gw).Status.TaskDefinition
		b.documented(gw)
		steps := []struct {
			name string
			do   func()
			// writes is how many revisions of the writer the step costs, and as many tasks.
			writes int
			want   []string
		}{
			{"they come", func() {
				b.writeConfigMap(logging("debug"))
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inConfigMap} })
			}, 1, []string{"logLevel: debug"}},
			{"one changes", func() { b.writeConfigMap(logging("info")) }, 1, []string{"logLevel: info"}},
			{"a comment changes", func() { b.writeConfigMap("# quiet\n" + logging("info")) }, 0, []string{"logLevel: info"}},
			{"one is added", func() {
				b.writeConfigSecret(redis)
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = append(s.Config, inSecret) })
			}, 1, []string{"logLevel: info", "---", "redis.internal:6379"}},
			{"they go", func() { b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = nil }) }, 1, nil},
		}
		for _, step := range steps {
			before := b.costs()
			step.do()
			b.untilQuiet(gw)
			b.documented(gw, step.want...)
			// What was wanted before may be found again: no new revision then.
			got := b.costs().since(before)
			if got.tasks != step.writes || got.revisions > step.writes || got.updates != 0 {
				t.Errorf("%s: %+v, want %d tasks and nothing else", step.name, got, step.writes)
			}
			if now := b.get(gw).Status.TaskDefinition; now != serving {
				t.Errorf("%s: the replicas are of revision %s now", step.name, now)
			}
			b.settled(gw)
		}
		if got := withoutTraces(b.inventory()); got["secretsmanager Secret"] != want["secretsmanager Secret"] {
			t.Errorf("%d secrets are left, want %d", got["secretsmanager Secret"], want["secretsmanager Secret"])
		}
		b.delete(gw)
		b.empty()
	})
}

func TestARegistrationBesideDocumentsStillRestartsTheReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inConfigMap} })
		b.writeConfigMap(logging("debug"))
		b.ready(gw)
		before := b.get(gw).Status.TaskDefinition
		b.writeRegistration(gw, strings.ReplaceAll(registration, "0001", "0002"))
		b.until(gw, "on another revision", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return isReady(gw) && gw.Status.TaskDefinition != before
		})
		b.documented(gw, "logLevel: debug")
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestDocumentsInTheEnvironmentFollowTheRegistration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery, s.Config = v1alpha1.RegistrationDeliveryEnvironment, []v1alpha1.ConfigSource{inConfigMap}
		})
		b.writeConfigMap(logging("debug"))
		lost := b.lost()
		b.ready(gw)
		for _, level := range []string{"info", "warn"} {
			before := b.get(gw).Status.TaskDefinition
			b.writeConfigMap(logging(level))
			b.until(gw, "on another revision", func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return isReady(gw) && gw.Status.TaskDefinition != before
			})
			content := b.variable(gw)
			if !strings.HasPrefix(content, registration) || !strings.HasSuffix(content, "logLevel: "+level+"\n") {
				t.Errorf("FLEX_CONFIG is\n%s", content)
			}
			b.settled(gw)
		}
		if n := b.costs().tasks; n != 0 || len(lost()) > 0 || b.get(gw).Status.ReadyReplicas != 1 {
			t.Errorf("%d tasks wrote files, targets %v were lost", n, lost())
		}
		b.delete(gw)
		b.empty()
	})
}

// variable is what FLEX_CONFIG of the gateway's container refers to.
func (b *bench) variable(gw *v1alpha1.FlexGatewayDeployment) string {
	b.t.Helper()
	out, err := b.someone().ECS.DescribeTaskDefinition(b.t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(b.get(gw).Status.TaskDefinition)})
	b.must(err)
	return b.secretVersion(aws.ToString(out.TaskDefinition.ContainerDefinitions[0].Secrets[0].ValueFrom))
}

// TestABadDocumentIsToldAndTakesNothingAway goes through what a person may do wrong: the
// file and the replicas stay as they are, and all is well once it is put right.
func TestABadDocumentIsToldAndTakesNothingAway(t *testing.T) {
	const api = "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: ApiInstance\nmetadata: {name: orders}\nspec: {address: \"http://0.0.0.0:8081\"}\n"
	for _, test := range []struct {
		name   string
		spoil  func(*bench)
		reason string
		words  string
	}{
		{"no YAML", func(b *bench) { b.writeConfigMap("a: [") }, v1alpha1.ReasonConfigInvalid, "document 1 of ConfigMap flex-extra, key logging.yaml: it is not YAML"},
		{"an API in Connected Mode", func(b *bench) { b.writeConfigMap(api) }, v1alpha1.ReasonConfigInvalid,
			"document 1 of ConfigMap flex-extra, key logging.yaml (ApiInstance orders): ApiInstance is refused by Flex Gateway in Connected Mode"},
		{"no ConfigMap", func(b *bench) {
			b.must(b.kube.Delete(b.t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: extra}}))
		}, v1alpha1.ReasonConfigMissing, "there is no ConfigMap flex-extra in namespace flex, which spec.config names"},
		{"no documents", func(b *bench) {
			b.write(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: extra}, Data: map[string]string{"README": "x"}})
		}, v1alpha1.ReasonConfigMissing, "ConfigMap flex-extra in namespace flex has no key that ends in .yaml or .yml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inConfigMap} })
				b.writeConfigMap(logging("debug"))
				lost := b.lost()
				b.ready(gw)
				before, serving := b.costs(), b.get(gw).Status
				test.spoil(b)
				b.until(gw, "refused", hasReason(test.reason))
				b.untilQuiet(gw)
				st := b.get(gw).Status
				told := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionRegistrationReady)
				if told.Reason != test.reason || !strings.Contains(told.Message, test.words) {
					t.Errorf("RegistrationReady is %s: %s", told.Reason, told.Message)
				}
				if meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionStalled) == nil {
					t.Error("a person must act, and the gateway is not Stalled")
				}
				if b.costs() != before || len(lost()) > 0 || st.TaskDefinition != serving.TaskDefinition || len(st.Resources) != len(serving.Resources) {
					t.Errorf("something was changed or lost: %+v, %v\n%s", b.costs().since(before), lost(), b.describe(gw))
				}
				b.documented(gw, "logLevel: debug")

				b.writeConfigMap(logging("debug"))
				b.untilReady(gw)
				b.settled(gw)
				test.spoil(b)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestAGatewayWithoutItsConfigMapStartsOnceItIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inConfigMap} })
		b.create(gw)
		b.until(gw, "reported", hasReason(v1alpha1.ReasonConfigMissing))
		b.writeConfigMap(logging("debug"))
		b.untilReady(gw)
		b.documented(gw, "logLevel: debug")
		if n := b.costs().tasks; n != 1 {
			t.Errorf("%d tasks wrote the files, want one", n)
		}
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestALocalGatewayGetsItsAPIsFromDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Mode, s.Config = v1alpha1.ModeLocal, []v1alpha1.ConfigSource{inConfigMap}
		})
		const api = "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: ApiInstance\nmetadata: {name: orders}\nspec: {address: \"http://0.0.0.0:%s/orders\"}\n"
		b.writeConfigMap(strings.ReplaceAll(api, "%s", "9090"))
		b.create(gw)
		b.until(gw, "refused", hasReason(v1alpha1.ReasonConfigInvalid))
		b.writeConfigMap(strings.ReplaceAll(api, "%s", "8082"))
		b.untilReady(gw)
		b.documented(gw, "kind: ApiInstance", "http://0.0.0.0:8082/orders")
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAPasswordInADocumentAppearsNowhereInTheClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inSecret} })
		var logs strings.Builder
		b.logs = &logs
		b.writeConfigSecret(redis)
		b.ready(gw)
		b.documented(gw, secretMarker)
		b.writeConfigSecret(redis + "---\nkind: " + secretMarker + "\n")
		b.until(gw, "refused", hasReason(v1alpha1.ReasonConfigInvalid))
		seen, err := json.Marshal([]any{b.get(gw).Status, b.told, b.inventory()})
		b.must(err)
		for _, part := range []string{"gateway", "registration"} {
			out, err := b.someone().ECS.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(b.idOf(gw, "TaskDefinition", part))})
			b.must(err)
			definition, err := json.Marshal(out.TaskDefinition)
			b.must(err)
			seen = append(seen, definition...)
		}
		if strings.Contains(string(seen)+logs.String(), secretMarker) {
			t.Error("the password stands in the status, an event, the inventory, a task definition or the log")
		}
		b.writeConfigSecret(redis)
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}
