package awssim

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// policyOf is a policy with statements.
func policyOf(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

const nothing = `{"Effect":"Deny","Action":"none:None","Resource":"*"}`

// enforce sets policies, or none.
func enforce(t *testing.T, s *Sim, policies ...string) {
	t.Helper()
	if err := s.Enforce(policies...); err != nil {
		t.Fatal(err)
	}
}

func TestEachServiceRefusesInItsOwnWay(t *testing.T) {
	s := newTestSim(t)
	enforce(t, s, policyOf(nothing))
	c, ctx := config(s, "us-east-1", "test"), t.Context()
	tests := []struct {
		action, code string
		status       int
		call         func() error
	}{
		{"ec2:DescribeSubnets", "UnauthorizedOperation", http.StatusForbidden, func() error {
			_, err := ec2.NewFromConfig(c).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
			return err
		}},
		{"ecs:ListClusters", "AccessDeniedException", http.StatusBadRequest, func() error {
			_, err := ecs.NewFromConfig(c).ListClusters(ctx, &ecs.ListClustersInput{})
			return err
		}},
		{"elasticfilesystem:DescribeFileSystems", "AccessDeniedException", http.StatusForbidden, func() error {
			_, err := efs.NewFromConfig(c).DescribeFileSystems(ctx, &efs.DescribeFileSystemsInput{})
			return err
		}},
		{"elasticloadbalancing:DescribeLoadBalancers", "AccessDenied", http.StatusForbidden, func() error {
			_, err := elbv2.NewFromConfig(c).DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{})
			return err
		}},
		{"iam:GetRole", "AccessDenied", http.StatusForbidden, func() error {
			_, err := iam.NewFromConfig(c).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("r")})
			return err
		}},
		{"logs:DescribeLogGroups", "AccessDeniedException", http.StatusBadRequest, func() error {
			_, err := cloudwatchlogs.NewFromConfig(c).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
			return err
		}},
		{"secretsmanager:DescribeSecret", "AccessDeniedException", http.StatusBadRequest, func() error {
			_, err := secretsmanager.NewFromConfig(c).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String("s")})
			return err
		}},
		{"sts:AssumeRole", "AccessDenied", http.StatusForbidden, func() error {
			_, err := sts.NewFromConfig(c).AssumeRole(ctx, &sts.AssumeRoleInput{
				RoleArn: aws.String("arn:aws:iam::123456789012:role/r"), RoleSessionName: aws.String("s1"),
			})
			return err
		}},
	}
	for _, test := range tests {
		t.Run(test.action, func(t *testing.T) {
			err := test.call()
			if got := codeOf(err); got != test.code {
				t.Fatalf("code %q, want %q (%v)", got, test.code, err)
			}
			answer, ok := errors.AsType[*awshttp.ResponseError](err)
			if !ok || answer.HTTPStatusCode() != test.status {
				t.Errorf("answer %v, want status %d", answer, test.status)
			}
			if want := "because no identity-based policy allows the " + test.action + " action"; !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		})
	}
}

func TestEnforcementIsOffUntilPoliciesAreSetAndAfterTheyAreTaken(t *testing.T) {
	s := newTestSim(t)
	client := ecs.NewFromConfig(config(s, "us-east-1", "test"))
	list := func() string {
		_, err := client.ListClusters(t.Context(), &ecs.ListClustersInput{})
		return codeOf(err)
	}
	if got := list(); got != "" {
		t.Errorf("at the start: %s", got)
	}
	enforce(t, s, policyOf(nothing))
	if err := s.Enforce("{"); err == nil {
		t.Error("a policy that is no JSON was accepted")
	}
	if got := list(); got != "AccessDeniedException" {
		t.Errorf("with policies: %q", got)
	}
	if _, err := sts.NewFromConfig(config(s, "us-east-1", "test")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
		t.Errorf("GetCallerIdentity: %v", err)
	}
	enforce(t, s)
	if got := list(); got != "" {
		t.Errorf("without policies: %s", got)
	}
}

func TestAnExplicitDenialSaysSo(t *testing.T) {
	s := newTestSim(t)
	enforce(t, s, policyOf(`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ecs:*","Resource":"*"}`))
	_, err := ecs.NewFromConfig(config(s, "us-east-1", "test")).ListClusters(t.Context(), &ecs.ListClustersInput{})
	if err == nil || !strings.Contains(err.Error(), "ecs:ListClusters on resource: * with an explicit deny in an identity-based policy") {
		t.Errorf("error %v", err)
	}
}
