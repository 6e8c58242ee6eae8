package localcluster

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"flexgw.io/controller/internal/modbuild"
)

// build returns the project's own control plane from the user's cache folder, and
// builds it first if that has none of this source, Go version and platform.
func build(ctx context.Context, progress io.Writer) (Assets, error) {
	root, err := ModuleRoot()
	if err != nil {
		return Assets{}, fmt.Errorf("no control plane is installed, and it cannot be built: %w", err)
	}
	program := modbuild.Program{
		Source:      filepath.Join(root, "hack", controlplane),
		Title:       "the local Kubernetes control plane (about 8 minutes on 2 cores)",
		LinkerFlags: versionFlags,
		Links:       []string{"etcd", "kube-apiserver", "kubectl"},
	}
	dir, err := program.Folder(ctx, progress)
	if err != nil {
		return Assets{}, fmt.Errorf("no control plane is installed: %w", err)
	}
	return Assets{Dir: dir}, nil
}

// versionFlags are the linker's flags that put the version of Kubernetes, taken
// from the module's go.mod, into the program. Without them kubectl fails to parse it.
func versionFlags(ctx context.Context, source string) (string, error) {
	v, err := modbuild.Go(ctx, source, "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	if err != nil {
		return "", err
	}
	parts := strings.SplitN(strings.TrimPrefix(v, "v"), ".", 3)
	if len(parts) < 3 {
		return "", fmt.Errorf("k8s.io/kubernetes has the version %q, want vX.Y.Z", v)
	}
	const pkg = "k8s.io/component-base/version"
	return fmt.Sprintf("-s -w -X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=%[3]s -X %[1]s.gitMinor=%[4]s", pkg, v, parts[0], parts[1]), nil
}
