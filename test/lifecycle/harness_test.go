// Package lifecycle drives the real reconciler through the life of gateways, against
// the simulated AWS over the real SDK, in a bubble of fake time: hours of AWS's time pass
// in milliseconds and in the same way every time. Kubernetes is controller-runtime's
// in-memory client here; test/e2e has the real API server.
package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// lookEvery is the manager's default.
const lookEvery = 10 * time.Minute

// patience is how much of AWS's time a gateway may take to settle.
const patience = 2 * time.Hour

// TestMain forgets a setting of the machine: the SDK refuses a bundle of certificates
// beside an HTTP client of ours.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("AWS_CA_BUNDLE"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// bench is a simulated AWS, an in-memory cluster and a controller on them.
type bench struct {
	t          *testing.T
	seed       uint64
	sim        *awssim.Sim
	wire       *wire
	kube       client.WithWatch // the user's, which is never cut off
	reconciler *controllers.Reconciler
	events     *events.FakeRecorder
	told       []string
	// agreement fails where the readers of a gateway contradict each other after a look.
	agreement func(*v1alpha1.FlexGatewayDeployment)
	// listen hears of the gateway after each look, where it is set.
	listen func(*v1alpha1.FlexGatewayDeployment)
	// term is how long the controller remains the leader once it looks, where it is set:
	// a look that takes longer is cut off, and another controller takes over.
	term      func() time.Duration
	handovers int
	// accessKey is the controller's; one of the simulator's own account where it is empty.
	accessKey string
	// logs is what the controller logs to; nil is nowhere.
	logs io.Writer
	// anypoint is the Anypoint Platform, in which a person deploys APIs; nil is none.
	anypoint *anypointsim.Sim
	person   *person
	// doubt is what the controller does not hear of the platform.
	doubt anypointDoubt
}

// newBench must be called inside a synctest bubble.
func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOf(t, 1)
}

// newBenchOf is a bench in which chance falls as the seed says.
func newBenchOf(t *testing.T, seed uint64, changes ...func(*awssim.Options)) *bench {
	t.Helper()
	options := awssim.Options{Clock: clock.Real{}, Seed: seed}
	for _, change := range changes {
		change(&options)
	}
	sim, err := awssim.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	b := &bench{t: t, seed: seed, sim: sim, wire: &wire{next: sim.RoundTripper()}}
	b.kube = fake.NewClientBuilder().WithScheme(scheme(t)).WithStatusSubresource(&v1alpha1.FlexGatewayDeployment{}).Build()
	b.agreement = b.readersAgree(t)
	b.start()
	return b
}

// start starts a controller that remembers nothing, as after a crash.
func (b *bench) start() {
	b.t.Helper()
	b.wire.revive()
	cloud, err := awscloud.New(b.t.Context(), nil,
		config.WithRegion("us-east-1"), config.WithHTTPClient(b.wire.client()), config.WithBaseEndpoint("http://aws.test"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(cmp.Or(b.accessKey, "AKIATEST"), "secret", "")),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil))
	if err != nil {
		b.t.Fatal(err)
	}
	b.events = events.NewFakeRecorder(10_000)
	kube := interceptor.NewClient(b.kube, b.wire.interceptor())
	b.reconciler = &controllers.Reconciler{
		Client: kube, Reader: kube, Recorder: b.events, Cloud: cloud, Anypoint: b.controllersPlatform(), Clock: clock.Real{}, LookEvery: lookEvery,
	}
}

func scheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	s := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(s), v1alpha1.AddToScheme(s)); err != nil {
		t.Fatal(err)
	}
	return s
}

// registration is a registration file; secretMarker must never leave Secrets Manager
// and the file system.
const (
	secretMarker = "c2VjcmV0LWtleS1tYXRlcmlhbA=="
	registration = `apiVersion: gateway.mulesoft.com/v1alpha1
kind: Configuration
metadata: {name: registration}
spec:
  platformConnection: {agentId: 00000000-0000-4000-8000-000000000001}
---
apiVersion: gateway.mulesoft.com/v1alpha1
kind: Secret
metadata: {name: flex-registration}
spec: {tls.key: ` + secretMarker + `}
`
)

// gatewayNamed is the smallest gateway with the API server's defaults, changed by edit.
func gatewayNamed(t *testing.T, name string, edit func(*v1alpha1.FlexGatewayDeploymentSpec)) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	replicas := int32(1)
	gw := &v1alpha1.FlexGatewayDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: name, UID: types.UID("uid-" + name), Generation: 1},
		Spec: v1alpha1.FlexGatewayDeploymentSpec{
			Replicas: &replicas, Region: "us-east-1",
			Registration: v1alpha1.RegistrationSpec{SecretRef: &v1alpha1.SecretKeyReference{Name: name + "-registration"}},
			Network:      v1alpha1.NetworkSpec{AllowedCIDRs: []string{"203.0.113.7/32"}},
			Tags:         map[string]string{"Project": "Flex on ECS"},
		},
	}
	if edit != nil {
		edit(&gw.Spec)
	}
	return withDefaults(t, gw)
}

// withDefaults fills in what the API server would, from the CRD itself.
func withDefaults(t *testing.T, gw *v1alpha1.FlexGatewayDeployment) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(gw)
	if err != nil {
		t.Fatal(err)
	}
	prune(content["spec"])
	delete(content, "status") // as the API server does with that of a new object
	defaulting.Default(content, schemaOfCRD(t))
	defaulted := &v1alpha1.FlexGatewayDeployment{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, defaulted); err != nil {
		t.Fatal(err)
	}
	return defaulted
}

// prune removes empty objects, which a person would not have written: the defaults of
// the whole object apply instead.
func prune(content any) {
	fields, ok := content.(map[string]any)
	if !ok {
		return
	}
	for key, value := range fields {
		prune(value)
		if inner, ok := value.(map[string]any); ok && len(inner) == 0 {
			delete(fields, key)
		}
	}
}

func schemaOfCRD(t *testing.T) *structuralschema.Structural {
	t.Helper()
	text, err := os.ReadFile("../../config/crd/flexgw.io_flexgatewaydeployments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &crd); err != nil {
		t.Fatal(err)
	}
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, &internal, nil); err != nil {
		t.Fatal(err)
	}
	structural, err := structuralschema.NewStructural(&internal)
	if err != nil {
		t.Fatal(err)
	}
	return structural
}

// create puts the gateway and its registration into the cluster.
func (b *bench) create(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	if gw.Spec.Registration.Create != nil {
		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
	} else {
		b.writeRegistration(gw, registration)
	}
	if err := b.kube.Create(b.t.Context(), gw.DeepCopy()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) writeRegistration(gw *v1alpha1.FlexGatewayDeployment, content string) {
	b.t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gw.Namespace, Name: gw.Spec.Registration.SecretRef.Name}}
	secret.Data = map[string][]byte{gw.Spec.Registration.SecretRef.Key: []byte(content)}
	err := b.kube.Create(b.t.Context(), secret.DeepCopy())
	if apierrors.IsAlreadyExists(err) {
		err = b.kube.Update(b.t.Context(), secret)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// change edits the spec, as kubectl edit does.
func (b *bench) change(gw *v1alpha1.FlexGatewayDeployment, edit func(*v1alpha1.FlexGatewayDeploymentSpec)) {
	b.t.Helper()
	current := b.get(gw)
	edit(&current.Spec)
	current.Generation++
	if err := b.kube.Update(b.t.Context(), current); err != nil {
		b.t.Fatal(err)
	}
}

// get reads the gateway; nil means that it is gone.
func (b *bench) get(gw *v1alpha1.FlexGatewayDeployment) *v1alpha1.FlexGatewayDeployment {
	b.t.Helper()
	var current v1alpha1.FlexGatewayDeployment
	err := b.kube.Get(b.t.Context(), client.ObjectKeyFromObject(gw), &current)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return &current
}

// reconcile looks at a gateway once, and returns how long to wait for the next look.
func (b *bench) reconcile(gw *v1alpha1.FlexGatewayDeployment) (time.Duration, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if b.logs != nil {
		ctx = log.IntoContext(ctx, zap.New(zap.WriteTo(b.logs), zap.UseDevMode(true)))
	}
	b.wire.onCrash = cancel
	if b.term != nil {
		leading, lost := context.WithTimeout(ctx, b.term())
		defer lost()
		ctx = leading
	}
	result, err := b.reconciler.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(gw)})
	for len(b.events.Events) > 0 {
		b.told = append(b.told, <-b.events.Events)
	}
	if b.agreement != nil {
		b.agreement(gw)
	}
	if b.listen != nil {
		b.listen(gw)
	}
	if b.anypoint != nil {
		b.person.deploy(gw)
	}
	if ctx.Err() != nil && b.term != nil {
		b.start()
		b.handovers++
	}
	return result.RequeueAfter, err
}

// until looks at the gateway, as often as the controller asks for it, until the condition
// holds. A controller that has crashed is started anew.
func (b *bench) until(gw *v1alpha1.FlexGatewayDeployment, what string, holds func(*v1alpha1.FlexGatewayDeployment) bool) {
	b.t.Helper()
	deadline := time.Now().Add(b.reconciler.Clock.Real(patience))
	backoff := 2 * time.Second
	for {
		after, err := b.reconcile(gw)
		if b.wire.crashed() {
			b.start()
			continue
		}
		if holds(b.get(gw)) {
			return
		}
		if err != nil {
			after, backoff = backoff, min(2*backoff, 5*time.Minute)
		} else {
			backoff = 2 * time.Second
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%s: not %s in %v\n%s", gw.Name, what, patience, b.describe(gw))
		}
		time.Sleep(after)
	}
}

// untilQuiet looks at the gateway until the controller has nothing to do before its next
// regular look.
func (b *bench) untilQuiet(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		after, err := b.reconcile(gw)
		switch {
		case b.wire.crashed():
			b.start()
			continue
		case err == nil && after >= lookEvery*8/10:
			return
		case err != nil:
			after = 5 * time.Second
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%s: not quiet in %v\n%s", gw.Name, patience, b.describe(gw))
		}
		time.Sleep(after)
	}
}

func (b *bench) untilReady(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	b.until(gw, "ready", isReady)
}

func isReady(gw *v1alpha1.FlexGatewayDeployment) bool {
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && ready.Status == metav1.ConditionTrue && ready.ObservedGeneration == gw.Generation
}

// hasReason waits for Ready=False with a reason.
func hasReason(reason string) func(*v1alpha1.FlexGatewayDeployment) bool {
	return func(gw *v1alpha1.FlexGatewayDeployment) bool {
		ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
		return ready != nil && ready.Status == metav1.ConditionFalse && ready.Reason == reason && ready.ObservedGeneration == gw.Generation
	}
}

// delete deletes the gateway and looks until it is gone.
func (b *bench) delete(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	if err := b.kube.Delete(b.t.Context(), gw); err != nil {
		b.t.Fatal(err)
	}
	b.until(gw, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
}
