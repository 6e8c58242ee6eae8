package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/plan"
	"flexgw.io/controller/internal/plancli"
	"flexgw.io/controller/internal/terminal"
)

// planned plans for a file, with further documents, on the API server and an empty simulated
// AWS.
func planned(t *testing.T, name, spec string, documents ...string) ([]*plan.Plan, error) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "") // with a bundle the SDK refuses an HTTP client of ours
	sim, err := awssim.New(awssim.Options{Clock: clock.Real{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	cloud, err := awscloud.New(t.Context(), nil,
		config.WithRegion("us-east-1"), config.WithHTTPClient(&http.Client{Transport: sim.RoundTripper()}), config.WithBaseEndpoint("http://aws.test"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("AKIATEST", "secret", "")),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil))
	if err != nil {
		t.Fatal(err)
	}
	kube, err := client.New(cluster.Config(), client.Options{Scheme: withGateways(t)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	tool := &plancli.Tool{
		Client: kube, Namespace: namespace, Cloud: cloud, Anypoint: anypoint.NewPlatform(anypoint.Options{}), Clock: clock.Real{},
		Out: &out, Screen: terminal.New(&out),
	}
	text, err := json.Marshal(object(t, name, spec).Object)
	if err != nil {
		t.Fatal(err)
	}
	file := strings.Join(append([]string{string(text)}, documents...), "\n---\n")
	err = tool.File(t.Context(), strings.NewReader(file), plancli.Options{Format: plancli.FormatJSON})
	var d struct{ Plans []*plan.Plan }
	if out.Len() > 0 && json.Unmarshal(out.Bytes(), &d) != nil {
		t.Fatalf("no JSON:\n%s", out.String())
	}
	return d.Plans, err
}

func withGateways(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	return scheme
}

func TestAPlanHasTheAPIServersDefaultsAndStoresNothing(t *testing.T) {
	plans, err := planned(t, "planned", with("region: us-east-1"))
	var exit *plancli.ExitError
	if !errors.As(err, &exit) || len(plans) != 1 {
		t.Fatalf("%d plans, error %v", len(plans), err)
	}
	p := plans[0]
	if !p.New || p.Summary[plan.ActionCreate] < 15 || len(p.Problems) != 1 || p.Problems[0].Reason != v1alpha1.ReasonRegistrationSecretMissing {
		t.Errorf("new %v, summary %v, problems %v; want that only the Secret is missing", p.New, p.Summary, p.Problems)
	}
	if err := kubernetes.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "planned"}, object(t, "planned", minimal)); !apierrors.IsNotFound(err) {
		t.Errorf("the plan has stored the object: %v", err)
	}
}

func TestAPlanOfWhatTheAPIServerRefusesSaysWhy(t *testing.T) {
	created(t, object(t, "refused", with("region: us-east-1")))
	for name, test := range map[string]struct{ spec, want string }{
		"a rule":                  {with("region: us-east-1", "loadBalancer: {healthCheck: {port: 9}}"), "the health check port must be one of spec.ports"},
		"a rule about changes":    {with("region: us-east-1", "loadBalancer: {scheme: internal}"), "AWS cannot change the scheme of a load balancer"},
		"the types of the schema": {with("replicas: -1"), "spec.replicas"},
	} {
		other, err := json.Marshal(object(t, "beside-it", with("region: us-east-1")).Object)
		if err != nil {
			t.Fatal(err)
		}
		plans, err := planned(t, "refused", test.spec, string(other))
		if err == nil || len(plans) != 2 {
			t.Fatalf("%s: %d plans, error %v", name, len(plans), err)
		}
		p := plans[0]
		if p.New || p.HasChanges() || len(p.Problems) != 1 || p.Problems[0].Reason != "Invalid" || !strings.Contains(p.Problems[0].Message, test.want) {
			t.Errorf("%s: problems %v, want one with %q", name, p.Problems, test.want)
		}
		if p := plans[1]; !p.New || p.Summary[plan.ActionCreate] < 15 {
			t.Errorf("%s: the other gateway has the summary %v", name, p.Summary)
		}
	}
}

func TestAPlanOfAFileExpectsTheSecretThatAnExternalSecretInItMakes(t *testing.T) {
	plans, err := planned(t, "expecting", with("region: us-east-1"), "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n"+
		"metadata: {name: of-the-vault}\nspec: {target: {name: registration}}")
	var exit *plancli.ExitError
	if !errors.As(err, &exit) || exit.Code != plancli.CodeChanges || len(plans) != 1 {
		t.Fatalf("%d plans, error %v", len(plans), err)
	}
	if p := plans[0]; len(p.Problems) > 0 || len(p.Assumed) != 1 || !strings.Contains(p.Assumed[0].Message, "ExternalSecret of-the-vault of the file makes it") {
		t.Errorf("problems %v, assumed %v", p.Problems, p.Assumed)
	}
}

func TestAPlanOfAChangeComparesWithTheObjectAndStoresNothing(t *testing.T) {
	o := created(t, object(t, "shared", with("region: us-east-1", "rollout: {paused: true}", "replicas: 3")))
	plans, err := planned(t, "shared", with("region: us-east-1", "replicas: 4"))
	if len(plans) != 1 || plans[0].New {
		t.Fatalf("%d plans, error %v", len(plans), err)
	}
	now := object(t, "shared", minimal)
	if err := kubernetes.Get(t.Context(), client.ObjectKeyFromObject(o), now); err != nil || now.GetResourceVersion() != o.GetResourceVersion() {
		t.Errorf("the object was written: %s, before %s, error %v", now.GetResourceVersion(), o.GetResourceVersion(), err)
	}
	if fargate := plans[0].Cost.Lines[0]; !strings.HasPrefix(fargate.Basis, "4 x ") {
		t.Errorf("%s for %s, want 4 replicas", fargate.Item, fargate.Basis)
	}
}
