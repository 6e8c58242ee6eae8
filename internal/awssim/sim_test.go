package awssim

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/sts"
)

// fakeECS is a service with a handful of operations.
type fakeECS struct {
	mu   sync.Mutex // a connection that is cut leaves nothing else between a handler and its test
	seen []core.Call
}

// count is how often ListClusters has run.
func (f *fakeECS) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

// ListClusters answers with the caller's scope.
func (f *fakeECS) ListClusters(c *core.Call, _ *ecs.ListClustersInput) (*ecs.ListClustersOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, *c)
	return &ecs.ListClustersOutput{ClusterArns: []string{c.ARN("ecs", "cluster/x")}}, nil
}

// CreateCluster refuses.
func (f *fakeECS) CreateCluster(*core.Call, *ecs.CreateClusterInput) (*ecs.CreateClusterOutput, error) {
	return nil, core.Errorf("ClusterNotFoundException", "Cluster not found.")
}

// DeleteCluster has a bug.
func (f *fakeECS) DeleteCluster(_ *core.Call, in *ecs.DeleteClusterInput) (*ecs.DeleteClusterOutput, error) {
	var none *ecstypes.Cluster
	return &ecs.DeleteClusterOutput{Cluster: &ecstypes.Cluster{ClusterArn: none.ClusterArn}}, nil
}

// StopTask fails in a way that AWS has no word for.
func (f *fakeECS) StopTask(*core.Call, *ecs.StopTaskInput) (*ecs.StopTaskOutput, error) {
	return nil, errors.New("not AWS's")
}

// Inventory lists one cluster.
func (f *fakeECS) Inventory() []core.Resource {
	return []core.Resource{{Service: "ecs", Kind: "Cluster", ID: "x", Account: "1", Region: "r"}}
}

func newFake(t *testing.T, o Options) (*Sim, *fakeECS) {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	w := newWorld(o)
	t.Cleanup(w.Close)
	fake, who := &fakeECS{}, sts.New(w)
	s, err := newSim(o, w, who, map[string]any{"ecs": fake, "sts": who})
	if err != nil {
		t.Fatal(err)
	}
	return s, fake
}

// instant is a world in which calls take no time.
func instant() *core.Settings { return &core.Settings{} }

func config(s *Sim, region, key string) aws.Config {
	return aws.Config{
		Region: region, HTTPClient: &http.Client{Transport: s.RoundTripper()}, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key, SecretAccessKey: "s"}, nil
		}),
	}
}

func TestTheAccessKeyNamesTheAccountAndTheSignatureTheRegion(t *testing.T) {
	s, fake := newFake(t, Options{Settings: instant(), Accounts: map[string]string{"AKIDTEAM": "333333333333"}})
	tests := []struct{ key, account string }{
		{"AKIA222222222222SIMU", "222222222222"},
		{"AKIDTEAM", "333333333333"},
		{"test", core.DefaultAccount},
	}
	for _, test := range tests {
		t.Run(test.key, func(t *testing.T) {
			out, err := ecs.NewFromConfig(config(s, "eu-west-1", test.key)).ListClusters(t.Context(), &ecs.ListClustersInput{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"arn:aws:ecs:eu-west-1:" + test.account + ":cluster/x"}, out.ClusterArns); diff != "" {
				t.Errorf("clusters (-want +got):\n%s", diff)
			}
			call := fake.seen[fake.count()-1]
			if want := "arn:aws:iam::" + test.account + ":user/awssim"; call.Principal != want || call.Service != "ecs" || call.Operation != "ListClusters" || call.RequestID == "" {
				t.Errorf("call = %+v, want principal %s", call, want)
			}
		})
	}
}

func TestARoleAssumedWithoutASignatureCallsFromItsOwnAccount(t *testing.T) {
	s, _ := newFake(t, Options{Settings: instant()})
	c := config(s, "us-east-1", "")
	c.Credentials = aws.AnonymousCredentials{}
	assumed, err := awssts.NewFromConfig(c).AssumeRoleWithWebIdentity(t.Context(), &awssts.AssumeRoleWithWebIdentityInput{
		RoleArn: aws.String("arn:aws:iam::444444444444:role/controller"), RoleSessionName: aws.String("pod"), WebIdentityToken: aws.String("e30.e30.c2ln"),
	})
	if err != nil {
		t.Fatal(err)
	}
	client := awssts.NewFromConfig(config(s, "us-east-1", aws.ToString(assumed.Credentials.AccessKeyId)))
	who, err := client.GetCallerIdentity(t.Context(), &awssts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := aws.ToString(who.Arn), "arn:aws:sts::444444444444:assumed-role/controller/pod"; got != want {
		t.Errorf("caller = %s, want %s", got, want)
	}
	if _, err := awssts.NewFromConfig(c).AssumeRole(t.Context(), &awssts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::444444444444:role/controller"), RoleSessionName: aws.String("pod")}); codeOf(err) != "MissingAuthenticationToken" {
		t.Errorf("an unsigned AssumeRole: error = %v, want MissingAuthenticationToken", err)
	}
}

func codeOf(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

func TestWhatGoesWrongIsAnAnswerAndNeverAPanic(t *testing.T) {
	var logged bytes.Buffer
	s, _ := newFake(t, Options{Settings: instant(), Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	client := ecs.NewFromConfig(config(s, "us-east-1", "test"))
	ctx := t.Context()
	tests := []struct {
		name, code, message string
		call                func() error
		logs                string
	}{
		{"a refusal", "ClusterNotFoundException", "Cluster not found.", func() error {
			_, err := client.CreateCluster(ctx, &ecs.CreateClusterInput{})
			return err
		}, ""},
		{"a panic in a handler", "InternalFailure", "unknown error", func() error {
			_, err := client.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: aws.String("x")})
			return err
		}, "panic in a handler"},
		{"an error that is not AWS's", "InternalFailure", "unknown error", func() error {
			_, err := client.StopTask(ctx, &ecs.StopTaskInput{Task: aws.String("x")})
			return err
		}, "not AWS's"},
		{"an operation with a table and without a handler", "NotImplemented", "awssim: ecs.RunTask is not simulated", func() error {
			_, err := client.RunTask(ctx, &ecs.RunTaskInput{TaskDefinition: aws.String("x")})
			return err
		}, ""},
		{"an operation without a table", "NotImplemented", "awssim: ecs.PutAccountSetting is not simulated", func() error {
			_, err := client.PutAccountSetting(ctx, &ecs.PutAccountSettingInput{Name: ecstypes.SettingNameAwsvpcTrunking, Value: aws.String("enabled")})
			return err
		}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			logged.Reset()
			err := test.call()
			if codeOf(err) != test.code || !strings.Contains(err.Error(), test.message) {
				t.Errorf("error = %v, want %s: %s", err, test.code, test.message)
			}
			if !strings.Contains(logged.String(), test.logs) || test.logs == "" && logged.Len() > 0 {
				t.Errorf("logged %q, want %q", logged.String(), test.logs)
			}
		})
	}
}
