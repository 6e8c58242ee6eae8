package plancli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/plan"
	"flexgw.io/controller/internal/terminal"
)

// TestMain forgets a setting of the machine: the SDK refuses a bundle of certificates
// beside an HTTP client of ours.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("AWS_CA_BUNDLE"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// bench is a tool on a simulated AWS and, where kube is set, a cluster.
type bench struct {
	*Tool
	sim *awssim.Sim
	out bytes.Buffer
	// dryRuns counts the patches that were dry runs, writes are those to the cluster that were no dry run.
	dryRuns int
	writes  []string
}

// newBench is a tool with these objects in a cluster; without any, it has none.
func newBench(t *testing.T, objects ...client.Object) *bench {
	t.Helper()
	sim, err := awssim.New(awssim.Options{Clock: clock.Real{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	cloud, err := awscloud.New(t.Context(), nil,
		config.WithRegion("us-east-1"), config.WithHTTPClient(&http.Client{Transport: sim.RoundTripper()}), config.WithBaseEndpoint("http://aws.test"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("AKIATEST", "secret", "")),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{sim: sim}
	b.Tool = &Tool{Namespace: "flex", Cloud: cloud, Anypoint: anypoint.NewPlatform(anypoint.Options{}), Clock: clock.Real{}, Out: &b.out, Screen: terminal.New(&b.out)}
	if len(objects) > 0 {
		b.Client = b.cluster(t, objects)
	}
	t.Cleanup(func() { b.wroteNothing(t) })
	return b
}

// cluster is one in memory. It has no defaults and no rules: test/api has.
func (b *bench) cluster(t *testing.T, objects []client.Object) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	kube := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(&v1alpha1.FlexGatewayDeployment{}).Build()
	note := func(what string, dryRun []string) {
		if len(dryRun) == 0 {
			b.writes = append(b.writes, what)
		}
	}
	return interceptor.NewClient(kube, interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, options ...client.PatchOption) error {
			applied := &client.PatchOptions{}
			applied.ApplyOptions(options)
			note("patch", applied.DryRun)
			b.dryRuns += len(applied.DryRun)
			return c.Patch(ctx, o, p, options...)
		},
		Create: func(_ context.Context, _ client.WithWatch, _ client.Object, _ ...client.CreateOption) error {
			note("create", nil)
			return nil
		},
		Update: func(_ context.Context, _ client.WithWatch, _ client.Object, _ ...client.UpdateOption) error {
			note("update", nil)
			return nil
		},
		SubResourcePatch: func(_ context.Context, _ client.Client, _ string, _ client.Object, _ client.Patch, _ ...client.SubResourcePatchOption) error {
			note("patch of a subresource", nil)
			return nil
		},
	})
}

// wroteNothing fails where the tool has changed AWS or the cluster.
func (b *bench) wroteNothing(t *testing.T) {
	t.Helper()
	for _, call := range b.sim.Calls() {
		if !strings.HasPrefix(call.Operation, "Describe") && !strings.HasPrefix(call.Operation, "List") && !strings.HasPrefix(call.Operation, "Get") {
			t.Errorf("called %s %s", call.Service, call.Operation)
		}
	}
	if len(b.writes) > 0 {
		t.Errorf("wrote to the cluster: %q", b.writes)
	}
}

// plans reads what was told as JSON.
func (b *bench) plans(t *testing.T) []*plan.Plan {
	t.Helper()
	var d document
	if err := json.Unmarshal(b.out.Bytes(), &d); err != nil || d.Version != Version {
		t.Fatalf("%v, version %q in\n%s", err, d.Version, b.out.String())
	}
	return d.Plans
}

// code is the exit code of an error, -1 for one that has none of this package's.
func code(err error) int {
	var exit *ExitError
	switch {
	case err == nil:
		return CodeNothing
	case errors.As(err, &exit):
		return exit.Code
	default:
		return -1
	}
}
