package installation

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/internal/modbuild"
)

// argoModule is Argo CD's own module.
const argoModule = "github.com/argoproj/argo-cd/v3"

// install puts into the cluster what Argo CD's manifests do, but for its workloads: the
// CRDs and the configuration, from the module's folder. What this project adds is applied
// by the command that docs/gitops.md gives.
func (i *Installation) install(ctx context.Context) error {
	root, err := localcluster.ModuleRoot()
	if err != nil {
		return err
	}
	source, err := modbuild.Go(ctx, program(root).Source, "list", "-m", "-f", "{{.Dir}}", argoModule)
	if err != nil {
		return err
	}
	var crds []string
	for _, name := range []string{"application-crd.yaml", "applicationset-crd.yaml", "appproject-crd.yaml"} {
		crds = append(crds, filepath.Join(source, "manifests", "crds", name))
	}
	if err := i.options.Cluster.InstallCRDs(ctx, crds...); err != nil {
		return err
	}
	accounts := map[string]string{}
	for _, name := range i.options.Accounts {
		accounts["accounts."+name] = "apiKey"
	}
	for _, args := range [][]string{
		{"create", "namespace", Namespace},
		{"create", "-k", filepath.Join(source, "manifests", "base", "config")},
		{"patch", "configmap", "argocd-cm", "--patch-file", i.options.Customization},
		{"patch", "configmap", "argocd-cm", "--patch", data(accounts)},
		{"patch", "configmap", "argocd-rbac-cm", "--patch", data(map[string]string{"policy.csv": i.options.Policy})},
	} {
		if _, err := i.Kubectl(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// data is a patch of a ConfigMap's data.
func data(fields map[string]string) string {
	text, _ := json.Marshal(map[string]any{"data": fields}) // strings cannot fail
	return string(text)
}

// Kubectl runs kubectl in Argo CD's namespace and returns what it writes.
func (i *Installation) Kubectl(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, i.options.Cluster.Kubectl(), append([]string{"--namespace", Namespace}, args...)...)
	command.Env = append(os.Environ(), "KUBECONFIG="+i.options.Cluster.Kubeconfig())
	said, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return string(said), nil
}
