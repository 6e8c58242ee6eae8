package plancli

import (
	"cmp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/plan"
)

const minimal = `apiVersion: flexgw.io/v1alpha1
kind: FlexGatewayDeployment
metadata: {name: gw}
spec: {region: us-east-1, registration: {secretRef: {name: registration}}}
`

func (b *bench) file(t *testing.T, text string) error {
	t.Helper()
	b.out.Reset()
	return b.File(t.Context(), strings.NewReader(text), Options{Format: FormatJSON})
}

func TestOfflineAGatewayIsPlannedWithTheCRDsDefaults(t *testing.T) {
	b := newBench(t)
	if err := b.file(t, minimal); code(err) != CodeChanges || err.Error() != "" {
		t.Fatalf("error %v\n%s", err, b.out.String())
	}
	p := b.plans(t)[0]
	if p.Gateway != "flex/gw" || !p.New || p.Summary[plan.ActionCreate] < 15 || len(p.Problems) != 0 {
		t.Errorf("%s new=%v %v %v", p.Gateway, p.New, p.Summary, p.Problems)
	}
	if p.Cost.Lines[0].Item != "Fargate" || p.Cost.After.Low == 0 {
		t.Errorf("cost %+v", p.Cost)
	}
}

func TestOfflineTheCRDsRulesApply(t *testing.T) {
	for name, test := range map[string]struct{ change, want string }{
		"a rule":           {"region: us-east-1, loadBalancer: {healthCheck: {port: 9}}", "the health check port must be one of spec.ports"},
		"the schema":       {"region: us-east-1, replicas: -1", "spec.replicas"},
		"an unknown field": {"regionn: us-east-1", `unknown field "regionn"`},
		"a wrong type":     {"region: 7", "spec.region in body must be of type string"},
	} {
		b := newBench(t)
		err := b.file(t, strings.Replace(minimal, "region: us-east-1", test.change, 1))
		if name == "an unknown field" { // of no object that the API has
			if code(err) != -1 || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: error %v, want one with %q", name, err, test.want)
			}
			continue
		}
		p := b.plans(t)[0]
		if code(err) != CodeError || len(p.Problems) != 1 || p.Problems[0].Reason != "Invalid" || !strings.Contains(p.Problems[0].Message, test.want) {
			t.Errorf("%s: error %v, problems %v, want one with %q", name, err, p.Problems, test.want)
		}
	}
}

func TestAFileMayHaveSeveralGatewaysAndWhatTheyName(t *testing.T) {
	b := newBench(t)
	err := b.file(t, minimal+"---\n# nothing\n---\n"+strings.Replace(minimal, "name: gw", "name: second, namespace: other", 1)+
		"---\napiVersion: v1\nkind: Secret\nmetadata: {name: registration}\nstringData: {registration.yaml: not a registration}\n"+
		"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: unrelated}\n")
	plans := b.plans(t)
	if code(err) != CodeError || len(plans) != 2 {
		t.Fatalf("%d plans, error %v", len(plans), err)
	}
	if len(plans[0].Problems) == 0 || plans[0].Problems[0].Resource != "Secret/registration" || len(plans[1].Problems) != 0 {
		t.Errorf("problems %v and %v: want them where the file's Secret is broken", plans[0].Problems, plans[1].Problems)
	}
	if strings.Contains(b.out.String(), "not a registration") {
		t.Error("the plan quotes a Secret")
	}
}

func TestWhatIsNoPlanIsAnError(t *testing.T) {
	b := newBench(t)
	for text, want := range map[string]string{
		"":                        "no document of the file is a FlexGatewayDeployment",
		"a: [":                    "document 1",
		"kind: Secret\ndata: [x]": "no document",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {key: s3cret-not-base64!}": "Secret s is not as the API wants it",
		"apiVersion: v1\nkind: Secret\nstringData: {key: *s3cret}":                           "may quote a Secret",
		`{"kind":"SecretList","items":[{"data":{"key":*s3cret}}]}`:                           "may quote a Secret",
		"apiVersion: v1\nkind: ConfigMap\ndata: {key: *anchor}":                              "unknown anchor 'anchor'",
		strings.Replace(minimal, "v1alpha1", "v1beta1", 1):                                   "knows flexgw.io/v1alpha1 FlexGatewayDeployment, and not flexgw.io/v1beta1 FlexGatewayDeployment",
		strings.Replace(minimal, "flexgw.io/", "flexgw/", 1):                                 "and not flexgw/v1alpha1 FlexGatewayDeployment",
		minimal + "---\n" + strings.Replace(minimal, "Deployment", "deployment", 1):          "document 2: gw: this program knows",
		minimal + "---\n" + minimal:                                                          "flex/gw stands in the file twice",
		strings.Replace(minimal, "spec: {", "spec: {region: eu-west-1, ", 1):                 `key "region" already set`,
	} {
		err := b.file(t, text)
		if code(err) != -1 || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	if err := b.File(t.Context(), strings.NewReader(minimal), Options{Format: "xml"}); code(err) != -1 {
		t.Errorf("format xml: %v", err)
	}
}

// live is the minimal gateway in the cluster, as kubectl has applied it, with a pause that
// someone else has set.
func live(t *testing.T) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	m, err := read(strings.NewReader(minimal), "flex")
	if err != nil {
		t.Fatal(err)
	}
	gw, err := offline(t.Context(), m.gateways[0])
	if err != nil {
		t.Fatal(err)
	}
	gw.UID = "uid"
	gw.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: `{"metadata":{"name":"gw","namespace":"flex"},"spec":{"region":"us-east-1","registration":{"secretRef":{"name":"registration"}},"tags":{"old":"tag"}}}`}
	gw.Spec.Tags, gw.Spec.Rollout.Paused = map[string]string{"old": "tag"}, true
	return gw
}

func TestAFileIsAppliedAsKubectlWould(t *testing.T) {
	before := live(t)
	m, err := read(strings.NewReader(strings.Replace(minimal, "spec: {", "spec: {replicas: 4, ", 1)), "flex")
	if err != nil {
		t.Fatal(err)
	}
	// By the client: what the file no longer has goes, and what others have set stays.
	patch, _, err := applyPatch(before, m.gateways[0], "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := patch.Data(nil)
	if want := `{"spec":{"replicas":4,"tags":null}}`; string(text) != want || patch.Type() != types.MergePatchType || err != nil {
		t.Errorf("%s %s, error %v; want %s", patch.Type(), text, err, want)
	}
	// By the server, where the client never has.
	before.Annotations = nil
	for _, manager := range []string{"", "argocd-controller"} {
		for _, gw := range []*v1alpha1.FlexGatewayDeployment{before, nil} {
			patch, options, err := applyPatch(gw, m.gateways[0], manager)
			if err != nil {
				t.Fatal(err)
			}
			chosen := (&client.PatchOptions{}).ApplyOptions(options)
			if patch.Type() != types.ApplyPatchType || chosen.FieldManager != cmp.Or(manager, defaultManager) || !*chosen.Force {
				t.Errorf("%s as %s", patch.Type(), chosen.FieldManager)
			}
		}
	}
}

func TestAGatewayOfAFileIsComparedWithTheClusterByADryRun(t *testing.T) {
	b := newBench(t, live(t))
	if err := b.file(t, minimal); code(err) != CodeError { // its Secret is not there
		t.Errorf("error %v", err)
	}
	if p := b.plans(t)[0]; p.New {
		t.Error("a gateway of the cluster is planned as a new one")
	}
	if b.dryRuns != 1 {
		t.Errorf("%d dry runs, want 1", b.dryRuns)
	}
}

func TestANamedGatewayIsPlannedAndItsDriftTold(t *testing.T) {
	b := newBench(t, live(t))
	for _, kind := range []plan.Kind{plan.KindChange, plan.KindDrift} {
		b.out.Reset()
		err := b.Named(t.Context(), "fgd/gw", kind, Options{Format: FormatJSON})
		if p := b.plans(t)[0]; code(err) != CodeError || p.Kind != kind || p.New || p.Problems[0].Reason != v1alpha1.ReasonRegistrationSecretMissing {
			t.Errorf("%s: error %v, problems %v", p.Kind, err, p.Problems)
		}
	}
	b.out.Reset()
	if err := b.Named(t.Context(), "gw", plan.KindChange, Options{Format: FormatText, Delete: true}); code(err) != CodeNothing {
		t.Errorf("deletion: %v", err)
	}
	if want := "flex/gw (account 123456789012, us-east-1): nothing to delete\n\nCost in a month: $0.00\n"; b.out.String() != want {
		t.Errorf("text %q, want %q", b.out.String(), want)
	}
	if err := b.Named(t.Context(), "none", plan.KindChange, Options{Format: FormatText}); code(err) != -1 {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestTheFieldManagerIsWhoHasApplied(t *testing.T) {
	gw := &v1alpha1.FlexGatewayDeployment{}
	manage := func(managers ...string) {
		gw.ManagedFields = nil
		for _, m := range managers {
			gw.ManagedFields = append(gw.ManagedFields, applied(m))
		}
	}
	for want, managers := range map[string][]string{"argocd-controller": {"argocd-controller"}, defaultManager: {"one", "two"}} {
		manage(managers...)
		if got := managerOf(gw); got != want {
			t.Errorf("%q: %s, want %s", managers, got, want)
		}
	}
	if managerOf(nil) != defaultManager {
		t.Error("a new object is applied by someone else")
	}
}

// applied is the entry of who has applied an object.
func applied(manager string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{Manager: manager, Operation: metav1.ManagedFieldsOperationApply}
}
