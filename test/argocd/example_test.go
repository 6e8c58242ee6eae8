package argocd_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/test/argocd/installation"
)

// The example, and what it names.
const (
	example      = root + "/docs/examples/gitops"
	exampleURL   = "https://git.example.com/platform/gateways.git"
	organization = "01234567-89ab-cdef-0123-456789abcdef"
	// gatewayName is what the gateway of each environment is called.
	gatewayName = "orders"
)

// environments are the Anypoint environments of the example's folders dev and prod.
var environments = []string{"11234567-89ab-cdef-0123-456789abcdef", "21234567-89ab-cdef-0123-456789abcdef"}

// copyExample copies the example into a repository, all but its environments: each test
// adds the folders that it is about. What remains is as it is in docs, but for the URL.
func copyExample(dir string) error {
	err := os.CopyFS(dir, os.DirFS(example))
	if err != nil {
		return err
	}
	for _, name := range []string{"project.yaml", "applicationset.yaml", "application.yaml"} {
		if err := replace(filepath.Join(dir, "argocd", name), exampleURL, repository.URL()); err != nil {
			return err
		}
	}
	// Git has no empty folders.
	return errors.Join(
		os.RemoveAll(filepath.Join(dir, "environments")), os.MkdirAll(filepath.Join(dir, "environments"), 0o755),
		os.WriteFile(filepath.Join(dir, "environments", "README.md"), []byte("One folder for each gateway.\n"), 0o644))
}

// follow is the last step of docs/gitops.md: project and ApplicationSet are applied.
func follow(ctx context.Context, dir string) error {
	if err := copyExample(dir); err != nil {
		return err
	}
	at := filepath.Join(dir, "argocd")
	_, err := argocd.Kubectl(ctx, "apply", "-f", filepath.Join(at, "project.yaml"), "-f", filepath.Join(at, "applicationset.yaml"))
	return err
}

// edit changes files of an environment's folder.
type edit func(dir string) error

// setting replaces a text in the environment's gateway.yaml.
func setting(before, after string) edit {
	return func(dir string) error { return replace(filepath.Join(dir, "gateway.yaml"), before, after) }
}

// like copies one of the example's environments into a folder of another name. As one would
// by hand, it sets the namespace of that name, and a name for the gateway in the Anypoint
// Platform, since several are in one of its environments then. Under its own name an
// environment is what it is in the example.
func like(original, name string) edit {
	return func(dir string) error {
		err := os.CopyFS(dir, os.DirFS(filepath.Join(example, "environments", original)))
		if err != nil || name == original {
			return err
		}
		return errors.Join(
			replace(filepath.Join(dir, "kustomization.yaml"), "namespace: flex-"+original, "namespace: flex-"+name),
			setting("anypoint: {", "anypoint: {gatewayName: orders-"+name+", ")(dir))
	}
}

// replace replaces a text in a file, which must have it.
func replace(file, before, after string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !strings.Contains(string(content), before) {
		return &missingError{file, before}
	}
	return os.WriteFile(file, []byte(strings.ReplaceAll(string(content), before, after)), 0o644)
}

// missingError says that a file of the example has no longer what a test changes in it.
type missingError struct{ file, text string }

func (e *missingError) Error() string { return e.file + " has no " + e.text }

// commit changes an environment's folder, pushes, and tells Argo CD, as Git's webhook does.
func commit(t *testing.T, message, environment string, edits ...edit) {
	t.Helper()
	must(t, repository.Commit(t.Context(), message, func(dir string) error {
		var errs []error
		for _, edit := range edits {
			errs = append(errs, edit(filepath.Join(dir, "environments", environment)))
		}
		return errors.Join(errs...)
	}))
	pushed(t.Context(), t)
}

// pushed is Git's webhook: Argo CD looks at once, and not with its next round.
func pushed(ctx context.Context, t *testing.T) {
	t.Helper()
	for kind, refresh := range map[string]string{
		"ApplicationSet": `"argocd.argoproj.io/application-set-refresh":"true"`, "Application": `"argocd.argoproj.io/refresh":"normal"`,
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(applicationKind.GroupVersion().WithKind(kind))
		must(t, stack.Kube.List(ctx, list, client.InNamespace(installation.Namespace)))
		for _, obj := range list.Items {
			patch := fmt.Appendf(nil, `{"metadata":{"annotations":{%s}}}`, refresh)
			// One that another test has removed may go just now.
			must(t, client.IgnoreNotFound(stack.Kube.Patch(ctx, &obj, client.RawPatch(types.MergePatchType, patch))))
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
