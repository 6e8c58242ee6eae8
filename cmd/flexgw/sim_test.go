package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
)

// flexgw runs the program with these arguments.
func flexgw(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := newRootCommand()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

// simulated starts a simulator at AWS_ENDPOINT_URL and returns a client of it.
func simulated(t *testing.T) (*awssim.Sim, *ecs.Client) {
	t.Helper()
	settings := core.DefaultSettings()
	settings.Latencies[core.APICall] = core.Spread{}
	s, err := awssim.New(awssim.Options{Seed: 1, Settings: &settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	return s, ecs.New(ecs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIA222222222222SIMU", "s", ""),
	})
}

// says fails the test where the output has no line that matches.
func says(t *testing.T, out string, err error, lines ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if !regexp.MustCompile("(?m)^" + line + "$").MatchString(out) {
			t.Errorf("no line %q in:\n%s", line, out)
		}
	}
}

func TestSimShowsWhatWasMadeAndWhoCalled(t *testing.T) {
	_, client := simulated(t)
	out, err := flexgw(t, "sim", "inventory")
	says(t, out, err, `Nothing has been made\.`)
	out, err = flexgw(t, "sim", "calls")
	says(t, out, err, `No calls\.`)
	if _, err := client.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("blue")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ListServices(t.Context(), &ecs.ListServicesInput{Cluster: aws.String("red")}); err == nil {
		t.Fatal("there is a red cluster")
	}
	out, err = flexgw(t, "sim", "inventory")
	says(t, out, err, `ACCOUNT +REGION +SERVICE +KIND +STATE +ID`, `222222222222 +eu-west-1 +ecs +Cluster +ACTIVE +\S+:cluster/blue`)
	out, err = flexgw(t, "sim", "calls")
	says(t, out, err, `TIME .*`, `\S+ +ecs +CreateCluster +ok +\S+ +- +eu-west-1 +\S+:user/awssim`, `\S+ +ecs +ListServices +ClusterNotFoundException .*`)
	out, err = flexgw(t, "sim", "calls", "--failed", "--service", "ecs", "--operation", "*", "--limit", "1", "-o", "json")
	var calls []awssim.CallRecord
	if err != nil || json.Unmarshal([]byte(out), &calls) != nil || len(calls) != 1 || calls[0].Operation != "ListServices" {
		t.Errorf("calls = %s, error %v, want the one that failed", out, err)
	}
}

func TestSimSetsListsAndClearsFaults(t *testing.T) {
	s, client := simulated(t)
	out, err := flexgw(t, "sim", "faults")
	says(t, out, err, `No faults\.`)
	start := time.Now()
	out, err = flexgw(t, "sim", "fault", "add", "--service", "ecs", "--operation", "List*", "--code", "ThrottlingException",
		"--message", "slower", "--status", "400", "--latency", "1ms", "--times", "3", "--for", "10m")
	says(t, out, err, `NAME +SERVICE +OPERATION +RATE +EFFECT +TIMES +UNTIL +STRUCK`, `fault-1 +ecs +List\* +1 +\+1ms ThrottlingException 400 +3 +\S+Z +0`)
	_, err = client.ListClusters(t.Context(), &ecs.ListClustersInput{})
	if err == nil || !strings.Contains(err.Error(), "ThrottlingException: slower") {
		t.Errorf("error = %v, want ThrottlingException", err)
	}
	out, err = flexgw(t, "sim", "fault", "add", "--name", "lost", "--rate", "0.25", "--cut", "after")
	says(t, out, err, `lost +all +all +0\.25 +cut after +- +- +0`)
	got := s.Faults()
	if until := got[0].Until; until.Before(start.Add(10*time.Minute)) || until.After(time.Now().Add(10*time.Minute)) {
		t.Errorf("it lasts until %v, want ten minutes from now", until)
	}
	got[0].Until = time.Time{}
	want := []awssim.Fault{
		{Name: "fault-1", Service: "ecs", Operation: "List*", Rate: 1, Code: "ThrottlingException", Message: "slower", Status: 400, Latency: time.Millisecond, Times: 3, Struck: 1},
		{Name: "lost", Rate: 0.25, Cut: awssim.CutAfter},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	out, err = flexgw(t, "sim", "faults")
	says(t, out, err, `fault-1 .* 1`, `lost .* 0`)
	if _, err = flexgw(t, "sim", "fault", "clear", "fault-1"); err != nil || len(s.Faults()) != 1 {
		t.Errorf("error %v, faults %v, want one", err, s.Faults())
	}
	if _, err = flexgw(t, "sim", "fault", "clear"); err != nil || len(s.Faults()) != 0 {
		t.Errorf("error %v, faults %v, want none", err, s.Faults())
	}
}

func TestSimListsAndChangesSettings(t *testing.T) {
	s, _ := simulated(t)
	out, err := flexgw(t, "sim", "settings")
	says(t, out, err, `now +\S+Z`, `jitter +false`, `throttleScale +\S+`, `efs.MountTarget.create +1m25s/2m0s`)
	out, err = flexgw(t, "sim", "settings", "--set", "jitter=true", "--set", "throttleScale=0.5", "--set", "ecs.Task.pull=1m/2m", "--set", "iam.Role.visible=1m", "--set", "readLag=1s/3s", "--set", "eventDuplicates=0.5", "--set", "eventDelay=5s/3m", "--set", "quota.elbv2.LoadBalancers=1")
	says(t, out, err, `jitter +true`, `throttleScale +0\.5`, `readLag +1s/3s`, `eventDelay +5s/3m0s`, `eventDuplicates +0\.5`, `ecs.Task.pull +1m0s/2m0s`, `iam.Role.visible +1m0s/1m0s`, `quota.elbv2.LoadBalancers +1\b`)
	s.World().Do(func() {
		in := s.World().Settings
		if !in.Jitter || in.ThrottleScale != 0.5 || in.Latencies[core.TaskPull].P95 != 2*time.Minute || in.Quotas[core.LoadBalancers] != 1 {
			t.Errorf("settings in force: %+v", in)
		}
	})
}

func TestSimFailsWithASentence(t *testing.T) {
	s, _ := simulated(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"nothing answers", []string{"inventory", "--url", gone.URL}, "no simulated AWS answers at " + gone.URL},
		{"something else answers", []string{"inventory", "--url", other.URL}, "is no simulated AWS: HTTP status 404"},
		{"an unknown service", []string{"fault", "add", "--service", "s3"}, `service: "s3" is not one of`},
		{"no rate", []string{"fault", "add", "--rate", "0"}, "--rate 0"},
		{"a fault that is not there", []string{"fault", "clear", "x"}, `no fault "x"`},
		{"an unknown setting", []string{"settings", "--set", "api.cal=1s"}, "api.call"},
		{"a setting without a value", []string{"settings", "--set", "jitter"}, "want NAME=VALUE"},
		{"a setting of another kind", []string{"settings", "--set", "jitter=maybe"}, "jitter=maybe"},
		{"an unknown form", []string{"calls", "-o", "yaml"}, "want table or json"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if out, err := flexgw(t, append([]string{"sim"}, test.args...)...); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want %q; output %s", err, test.says, out)
			}
		})
	}
	if left := s.Faults(); len(left) != 0 {
		t.Errorf("faults = %v, want none", left)
	}
	t.Setenv("AWS_ENDPOINT_URL", "")
	if _, err := flexgw(t, "sim", "calls"); err == nil || !strings.Contains(err.Error(), "--url") {
		t.Errorf("error = %v, want one that says how to name the simulator", err)
	}
}
