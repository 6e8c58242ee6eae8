package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/child"
	"flexgw.io/controller/internal/local"
	"flexgw.io/controller/internal/localcluster"
)

// Options say how to start a Rig.
type Options struct {
	// Dir is a folder for the Rig alone; its logs stay when the Rig stops.
	Dir string
	// Speed is the number of simulated seconds in a real one.
	Speed float64
	// Keep leaves gateways in place at the end of their test, where the Rig ends with it.
	Keep bool
	// ManagerArgs are flags for the manager.
	ManagerArgs []string
	// Traffic lets requests flow for real.
	Traffic bool
	// Anypoint runs a simulated Anypoint Platform: a gateway then needs a registration that
	// the platform knows, and an API.
	Anypoint bool
}

// Rig is everything that runs.
type Rig struct {
	*local.Stack
	// Kube is a cluster administrator's client.
	Kube client.WithWatch
	// Cloud makes calls to the simulated AWS, as a person with the AWS CLI would.
	Cloud *awscloud.Cloud

	keep bool
}

// Start builds the manager from the project's sources and starts everything. The Rig
// runs until its Stop.
func Start(ctx context.Context, o Options) (*Rig, error) {
	log.SetLogger(zap.New(zap.WriteTo(io.Discard))) // the clients' own: tests have nothing to read there
	manager, err := buildManager(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	stack, err := local.Up(ctx, local.Options{
		Dir: filepath.Join(o.Dir, "stack"), Speed: o.Speed, Manager: manager, ManagerArgs: o.ManagerArgs, Traffic: o.Traffic, Anypoint: o.Anypoint, Seed: 1,
	})
	if err != nil {
		return nil, err
	}
	r := &Rig{Stack: stack, keep: o.Keep}
	if err := r.connect(ctx); err != nil {
		return nil, errors.Join(err, stack.Stop())
	}
	return r, nil
}

// buildManager is quick after the first time: Go keeps what it has built.
func buildManager(ctx context.Context, dir string) (string, error) {
	root, err := localcluster.ModuleRoot()
	if err != nil {
		return "", err
	}
	manager := filepath.Join(dir, "manager")
	err = child.Run(ctx, child.Command{
		Path: "go", Args: []string{"build", "-o", manager, "./cmd/manager"}, Dir: root, Output: os.Stderr,
	})
	if err != nil {
		return "", fmt.Errorf("build the manager: %w", err)
	}
	return manager, nil
}

func (r *Rig) connect(ctx context.Context) error {
	scheme := runtime.NewScheme()
	err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme))
	if err != nil {
		return err
	}
	if r.Kube, err = client.NewWithWatch(r.Config(), client.Options{Scheme: scheme}); err != nil {
		return err
	}
	r.Cloud, err = awscloud.New(ctx, nil,
		config.WithRegion("us-east-1"), config.WithBaseEndpoint(r.AWSEndpoint()),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("AKIA123456789012SIMU", "not-a-secret", "")),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil))
	return err
}

// Main runs a package's tests with one Rig for all of them, and returns the exit code
// for os.Exit. use is called before the tests.
func Main(m *testing.M, speed float64, use func(*Rig)) int {
	return MainWith(m, Options{Speed: speed}, use)
}

// MainWith is Main for a Rig with other options; its folder is made anew.
func MainWith(m *testing.M, o Options, use func(*Rig)) (code int) {
	dir, err := os.MkdirTemp("", "flexgw-rig-")
	if err != nil {
		return failed(err)
	}
	defer func() {
		if code == 0 {
			code = failed(os.RemoveAll(dir))
		} else {
			fmt.Fprintln(os.Stderr, "the logs are in", filepath.Join(dir, "stack"))
		}
	}()
	o.Dir = dir
	r, err := Start(context.Background(), o)
	if err != nil {
		return failed(err)
	}
	defer func() { code = max(code, failed(r.Stop())) }()
	use(r)
	return m.Run()
}

// failed reports an error that no test can, and is the exit code for it.
func failed(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// In are the clients of a region.
func (r *Rig) In(t testing.TB, region string) *awscloud.Clients {
	t.Helper()
	clients, err := r.Cloud.In(t.Context(), region)
	if err != nil {
		t.Fatal(err)
	}
	return clients
}
