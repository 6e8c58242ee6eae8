// Package argocd_test has Argo CD itself deploy the repository that docs/gitops.md has
// people copy: its application and ApplicationSet controllers, its repo server with
// kustomize, its API server. Below it are a real Kubernetes API server and the manager's
// program; AWS and the Anypoint Platform are simulated. "make gitops" runs it.
package argocd_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/test/argocd/installation"
	"flexgw.io/controller/test/e2e/rig"
)

const (
	// root is the project's folder as the tests of this package see it.
	root = "../.."
	// speed is the number of AWS's seconds in a real one.
	speed = 100
	// resync is how often Argo CD compares what has not changed. By itself it is two minutes:
	// the more often, the more a difference would show that comes and goes.
	resync = 5 * time.Second
	// releaser may do what the line in docs/gitops.md says, and see Applications.
	releaser = "releaser"
	policy   = "p, role:release, applications, action/flexgw.io/FlexGatewayDeployment/promote, gateways/*, allow"
)

// What runs for all tests of this package, which go one after the other.
var (
	stack      *rig.Rig
	argocd     *installation.Installation
	repository *installation.Repository
	// admin is Argo CD's, logged in.
	admin *installation.Account
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	log.SetLogger(zap.New(zap.WriteTo(io.Discard))) // the clients' own: tests have nothing to read there
	dir, err := os.MkdirTemp("", "flexgw-argocd-")
	if err != nil {
		return failed(err)
	}
	defer func() {
		if code == 0 {
			code = failed(os.RemoveAll(dir))
		} else {
			fmt.Fprintln(os.Stderr, "the logs are in", dir)
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began := time.Now()
	stack, err = rig.Start(ctx, rig.Options{Dir: dir, Speed: speed, Anypoint: true, Traffic: true})
	if err != nil {
		return failed(err)
	}
	defer func() { code = max(code, failed(stack.Stop())) }()
	if err := prepare(ctx, dir); err != nil {
		return failed(err)
	}
	defer func() { code = max(code, failed(argocd.Stop())) }()
	go keeper{stack.Kube}.run(ctx)
	if err := publish(ctx, dir); err != nil {
		return failed(err)
	}
	fmt.Printf("all of it runs after %.0f s\n", time.Since(began).Seconds())
	return m.Run()
}

// prepare has the organization and the Connected App of the example known to the Anypoint
// Platform, and starts Argo CD.
func prepare(ctx context.Context, dir string) error {
	stack.Anypoint().PutOrganization(organization, environments...)
	app := anypointsim.App{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret, Organization: organization}
	for _, environment := range environments {
		app.Grants = append(app.Grants, anypointsim.GrantAll(environment)...)
	}
	if err := stack.Anypoint().PutApp(app); err != nil {
		return err
	}
	if err := stack.Cluster().InstallCRDs(ctx, "testdata/secrets.yaml"); err != nil {
		return err
	}
	home, err := localcluster.ModuleRoot()
	if err != nil {
		return err
	}
	argocd, err = installation.Start(ctx, installation.Options{
		Dir: filepath.Join(dir, "argocd"), Cluster: stack.Cluster(), Resync: resync,
		Customization: filepath.Join(home, "config", "argocd", "argocd-cm.yaml"),
		Accounts:      []string{releaser},
		Policy:        policy + "\np, role:release, applications, get, gateways/*, allow\ng, " + releaser + ", role:release\n",
	})
	return err
}

// publish pushes the example and has Argo CD follow it.
func publish(ctx context.Context, dir string) (err error) {
	if admin, err = argocd.LogIn(ctx); err != nil {
		return err
	}
	if repository, err = installation.NewRepository(ctx, filepath.Join(dir, "git")); err != nil {
		return err
	}
	return errors.Join(repository.Commit(ctx, "A copy of the example", copyExample), follow(ctx, filepath.Join(dir, "follow")))
}

// failed reports an error that no test can, and is the exit code for it.
func failed(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
