// Package browser looks at the simulator's page with a real browser: Chromium, headless.
// Without one the tests are skipped; FLEXGW_BROWSER=required makes that a failure.
package browser

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/chromedp/chromedp"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// chromium is the browser's program.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("FLEXGW_BROWSER") == "required" {
		t.Fatal("no Chromium in PATH, and FLEXGW_BROWSER=required")
	}
	t.Skip("no Chromium in PATH")
	return ""
}

// tab opens a page in a browser of its own, which ends with the test.
func tab(t *testing.T, url string) context.Context {
	t.Helper()
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.Flag("disable-quic", true),
		chromedp.WindowSize(1500, 1000), chromedp.UserDataDir(t.TempDir()),
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, closeBrowser := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(closeBrowser)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// shows waits until the page has the text in an element that the selector finds.
func shows(ctx context.Context, t *testing.T, selector, text string) {
	t.Helper()
	becomes(ctx, t, `[...document.querySelectorAll(`+quote(selector)+`)].some((e) => e.innerText.includes(`+quote(text)+`))`)
}

// becomes waits until the script is true in the page.
func becomes(ctx context.Context, t *testing.T, script string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(time.Minute))); err != nil {
		body, _ := chromedp.Run(ctx, chromedp.Text("body"))
		t.Fatalf("%s never becomes true: %v\n%s", script, err, body)
	}
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }

// account is a simulated AWS with a small stack, made by hand.
type account struct {
	t   *testing.T
	url string
	ec2 *ec2.Client
	ecs *ecs.Client
	efs *efs.Client
	elb *elb.Client
}

func newAccount(t *testing.T) *account {
	t.Helper()
	sim, err := awssim.New(awssim.Options{Clock: clock.Scaled{Anchor: time.Now(), Speed: 60}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", "")}
	return &account{t: t, url: server.URL + "/_awssim/",
		ec2: ec2.NewFromConfig(cfg), ecs: ecs.NewFromConfig(cfg), efs: efs.NewFromConfig(cfg), elb: elb.NewFromConfig(cfg)}
}

func (a *account) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *account) subnet() (id, vpc string) {
	a.t.Helper()
	out, err := a.ec2.DescribeSubnets(a.t.Context(), &ec2.DescribeSubnetsInput{})
	a.must(err)
	return aws.ToString(out.Subnets[0].SubnetId), aws.ToString(out.Subnets[0].VpcId)
}

// run starts a task that sleeps, in a cluster of that name.
func (a *account) run(cluster, subnet string) (task string) {
	a.t.Helper()
	ctx := a.t.Context()
	_, err := a.ecs.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &cluster})
	a.must(err)
	_, err = a.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("sleeper"), NetworkMode: types.NetworkModeAwsvpc, Cpu: aws.String("256"), Memory: aws.String("512"),
		RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		ContainerDefinitions: []types.ContainerDefinition{{
			Name: aws.String("gateway"), Image: aws.String("docker.io/mulesoft/flex-gateway:1.12.3"),
		}},
	})
	a.must(err)
	out, err := a.ecs.RunTask(ctx, &ecs.RunTaskInput{
		Cluster: &cluster, TaskDefinition: aws.String("sleeper"), LaunchType: types.LaunchTypeFargate,
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
			Subnets: []string{subnet}, AssignPublicIp: types.AssignPublicIpEnabled,
		}},
	})
	a.must(err)
	return aws.ToString(out.Tasks[0].TaskArn)
}

func TestThePageDrawsTheAccountAndFollowsIt(t *testing.T) {
	chromium(t)
	a := newAccount(t)
	subnet, vpc := a.subnet()
	page := tab(t, a.url)
	shows(page, t, ".vpc h3", vpc)
	shows(page, t, ".zone h4", "us-east-1a")

	fs, err := a.efs.CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{CreationToken: aws.String("one")})
	a.must(err)
	shows(page, t, "#filesystems .good", aws.ToString(fs.FileSystemId))
	_, err = a.efs.CreateMountTarget(t.Context(), &efs.CreateMountTargetInput{FileSystemId: fs.FileSystemId, SubnetId: &subnet})
	a.must(err)
	shows(page, t, ".zone .mount", "creating")
	shows(page, t, ".zone .mount", "available")

	_, err = a.elb.CreateLoadBalancer(t.Context(), &elb.CreateLoadBalancerInput{Name: aws.String("edge"), Type: elbtypes.LoadBalancerTypeEnumNetwork, Subnets: []string{subnet}})
	a.must(err)
	shows(page, t, ".balancer.wait", "provisioning")
	shows(page, t, ".balancer.good", "edge")

	task := a.run("pictured", subnet)
	shows(page, t, ".task.good", "RUNNING")
	_, err = a.ecs.StopTask(t.Context(), &ecs.StopTaskInput{Cluster: aws.String("pictured"), Task: &task})
	a.must(err)
	becomes(page, t, `document.querySelector('.task') === null`)
	shows(page, t, "#others", "cluster/pictured")
}

// A region is whatever the client signs for; it is the one name that AWS's own rules do
// not keep free of markup.
func TestNamesAreDrawnAsText(t *testing.T) {
	chromium(t)
	a := newAccount(t)
	region := "<img src=x onerror=document.title='taken'>"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSuffix(a.url, "_awssim/"), strings.NewReader(`{"clusterName": "one"}`))
	a.must(err)
	request.Header.Set("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.CreateCluster")
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/"+region+"/ecs/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	a.must(err)
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("CreateCluster: %s", response.Status)
	}
	page := tab(t, a.url)
	shows(page, t, "#place", region)
	title, err := chromedp.Run(page, chromedp.Title())
	a.must(err)
	if title != "Simulated AWS" {
		t.Errorf("the title is %q: a name was run", title)
	}
}
