package localcluster

import (
	"context"
	"errors"
	"io"
	"os"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// plain is etcd and kube-apiserver as two child processes of envtest. They have no
// controllers, and they outlive this program if it is killed by SIGKILL.
type plain struct{ env *envtest.Environment }

func (plain) done() <-chan struct{} { return nil }
func (p plain) stop() error         { return p.env.Stop() }

// startPlain starts the programs that setup-envtest installs.
func startPlain(_ context.Context, a Assets, dir string, output io.Writer) (plane, *rest.Config, error) {
	inUse := false
	env := &envtest.Environment{
		BinaryAssetsDirectory:    a.Dir,
		ControlPlaneStartTimeout: bootTimeout,
		UseExistingCluster:       &inUse,
	}
	api, etcd := env.ControlPlane.GetAPIServer(), &envtest.Etcd{Path: a.Path("etcd"), Out: output, Err: output}
	api.Path, api.Out, api.Err = a.Path("kube-apiserver"), output, output
	env.ControlPlane.Etcd = etcd
	cfg, err := env.Start()
	if err != nil {
		return nil, nil, errors.Join(err, env.Stop())
	}
	if err := os.WriteFile(kubeconfigIn(dir), env.KubeConfig, 0o600); err != nil {
		return nil, nil, errors.Join(err, env.Stop())
	}
	return plain{env}, cfg, nil
}
