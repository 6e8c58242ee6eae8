package lifecycle

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/test/gitops/argo"
)

// situations is where the objects are kept that test/gitops shows to the readers.
const situations = "../gitops/testdata/situations"

// writeSituations writes them anew.
var writeSituations = flag.Bool("write-situations", false, "write the objects of test/gitops/testdata/situations")

// TestTheSituationsOfAGatewayAreAsRecorded drives gateways into the situations that
// test/gitops shows to kubectl wait, kstatus and Argo CD. What is recorded there is what
// the controller writes.
func TestTheSituationsOfAGatewayAreAsRecorded(t *testing.T) {
	for name, reach := range situationsOf() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				if name == "anypoint-stale" {
					b = newAnypointBench(t)
				}
				compareSituation(t, name, reach(b))
			})
		})
	}
}

// situationsOf are ways to situations, each of which returns the gateway in it.
func situationsOf() map[string]func(*bench) *v1alpha1.FlexGatewayDeployment {
	all := map[string]func(*bench) *v1alpha1.FlexGatewayDeployment{}
	for _, some := range []map[string]func(*bench) *v1alpha1.FlexGatewayDeployment{waysUp(), waysOfChange(), waysWrong(), waysOutside()} {
		for name, reach := range some {
			all[name] = reach
		}
	}
	return all
}

// waysUp are those of a gateway that is made, and goes.
func waysUp() map[string]func(*bench) *v1alpha1.FlexGatewayDeployment {
	return map[string]func(*bench) *v1alpha1.FlexGatewayDeployment{
		"new": func(b *bench) *v1alpha1.FlexGatewayDeployment { return gatewayNamed(b.t, "gw", nil) },
		"creating": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := gatewayNamed(b.t, "gw", nil)
			b.create(gw)
			_, err := b.reconcile(gw)
			b.must(err)
			return b.get(gw)
		},
		"waiting": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := gatewayNamed(b.t, "gw", nil)
			b.create(gw)
			b.until(gw, "waiting for its first replica", hasReason(v1alpha1.ReasonRollingOut))
			return b.get(gw)
		},
		"ready": func(b *bench) *v1alpha1.FlexGatewayDeployment { return b.get(b.isReady(nil)) },
		"deleting": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.must(b.kube.Delete(b.t.Context(), gw))
			_, err := b.reconcile(gw)
			b.must(err)
			return b.get(gw)
		},
	}
}

// isReady is a gateway that is ready, made from the smallest by edit.
func (b *bench) isReady(edit func(*v1alpha1.FlexGatewayDeploymentSpec)) *v1alpha1.FlexGatewayDeployment {
	b.t.Helper()
	gw := gatewayNamed(b.t, "gw", edit)
	b.create(gw)
	b.untilReady(gw)
	return gw
}

// waysOfChange are those of a gateway whose spec changes.
func waysOfChange() map[string]func(*bench) *v1alpha1.FlexGatewayDeployment {
	return map[string]func(*bench) *v1alpha1.FlexGatewayDeployment{
		"spec-newer-than-status": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.change(gw, toNewImage)
			return b.get(gw)
		},
		"progressing": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.change(gw, toNewImage)
			b.until(gw, "rolling out", hasReason(v1alpha1.ReasonRollingOut))
			return b.get(gw)
		},
		"paused": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = true })
			b.change(gw, toNewImage)
			b.until(gw, "paused", hasReason(v1alpha1.ReasonPaused))
			b.untilQuiet(gw)
			return b.get(gw)
		},
		"planned-new": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := gatewayNamed(b.t, "gw", planOnly)
			b.create(gw)
			b.planned(gw)
			return b.get(gw)
		},
		"planned-change": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.change(gw, and(planOnly, toNewImage))
			b.planned(gw)
			return b.get(gw)
		},
		"planned-nothing": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.change(gw, planOnly)
			b.planned(gw)
			return b.get(gw)
		},
		"waiting-for-promotion": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := gatewayNamed(b.t, "gw", byStrategy(v1alpha1.StrategyBlueGreen, pausedAt(v1alpha1.StagePostScaleUp)))
			b.create(gw)
			b.promoted(gw)
			b.change(gw, toNewImage)
			b.paused(gw)
			return b.get(gw)
		},
		"scaled-to-zero": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 0 })
			b.untilReady(gw)
			return b.get(gw)
		},
		"rolled-back": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:9.9.9" })
			b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
			b.untilQuiet(gw)
			return b.get(gw)
		},
	}
}

// waysWrong are those of a gateway for which something is wrong.
func waysWrong() map[string]func(*bench) *v1alpha1.FlexGatewayDeployment {
	denied := func(b *bench) *v1alpha1.FlexGatewayDeployment {
		gw := b.isReady(nil)
		_, err := b.sim.SetFault(awssim.Fault{Service: "logs", Operation: "PutRetentionPolicy", Code: "AccessDeniedException"})
		b.must(err)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Logging.RetentionDays = 90 })
		b.until(gw, "denied", hasReason(v1alpha1.ReasonAccessDenied))
		return b.get(gw)
	}
	return map[string]func(*bench) *v1alpha1.FlexGatewayDeployment{
		"stalled": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := gatewayNamed(b.t, "gw", nil)
			b.must(b.kube.Create(b.t.Context(), gw.DeepCopy())) // and no Secret
			b.untilQuiet(gw)
			return b.get(gw)
		},
		"degraded": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.writeRegistration(gw, "this is no registration")
			b.until(gw, "degraded", hasReason(v1alpha1.ReasonRegistrationInvalid))
			return b.get(gw)
		},
		"denied": denied,
		"denied-for-long": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := denied(b)
			for range 4 {
				time.Sleep(2 * time.Minute)
				_, _ = b.reconcile(gw) // the error is what has it repeated
			}
			return b.get(gw)
		},
		"drifted": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.someoneDeletesTheService(gw)
			time.Sleep(lookEvery)
			_, err := b.reconcile(gw)
			b.must(err)
			return b.get(gw)
		},
		"mended": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.someoneDeletesTheService(gw)
			time.Sleep(lookEvery)
			b.until(gw, "drifted", func(gw *v1alpha1.FlexGatewayDeployment) bool { return !isReady(gw) })
			b.untilReady(gw)
			return b.get(gw)
		},
	}
}

// registrationUntil is a registration file whose certificate is valid until then.
func registrationUntil(t *testing.T, end time.Time) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.AddDate(-1, 0, 0), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	certificate := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return strings.Replace(registration, "spec: {tls.key:", "spec: {tls.crt: "+certificate+", tls.key:", 1)
}

// waysOutside are those of a gateway that the Anypoint Platform has a word in.
func waysOutside() map[string]func(*bench) *v1alpha1.FlexGatewayDeployment {
	return map[string]func(*bench) *v1alpha1.FlexGatewayDeployment{
		"anypoint-stale": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(registering)
			b.untilSays(gw, "True Succeeded")
			b.endsCalls()
			b.doubt.cutOff(true)
			time.Sleep(lookEvery)
			b.untilSays(gw, "Unknown AnypointStale")
			return b.get(gw)
		},
		"certificate-expiring": func(b *bench) *v1alpha1.FlexGatewayDeployment {
			gw := b.isReady(nil)
			b.writeRegistration(gw, registrationUntil(b.t, time.Now().Add(20*24*time.Hour)))
			b.until(gw, "told of its certificate", func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return isReady(gw) && meta.IsStatusConditionTrue(gw.Status.Conditions, v1alpha1.ConditionCertificateExpiring)
			})
			return b.get(gw)
		},
	}
}

// seen is what the readers go by.
type seen struct {
	Generation, ObservedGeneration int64
	Deleting, Paused, AtAPause     bool
	Phase                          v1alpha1.Phase
	Conditions                     map[string]metav1.Condition
	Outcomes                       []v1alpha1.Outcome
}

func seenOf(gw *v1alpha1.FlexGatewayDeployment) seen {
	s := seen{
		Generation: gw.Generation, ObservedGeneration: gw.Status.ObservedGeneration, Deleting: gw.DeletionTimestamp != nil,
		Paused: gw.Spec.Rollout.Paused, AtAPause: gw.Status.Rollout != nil && gw.Status.Rollout.Pause != nil,
		Phase: gw.Status.Phase, Conditions: map[string]metav1.Condition{},
	}
	for _, c := range gw.Status.Conditions {
		c.Message, c.LastTransitionTime = "", metav1.Time{}
		s.Conditions[c.Type] = c
	}
	for _, version := range gw.Status.History {
		s.Outcomes = append(s.Outcomes, version.Outcome)
	}
	return s
}

// compareSituation compares a gateway with the recorded one, or records it.
func compareSituation(t *testing.T, name string, gw *v1alpha1.FlexGatewayDeployment) {
	t.Helper()
	gw.ResourceVersion, gw.TypeMeta = "", metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "FlexGatewayDeployment"}
	file := filepath.Join(situations, name+".yaml")
	if *writeSituations {
		text, err := yaml.Marshal(gw)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	recorded := &v1alpha1.FlexGatewayDeployment{}
	if err := yaml.UnmarshalStrict(text, recorded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(seenOf(recorded), seenOf(gw)); diff != "" {
		t.Errorf("the gateway is not as recorded (-recorded +now); run go test ./test/lifecycle -run Situations -args -write-situations:\n%s", diff)
	}
}

// readersAgree fails where, after a look, one reader says of the gateway what another
// denies.
func (b *bench) readersAgree(t *testing.T) func(*v1alpha1.FlexGatewayDeployment) {
	t.Helper()
	customization, err := argo.Read("../../config/argocd")
	if err != nil {
		t.Fatal(err)
	}
	compared := "" // the version that was: most looks write nothing
	return func(gw *v1alpha1.FlexGatewayDeployment) {
		current := &v1alpha1.FlexGatewayDeployment{}
		if err := b.kube.Get(t.Context(), client.ObjectKeyFromObject(gw), current); err != nil || current.ResourceVersion == compared {
			return // it is gone, or has been compared
		}
		compared = current.ResourceVersion
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(current)
		if err != nil {
			t.Fatal(err)
		}
		object := &unstructured.Unstructured{Object: content}
		result, err := status.Compute(object)
		if err != nil {
			t.Fatal(err)
		}
		health, err := customization.HealthOf(object)
		if err != nil {
			t.Fatal(err)
		}
		ready := isReady(current) && current.DeletionTimestamp == nil
		if (health.Status == argo.Healthy) != ready || (result.Status == status.CurrentStatus) != ready ||
			(health.Status == argo.Degraded) != (result.Status == status.FailedStatus) {
			t.Errorf("kubectl wait: %t, kstatus: %s (%s), Argo CD: %s (%s)\n%s", ready, result.Status, result.Message, health.Status, health.Message, b.describe(gw))
		}
	}
}
