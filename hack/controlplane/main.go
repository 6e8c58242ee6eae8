// Command controlplane is a Kubernetes control plane in one file, for tests and
// demonstrations on one machine.
//
// Linked to (or called with) the name "etcd", "kube-apiserver" or "kubectl", it is
// that program. "controlplane up" runs etcd, a full kube-apiserver, the garbage
// collector and the namespace controller in one process and writes a kubeconfig.
//
// It is a Go module of its own, so that k8s.io/kubernetes with its hundreds of
// dependencies stays out of the controller's.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	_ "time/tzdata"

	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

const usage = "usage: controlplane up|etcd|kube-apiserver|kubectl [flags]"

func main() {
	name := filepath.Base(os.Args[0])
	if name == "controlplane" {
		if len(os.Args) < 2 {
			fail(2, usage)
		}
		// The programs read os.Args themselves: give them the arguments they expect.
		name, os.Args = os.Args[1], os.Args[1:]
	}
	switch name {
	case "up":
		if err := up(os.Args[1:]); err != nil {
			fail(1, fmt.Sprintf("controlplane: %v", err))
		}
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		os.Exit(cli.Run(app.NewAPIServerCommand()))
	case "kubectl":
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			kubectlutil.CheckErr(err)
		}
	default:
		fail(2, fmt.Sprintf("controlplane: unknown program %q\n%s", name, usage))
	}
}

func fail(code int, message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(code)
}
