package logcli

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/cluster"
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

const (
	logGroup = "/flexgw/flex/gw"
	first    = "1111111122222222"
	second   = "3333333344444444"
	stopped  = "5555555566666666"
)

// bench is a tool on a simulated CloudWatch and a gateway in a pretended cluster.
type bench struct {
	*Tool
	t        *testing.T
	sim      *awssim.Sim
	out, err lockedBuffer
}

// lockedBuffer is written by a command and read by its test.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// gatewayWith is one that runs these tasks.
func gatewayWith(tasks ...string) *v1alpha1.FlexGatewayDeployment {
	gw := &v1alpha1.FlexGatewayDeployment{}
	gw.Namespace, gw.Name = "flex", "gw"
	gw.Status.Account, gw.Status.Region = core.DefaultAccount, "us-east-1"
	gw.Status.Resources = []v1alpha1.ResourceStatus{{Kind: "LogGroup", Name: "logs", ID: "arn:aws:logs:us-east-1:123456789012:log-group:" + logGroup, State: "Ready"}}
	for _, id := range tasks {
		gw.Status.Tasks = append(gw.Status.Tasks, v1alpha1.TaskStatus{ID: id})
	}
	return gw
}

func newBench(t *testing.T, gw *v1alpha1.FlexGatewayDeployment) *bench {
	t.Helper()
	settings := core.DefaultSettings()
	settings.Latencies[core.APICall] = core.Spread{}
	sim, err := awssim.New(awssim.Options{Clock: clock.Real{}, Seed: 1, Settings: &settings})
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
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	api := fake.NewClientBuilder().WithScheme(scheme).WithObjects(gw).WithStatusSubresource(&v1alpha1.FlexGatewayDeployment{}).Build()
	b := &bench{t: t, sim: sim}
	b.Tool = &Tool{Gateways: cluster.Gateways{Client: api, Namespace: "flex"}, Cloud: cloud, Err: &b.err, Screen: terminal.New(&b.out), Now: time.Now}
	if _, err := b.logs().CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(logGroup)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.changedNothing)
	return b
}

func (b *bench) logs() *cloudwatchlogs.Client {
	clients, err := b.Cloud.In(b.t.Context(), "us-east-1")
	if err != nil {
		b.t.Fatal(err)
	}
	return clients.Logs
}

// write has a container say something now.
func (b *bench) write(container, task string, messages ...string) {
	b.sim.World().Do(func() {
		b.sim.Logs.Put(core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}, logGroup, streamName(container, task), messages...)
	})
	time.Sleep(2 * time.Millisecond)
}

// changedNothing fails where the tool has called anything but what reads.
func (b *bench) changedNothing() {
	for _, call := range b.sim.Calls() {
		switch call.Operation {
		case "CreateLogGroup", "GetCallerIdentity", "DescribeLogStreams", "GetLogEvents", "FilterLogEvents":
		default:
			b.t.Errorf("called %s %s", call.Service, call.Operation)
		}
	}
}

// told are the lines so far.
func (b *bench) told() []string {
	return strings.Split(strings.TrimSuffix(b.out.String(), "\n"), "\n")
}
