package gatewayview

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// situations are gateways as they were recorded; their clocks begin with the year 2000.
const situations = "../../test/gitops/testdata/situations"

var now = time.Date(2000, 1, 1, 0, 10, 0, 0, time.UTC)

func recorded(t *testing.T) map[string]*v1alpha1.FlexGatewayDeployment {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(situations, "*.yaml"))
	if err != nil || len(files) < 19 {
		t.Fatalf("%d situations, error %v", len(files), err)
	}
	list := map[string]*v1alpha1.FlexGatewayDeployment{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		gw := &v1alpha1.FlexGatewayDeployment{}
		if err := yaml.Unmarshal(text, gw); err != nil {
			t.Fatal(err)
		}
		list[strings.TrimSuffix(filepath.Base(file), ".yaml")] = gw
	}
	return list
}

func text(lines []terminal.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

func TestTheSummaryOfEachSituationSaysWhetherItServesAndWhatToDo(t *testing.T) {
	want := map[string]string{
		"anypoint-stale":         "ready Succeeded",
		"certificate-expiring":   "ready Succeeded",
		"creating":               "not ready WaitingForAWS",
		"degraded":               "not ready",
		"deleting":               "not ready Deleting",
		"denied":                 "not ready AccessDenied: give the controller's role the permission",
		"denied-for-long":        "not ready AccessDenied: give the controller's role the permission",
		"drifted":                "",
		"mended":                 "ready Succeeded",
		"new":                    "not ready Waiting",
		"paused":                 "not ready Paused: let changes go on",
		"planned-change":         "not ready PlanOnly: see status.plan",
		"planned-new":            "not ready PlanOnly: see status.plan",
		"planned-nothing":        "ready Succeeded",
		"progressing":            "not ready RollingOut",
		"ready":                  "ready Succeeded",
		"rolled-back":            "not ready RolledBack: the old version serves",
		"scaled-to-zero":         "ScaledToZero",
		"spec-newer-than-status": "not ready Waiting",
		"stalled":                "not ready RegistrationSecretMissing: create the Secret",
		"waiting":                "not ready",
		"waiting-for-promotion":  "not ready WaitingForPromotion: let the rollout go on",
	}
	for name, gw := range recorded(t) {
		s := Summarize(gw, nil)
		got := "ready " + s.Reason
		if !s.Ready {
			got = "not ready " + s.Reason
		}
		if s.Advice != "" {
			got += ": " + s.Advice
		}
		prefix, known := want[name]
		if !known || !strings.Contains(got, prefix) {
			t.Errorf("%s: %q, want %q", name, got, prefix)
		}
	}
}

// passing are the reasons that pass by themselves, or are no trouble.
var passing = []string{
	"Succeeded", "Creating", "WaitingForAWS", "RollingOut", "Registering", "AnypointStale", "NotAsked", "Publishing", "GatewayNotReady", "Deploying", "Deleting", "NotNeeded",
}

func TestEveryReasonOfTheAPIHasAnAdviceOrPasses(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../api/v1alpha1/conditions.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	reasons := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
			return true
		}
		reason, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		reasons++
		passes := strings.Contains(" "+strings.Join(passing, " ")+" ", " "+reason+" ")
		if passes == (Advice(reason) != "") {
			t.Errorf("%s: advice %q, passes by itself: %t; want one of the two", reason, Advice(reason), passes)
		}
		return true
	})
	if reasons < 30 {
		t.Errorf("%d reasons", reasons)
	}
}

func TestTheScreenOfADeniedGatewayTellsANewcomerWhereToLook(t *testing.T) {
	events := []Event{{Type: "Warning", Reason: "AccessDenied", Message: "LogGroup/logs: AWS denied the call", Count: 3, Last: now.Add(-time.Minute)}}
	got := text(Screen(recorded(t)["denied"], events, "flexgw", Now{now, now}))
	for _, line := range []string{
		"flex/gw  not ready  AccessDenied\n",
		"What to do: give the controller's role the permission that the message names: docs/iam.md\n",
		"Endpoint  gw-b54c16-8ccacf676dda1e6f.elb.us-east-1.amazonaws.com  8081, 8082\n",
		"Replicas  1 wanted, 1 running, 1 updated, 1 healthy\n",
		"As they should be: Available, NetworkReady, StorageReady, IdentityReady, LoadBalancerReady, HealthCheckAPIReady\n",
		"LogGroup/logs                       Failed   5m32s  AWS denied the call",
		"c798d6a5  us-east-1a  172.31.0.7",
		"60s        3      Warning  AccessDenied  LogGroup/logs: AWS denied the call\n",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
}

func TestAnAdviceNamesTheWholeCommand(t *testing.T) {
	got := text(Screen(recorded(t)["rolled-back"], nil, "kubectl flexgw", Now{now, now}))
	if want := `"kubectl flexgw logs gw -n flex --previous"`; !strings.Contains(got, want) {
		t.Errorf("no %s in\n%s", want, got)
	}
}

func TestTheTreeHasEachResourceOnceAndWhatTheStatusNamesBesides(t *testing.T) {
	for name, gw := range recorded(t) {
		count := map[string]int{}
		var walk func(*Node)
		walk = func(n *Node) {
			count[n.Kind+"/"+n.Name]++
			count[n.Kind]++
			for _, child := range n.Children {
				walk(child)
			}
		}
		walk(Tree(gw))
		for _, r := range gw.Status.Resources {
			if count[r.Kind+"/"+r.Name] != 1 {
				t.Errorf("%s: %s/%s is there %d times", name, r.Kind, r.Name, count[r.Kind+"/"+r.Name])
			}
		}
		if n := gw.Status.Network; n != nil && count["Network"] > 0 && count["Subnet"] != len(n.SubnetIDs) {
			t.Errorf("%s: %d subnets, want %d", name, count["Subnet"], len(n.SubnetIDs))
		}
	}
}

func TestTheTreeIsDrawnByWhatThingsAreIn(t *testing.T) {
	var names []string
	for _, l := range TreeLines(Tree(recorded(t)["ready"]), false, now) {
		kind := strings.IndexFunc(l.Text, unicode.IsLetter)
		name, _, _ := strings.Cut(l.Text[kind:], "  ")
		names = append(names, l.Text[:kind]+name)
	}
	want := `FlexGatewayDeployment/flex/gw
├── Network/vpc
│   ├── Subnet/us-east-1a
│   ├── Subnet/us-east-1b
│   ├── Subnet/us-east-1d
│   ├── Subnet/us-east-1e
│   ├── Subnet/us-east-1f
│   ├── SecurityGroup/gateway
│   └── SecurityGroup/storage
├── LoadBalancer/gateway
│   ├── Listener/8081
│   │   └── TargetGroup/8081
│   │       └── Target/us-east-1a
│   └── Listener/8082
│       └── TargetGroup/8082
│           └── Target/us-east-1a
├── Cluster/cluster
│   ├── TaskDefinition/registration
│   ├── TaskDefinition/gateway
│   └── Service/gateway
│       └── Replicas/gateway
│           └── Task/us-east-1a
├── FileSystem/storage
│   ├── MountTargets/storage
│   └── AccessPoint/storage
│       └── RegistrationFile/registration.yaml
├── Secret/registration
├── Role/execution
└── LogGroup/logs`
	if diff := cmp.Diff(strings.Split(want, "\n"), names); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
}

func TestResourcesHaveLinksInTheWideTableAndARNsForScripts(t *testing.T) {
	gw := recorded(t)["ready"]
	if got := text(ResourceTable(gw, true, now)); !strings.Contains(got, "https://console.aws.amazon.com/ecs/v2/clusters/Flex-GW-ECS-Cluster/services/gw-b54c16-Service/health?region=us-east-1") {
		t.Errorf("no link in\n%s", got)
	}
	got := strings.Join(ARNs(gw), "\n")
	for _, arn := range []string{"arn:aws:ec2:us-east-1:123456789012:vpc/vpc-06ee86db17a86f648", "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0794e10c472cf9107", "arn:aws:iam::123456789012:role/gw-b54c16-execution"} {
		if strings.Count(got, arn) != 1 {
			t.Errorf("%s is there %d times in\n%s", arn, strings.Count(got, arn), got)
		}
	}
	if strings.Contains(got, "mount-targets") || strings.Contains(got, "healthy") {
		t.Errorf("what has no ARN is in\n%s", got)
	}
}

func TestEventsThatSayTheSameAreOneWithTheSumOfTheirCounts(t *testing.T) {
	at := func(minute int) metav1.MicroTime {
		return metav1.NewMicroTime(now.Add(time.Duration(minute) * time.Minute))
	}
	series := corev1.Event{Type: "Warning", Reason: "AccessDenied", Message: "denied\x1b[31m", EventTime: at(0), Series: &corev1.EventSeries{Count: 4, LastObservedTime: at(9)}}
	again := corev1.Event{Type: "Warning", Reason: "AccessDenied", Message: "denied\x1b[31m", EventTime: at(20)}
	old := corev1.Event{Type: "Normal", Reason: "Created", Message: "made", Count: 2, FirstTimestamp: metav1.NewTime(now), LastTimestamp: metav1.NewTime(now.Add(time.Minute))}
	got := Events([]corev1.Event{again, series, old})
	want := []Event{
		{Type: "Normal", Reason: "Created", Message: "made", Count: 2, First: now, Last: now.Add(time.Minute)},
		{Type: "Warning", Reason: "AccessDenied", Message: "denied [31m", Count: 5, First: now, Last: now.Add(20 * time.Minute)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestTheListSaysNoMoreThanTheStatusDoes(t *testing.T) {
	all := recorded(t)
	got := text(List([]v1alpha1.FlexGatewayDeployment{*all["denied"], *all["ready"]}, true, now))
	if !strings.Contains(got, "flex       gw    no     AccessDenied  1/1") || !strings.Contains(got, "flex       gw    yes    Succeeded     1/1") {
		t.Errorf("list:\n%s", got)
	}
}

func TestADeletionThatIsHeldUpSaysWhyAndWhatToDo(t *testing.T) {
	gw := recorded(t)["deleting"]
	if s := Summarize(gw, nil); !strings.Contains(s.Message, "still in AWS: SecurityGroup/gateway") || s.Advice != "" {
		t.Errorf("it says %q, and advises %q", s.Message, s.Advice)
	}
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	ready.Reason, ready.Message = v1alpha1.ReasonAccessDenied, "EFS DeleteFileSystem: AccessDenied"
	if s := Summarize(gw, nil); s.Reason != ready.Reason || s.Message != ready.Message || s.Advice != Advice(v1alpha1.ReasonAccessDenied) {
		t.Errorf("it says %s: %q, and advises %q", s.Reason, s.Message, s.Advice)
	}
}
