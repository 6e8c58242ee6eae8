package localcluster_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/internal/localcluster/clustertest"
)

var cluster *localcluster.Cluster

func TestMain(m *testing.M) {
	o := localcluster.Options{CRDs: []string{"testdata/crd.yaml"}}
	os.Exit(clustertest.Main(m, o, func(c *localcluster.Cluster) { cluster = c }))
}

func TestCELRulesOfAnInstalledCRDAreInForceAtOnce(t *testing.T) {
	c := newClient(t, cluster)
	if err := c.Create(t.Context(), widget("fits", 1, 2)); err != nil {
		t.Errorf("a good widget: %v", err)
	}
	err := c.Create(t.Context(), widget("does-not-fit", 3, 2))
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "min must not be above max") {
		t.Errorf("a bad widget: %v, want the rule's message", err)
	}
}

func TestKubectlKnowsAnInstalledCRDAtOnce(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), cluster.Kubectl(), "--kubeconfig", cluster.Kubeconfig(),
		"get", "widgets.test.flexgw.io", "--all-namespaces", "--output", "name").CombinedOutput()
	if err != nil {
		t.Errorf("kubectl get widgets: %v\n%s", err, out)
	}
}

func TestADeletedNamespaceGoesWithItsContents(t *testing.T) {
	if !cluster.HasControllers() {
		t.Skip("plain etcd and kube-apiserver have no namespace controller")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := newClient(t, cluster)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "short-lived"}}
	if err := c.Create(ctx, ns); err != nil {
		t.Fatal(err)
	}
	w := widget("inside", 1, 2)
	w.SetNamespace(ns.Name)
	if err := c.Create(ctx, w); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(ctx, ns); err != nil {
		t.Fatal(err)
	}
	waitNotFound(ctx, t, c, ns)
	waitNotFound(ctx, t, c, w)
}

func TestStopLeavesNothingBehind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cluster")
	c := clustertest.Start(t, localcluster.Options{Dir: dir})
	host, err := url.Parse(c.Config().Host)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(); err != nil {
		t.Errorf("Stop() = %v", err)
	}
	if conn, err := net.Dial("tcp", host.Host); err == nil {
		_ = conn.Close()
		t.Errorf("something still listens on %s", host.Host)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there (error %v)", err)
	}
}

func TestPlainProgramsServeTheSameAPI(t *testing.T) {
	assets := t.TempDir()
	for _, program := range []string{"etcd", "kube-apiserver", "kubectl"} {
		target := filepath.Join(filepath.Dir(cluster.Kubectl()), program)
		if err := os.Symlink(target, filepath.Join(assets, program)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(localcluster.AssetsVariable, assets)
	c := clustertest.Start(t, localcluster.Options{CRDs: []string{"testdata"}})
	if c.HasControllers() {
		t.Error("HasControllers() = true on plain programs")
	}
	if err := newClient(t, c).Create(t.Context(), widget("plain", 1, 2)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.Kubeconfig()); err != nil {
		t.Error(err)
	}
}

func TestStartSaysWhichCRDFileIsMissing(t *testing.T) {
	_, err := localcluster.Start(t.Context(), localcluster.Options{CRDs: []string{"testdata/none.yaml"}})
	if err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("Start() = %v, want an error that names the file", err)
	}
}

func newClient(t *testing.T, c *localcluster.Cluster) client.Client {
	t.Helper()
	cl, err := client.New(c.Config(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cl
}

func widget(name string, low, high int64) *unstructured.Unstructured {
	w := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"min": low, "max": high}}}
	w.SetGroupVersionKind(schema.GroupVersionKind{Group: "test.flexgw.io", Version: "v1", Kind: "Widget"})
	w.SetNamespace("default")
	w.SetName(name)
	return w
}

func waitNotFound(ctx context.Context, t *testing.T, c client.Client, o client.Object) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := c.Get(ctx, client.ObjectKeyFromObject(o), o)
		if apierrors.IsNotFound(err) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s %s is still there (%v)", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), err)
		case <-tick.C:
		}
	}
}
