package localcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
)

// AssetsVariable names the environment variable with the folder of etcd,
// kube-apiserver and kubectl, the same as envtest's.
const AssetsVariable = "KUBEBUILDER_ASSETS"

// controlplane is the name of the project's own program for the whole control plane.
const controlplane = "controlplane"

// Assets is a folder with the programs of a control plane.
type Assets struct {
	// Dir has etcd, kube-apiserver and kubectl.
	Dir string
}

// Path is the path of one of the programs.
func (a Assets) Path(program string) string { return filepath.Join(a.Dir, program) }

// Combined is whether the project's own program is there, which runs the two
// controllers too.
func (a Assets) Combined() bool { return isFile(a.Path(controlplane)) }

// missing names the first program that is not there.
func (a Assets) missing() string {
	for _, program := range []string{"etcd", "kube-apiserver", "kubectl"} {
		if !isFile(a.Path(program)) {
			return program
		}
	}
	return ""
}

// FindAssets finds the programs, or builds them: the package documentation says in
// which order. A build that starts or is waited for is told to progress, a line at
// a time. Setting KUBEBUILDER_ASSETS to a folder that lacks a program is an error.
func FindAssets(ctx context.Context, progress io.Writer) (Assets, error) {
	if dir := os.Getenv(AssetsVariable); dir != "" {
		a := Assets{Dir: dir}
		if name := a.missing(); name != "" {
			return Assets{}, fmt.Errorf("%s=%s has no %s: correct or unset it", AssetsVariable, dir, name)
		}
		return a, nil
	}
	store, err := envtestStore()
	if err != nil {
		return Assets{}, err
	}
	if a, ok, err := newestIn(store); ok || err != nil {
		return a, err
	}
	return build(ctx, progress)
}

// envtestStore is where setup-envtest keeps versions, unless it is told otherwise.
func envtestStore() (string, error) {
	if runtime.GOOS == "darwin" {
		home, err := os.UserHomeDir()
		return filepath.Join(home, "Library", "Application Support", "io.kubebuilder.envtest", "k8s"), err
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "kubebuilder-envtest", "k8s"), nil
}

// newestIn returns the newest complete version for this platform in a store of
// folders such as 1.37.2-linux-amd64.
func newestIn(store string) (Assets, bool, error) {
	entries, err := os.ReadDir(store)
	if errors.Is(err, os.ErrNotExist) {
		return Assets{}, false, nil
	}
	if err != nil {
		return Assets{}, false, err
	}
	var newest Assets
	var newestVersion *version.Version
	platform := "-" + runtime.GOOS + "-" + runtime.GOARCH
	for _, e := range entries {
		text, ok := strings.CutSuffix(e.Name(), platform)
		v, err := version.ParseSemantic(text)
		a := Assets{Dir: filepath.Join(store, e.Name())}
		if !ok || err != nil || a.missing() != "" {
			continue
		}
		if newestVersion == nil || newestVersion.LessThan(v) {
			newest, newestVersion = a, v
		}
	}
	return newest, newestVersion != nil, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
