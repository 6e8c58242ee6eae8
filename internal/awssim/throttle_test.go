package awssim

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// answer is what a client sees of a call; the zero answer is success.
type answer struct {
	Code, Message string
	Status        int
}

func answerOf(t *testing.T, err error) answer {
	t.Helper()
	if err == nil {
		return answer{}
	}
	api, isAPI := errors.AsType[smithy.APIError](err)
	response, isResponse := errors.AsType[*awshttp.ResponseError](err)
	if !isAPI || !isResponse {
		t.Fatalf("not an answer of AWS: %v", err)
	}
	return answer{Code: api.ErrorCode(), Message: api.ErrorMessage(), Status: response.HTTPStatusCode()}
}

// newThrottledSim is a simulated AWS in which calls take no time and come too fast.
func newThrottledSim(t *testing.T, scale float64) *Sim {
	t.Helper()
	s, err := New(Options{Settings: &core.Settings{ThrottleScale: scale}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

type awsCall func(context.Context, aws.Config) error

func readClusters(ctx context.Context, c aws.Config) error {
	_, err := ecs.NewFromConfig(c).ListClusters(ctx, &ecs.ListClustersInput{})
	return err
}

func readVpcs(ctx context.Context, c aws.Config) error {
	_, err := ec2.NewFromConfig(c).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	return err
}

func readRoles(ctx context.Context, c aws.Config) error {
	_, err := iam.NewFromConfig(c).ListRoles(ctx, &iam.ListRolesInput{})
	return err
}

// throttledService is a call, and how AWS throttles it.
type throttledService struct {
	name  string
	call  awsCall
	burst int
	token time.Duration // how long one token takes to come back
	want  answer
}

// throttledServices has a read of every service that succeeds in an empty account.
func throttledServices() []throttledService {
	jsonError := answer{"ThrottlingException", "Rate exceeded", http.StatusBadRequest}
	queryError := answer{"Throttling", "Rate exceeded", http.StatusBadRequest}
	return []throttledService{
		{"ecs", readClusters, 50, 50 * time.Millisecond, jsonError},
		{"ec2", readVpcs, 100, 50 * time.Millisecond, answer{"RequestLimitExceeded", "Request limit exceeded.", http.StatusServiceUnavailable}},
		{"elbv2", func(ctx context.Context, c aws.Config) error {
			_, err := elasticloadbalancingv2.NewFromConfig(c).DescribeLoadBalancers(ctx, &elasticloadbalancingv2.DescribeLoadBalancersInput{})
			return err
		}, 40, 100 * time.Millisecond, jsonError},
		{"logs", func(ctx context.Context, c aws.Config) error {
			_, err := cloudwatchlogs.NewFromConfig(c).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
			return err
		}, 10, 100 * time.Millisecond, jsonError},
		{"efs", func(ctx context.Context, c aws.Config) error {
			_, err := efs.NewFromConfig(c).DescribeFileSystems(ctx, &efs.DescribeFileSystemsInput{})
			return err
		}, 10, 100 * time.Millisecond, jsonError},
		{"secretsmanager", func(ctx context.Context, c aws.Config) error {
			_, err := secretsmanager.NewFromConfig(c).ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
			return err
		}, 100, 10 * time.Millisecond, jsonError},
		{"iam", readRoles, 15, time.Second / 15, queryError},
		{"sts", func(ctx context.Context, c aws.Config) error {
			_, err := awssts.NewFromConfig(c).GetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
			return err
		}, 600, time.Second / 600, queryError},
	}
}

func TestEveryServiceAllowsABurstAndThenWhatComesBack(t *testing.T) {
	for _, test := range throttledServices() {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := config(newThrottledSim(t, 1), "us-east-1", "test")
				expect := func(when string, want answer) {
					t.Helper()
					if diff := cmp.Diff(want, answerOf(t, test.call(t.Context(), c))); diff != "" {
						t.Fatalf("%s (-want +got):\n%s", when, diff)
					}
				}
				for range test.burst {
					expect("in the burst", answer{})
				}
				expect("after the burst", test.want)
				time.Sleep(test.token / 2)
				expect("before a token came back", test.want)
				time.Sleep(test.token/2 + 2) // 2 ns for what the divisions cut off
				expect("after a token came back", answer{})
				expect("and right after it", test.want)
			})
		})
	}
}

// exhaust calls until it is refused.
func exhaust(t *testing.T, c aws.Config, call awsCall) {
	t.Helper()
	for range 1000 {
		if answerOf(t, call(t.Context(), c)) != (answer{}) {
			return
		}
	}
	t.Fatal("1000 calls and no throttling")
}

func TestAnotherAccountOrRegionHasItsOwnBuckets(t *testing.T) {
	const here, mine = "us-east-1", "AKIA111111111111SIMU"
	tests := []struct {
		name, region, key string
		call              awsCall
		want              string
	}{
		{"ECS in another region", "eu-west-1", mine, readClusters, ""},
		{"ECS in another account", here, "AKIA222222222222SIMU", readClusters, ""},
		{"ECS here", here, mine, readClusters, "ThrottlingException"},
		{"IAM is the same in all regions", "eu-west-1", mine, readRoles, "Throttling"},
		{"IAM in another account", here, "AKIA222222222222SIMU", readRoles, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newThrottledSim(t, 1)
				exhaust(t, config(s, here, mine), test.call)
				if got := codeOf(test.call(t.Context(), config(s, test.region, test.key))); got != test.want {
					t.Errorf("answer = %q, want %q", got, test.want)
				}
			})
		})
	}
}

func TestWhatSharesABucket(t *testing.T) {
	describeGroups := func(in ec2.DescribeSecurityGroupsInput) awsCall {
		return func(ctx context.Context, c aws.Config) error {
			_, err := ec2.NewFromConfig(c).DescribeSecurityGroups(ctx, &in)
			return err
		}
	}
	all := describeGroups(ec2.DescribeSecurityGroupsInput{})
	paged := describeGroups(ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)})
	filtered := describeGroups(ec2.DescribeSecurityGroupsInput{Filters: []ec2types.Filter{{Name: aws.String("group-name"), Values: []string{"g"}}}})
	describeClusters := func(ctx context.Context, c aws.Config) error {
		_, err := ecs.NewFromConfig(c).DescribeClusters(ctx, &ecs.DescribeClustersInput{})
		return err
	}
	listTaskDefinitions := func(ctx context.Context, c aws.Config) error {
		_, err := ecs.NewFromConfig(c).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{})
		return err
	}
	tests := []struct {
		name        string
		first, then awsCall
		want        string
	}{
		{"ECS: actions of one category", readClusters, describeClusters, "ThrottlingException"},
		{"ECS: not those of another", readClusters, listTaskDefinitions, ""},
		{"EC2: each API has its own", readVpcs, paged, ""},
		{"EC2: a page and a filter are of one kind", paged, filtered, "RequestLimitExceeded"},
		{"EC2: reading everything is of another", all, paged, ""},
		{"EC2: in both directions", paged, all, ""},
		{"one service does not take from another", readClusters, readRoles, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := config(newThrottledSim(t, 1), "us-east-1", "test")
				exhaust(t, c, test.first)
				if got := codeOf(test.then(t.Context(), c)); got != test.want {
					t.Errorf("answer = %q, want %q", got, test.want)
				}
			})
		})
	}
}

func TestTheScaleOfTheBuckets(t *testing.T) {
	tests := []struct {
		name  string
		scale float64
		calls int
		want  string // after so many calls
	}{
		{"0 is no throttling", 0, 200, ""},
		{"AWS's own", 1, 50, "ThrottlingException"},
		{"a tenth", 0.1, 5, "ThrottlingException"},
		{"at least one call", 0.001, 1, "ThrottlingException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := config(newThrottledSim(t, test.scale), "us-east-1", "test")
				for i := range test.calls {
					if err := readClusters(t.Context(), c); err != nil {
						t.Fatalf("call %d: %v", i+1, err)
					}
				}
				if got := codeOf(readClusters(t.Context(), c)); got != test.want {
					t.Errorf("answer = %q, want %q", got, test.want)
				}
			})
		})
	}
}
