package packages_test

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	gocmp "github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/child"
	"flexgw.io/controller/test/e2e/rig"
)

// runningManager is the manager's process.
type runningManager struct {
	*child.Process
	log string // path
}

// startManager runs the manager outside of the cluster, but as its ServiceAccount and
// through the witness, and stops it at the end of the test.
func startManager(t *testing.T, w *witness, namespace string, args ...string) *runningManager {
	t.Helper()
	log := filepath.Join(t.TempDir(), "manager.log")
	output, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	p, err := child.Start(child.Command{
		Path:   filepath.Join(tools, "manager"),
		Args:   append([]string{"--leader-election-namespace=" + namespace, "--metrics-bind-address=0", "--health-probe-bind-address=0"}, args...),
		Env:    append(stack.Env(), "KUBECONFIG="+asServiceAccount(t, w, namespace)),
		Output: output,
	})
	if err != nil {
		t.Fatal(err)
	}
	m := &runningManager{p, log}
	t.Cleanup(func() {
		if err := errors.Join(p.Stop(), output.Close()); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			lines := slices.Collect(strings.Lines(m.said(t)))
			t.Logf("the end of the manager's log:\n%s", strings.Join(lines[max(0, len(lines)-20):], ""))
		}
	})
	return m
}

// said is what the manager has written to its log.
func (m *runningManager) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(m.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// await is the gateway's Await, which does not wait for a manager that has ended.
func (m *runningManager) await(t *testing.T, g *rig.Gateway, what string, holds func(*v1alpha1.FlexGatewayDeployment) bool) {
	t.Helper()
	g.Await(t, what, func(gw *v1alpha1.FlexGatewayDeployment) bool {
		select {
		case <-m.Done():
			t.Fatalf("the manager has ended: %v", m.Err())
		default:
		}
		return holds(gw)
	})
}

// asServiceAccount writes a kubeconfig with a token of the manager's ServiceAccount, as a
// pod has one, and returns its path.
func asServiceAccount(t *testing.T, w *witness, namespace string) string {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: manager}}
	request := &authenticationv1.TokenRequest{}
	if err := stack.Kube.SubResource("token").Create(t.Context(), account, request); err != nil {
		t.Fatalf("ask for a token: %v", err)
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["witness"] = &clientcmdapi.Cluster{Server: w.url, CertificateAuthorityData: w.ca}
	config.AuthInfos["manager"] = &clientcmdapi.AuthInfo{Token: request.Status.Token}
	config.Contexts["manager"] = &clientcmdapi.Context{Cluster: "witness", AuthInfo: "manager"}
	config.CurrentContext = "manager"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// live takes a gateway through its life, in which the manager uses what it has rights for.
func live(t *testing.T, m *runningManager, namespace string) {
	t.Helper()
	before := stack.AWS().Inventory()
	stack.Namespace(t, namespace)
	if err := stack.Kube.Create(t.Context(), documentsIn(namespace)); err != nil {
		t.Fatal(err)
	}
	gateway := stack.Apply(t, namespace, "a-life", rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Region = "" // the manager looks for one at the namespace, and then in its environment
		spec.Config = []v1alpha1.ConfigSource{{ConfigMapRef: &v1alpha1.LocalObjectReference{Name: documentsName}}}
	}))
	m.await(t, gateway, "Ready", rig.IsReady)
	gateway.Scale(t, 2)
	m.await(t, gateway, "Ready with two replicas", func(gw *v1alpha1.FlexGatewayDeployment) bool {
		return rig.IsReady(gw) && gw.Status.ReadyReplicas == 2
	})
	gateway.Delete(t)
	m.await(t, gateway, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
	stack.WantInventory(t, before)
}

const documentsName = "documents"

// documentsIn is a ConfigMap with a document for gateways.
func documentsIn(namespace string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: documentsName},
		Data: map[string]string{"logging.yaml": "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: Configuration\n" +
			"metadata: {name: logging}\nspec: {logging: {runtimeLogs: {logLevel: info}}}\n"},
	}
}

// seldom are rights that this short life does not use, and what needs them.
var seldom = map[right]string{
	{"list", "flexgw.io", "flexgatewaydeployments"}: "an API server before 1.34, which streams no lists",
	{"list", "", "secrets"}:                         "an API server before 1.34, which streams no lists",
	{"list", "", "configmaps"}:                      "an API server before 1.34, which streams no lists",
	{"patch", "events.k8s.io", "events"}:            "an event that is told again, as the status could not be written",
}

func TestTheManagerLivesOnTheRightsOfTheChartAndUsesThem(t *testing.T) {
	install(t, system)
	w := watched(t)
	m := startManager(t, w, system)
	live(t, m, "anywhere")
	w.wantNothingDenied(t, m)

	all := template(t)
	granted := rightsOf(all.rules(t, "ClusterRole", manager), all.rules(t, "Role", leaderElection))
	used := w.used()
	for r, who := range seldom {
		if !granted[r] {
			t.Errorf("nobody may %s, which is for %s", r, who)
		}
		used[r] = true
	}
	if diff := gocmp.Diff(sorted(granted), sorted(used)); diff != "" {
		t.Errorf("rights (-granted +used):\n%s", diff)
	}
}

func TestAManagerOfOneNamespaceLivesOnTheRightsInIt(t *testing.T) {
	const namespace = "only-here"
	stack.Namespace(t, namespace)
	install(t, system, "watchNamespace="+namespace)
	w := watched(t)
	m := startManager(t, w, system, "--watch-namespace="+namespace)
	live(t, m, namespace)
	w.wantNothingDenied(t, m)
}

// right is what a rule allows, the smallest part of it.
type right struct{ verb, group, resource string }

func (r right) String() string {
	return r.verb + " " + r.resource + " of " + cmp.Or(r.group, "the core group")
}

// rightsOf are all rights that rules give.
func rightsOf(rules ...[]rbacv1.PolicyRule) map[right]bool {
	all := map[right]bool{}
	for _, rule := range slices.Concat(rules...) {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					all[right{verb, group, resource}] = true
				}
			}
		}
	}
	return all
}

// sorted are rights as they can be compared and read.
func sorted(rights map[right]bool) []string {
	var all []string
	for r := range maps.Keys(rights) {
		all = append(all, r.String())
	}
	slices.SortFunc(all, strings.Compare)
	return all
}
