package iam

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"flexgw.io/controller/internal/awssim/core"
)

func TestMalformedTrustPoliciesAreRefused(t *testing.T) {
	with := func(statement string) string { return `{"Version":"2012-10-17","Statement":[` + statement + `]}` }
	tests := []struct{ name, document, message string }{
		{"not JSON", `{`, "This policy contains invalid Json"},
		{"an unknown element", with(`{"Effect":"Allow","Actions":"x"}`), "Syntax errors in policy."},
		{"an unknown version", `{"Version":"2026-01-01","Statement":[]}`, "Policy document must be version 2012-10-17 or greater."},
		{"no statement", `{"Version":"2012-10-17"}`, "Missing required field Statement"},
		{"no effect", with(`{"Action":"sts:AssumeRole","Principal":"*"}`), "Missing required field Effect"},
		{"no action", with(`{"Effect":"Allow","Principal":"*"}`), "Policy statement must contain actions."},
		{"no principal", with(`{"Effect":"Allow","Action":"sts:AssumeRole"}`), "Missing required field Principal"},
		{"a resource", with(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}`), "Has prohibited field Resource"},
		{"an action of another service", with(`{"Effect":"Allow","Action":"s3:GetObject","Principal":"*"}`), "AssumeRole policy may only specify STS AssumeRole actions."},
		{"an unknown service", with(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks"}}`), `Invalid principal in policy: "SERVICE":"ecs-tasks"`},
		{"an absent role", with(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::123456789012:role/absent"}}`), `Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/absent"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
				_, err := s.CreateRole(c, &sdk.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: &test.document})
				wantError(t, err, "MalformedPolicyDocument", test.message)
			})
		})
	}
}

func TestMalformedPermissionsPoliciesAreRefused(t *testing.T) {
	tests := []struct{ name, statement, message string }{
		{"a principal", `{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}`, "Policy document should not specify a principal."},
		{"no resource", `{"Effect":"Allow","Action":"s3:*"}`, "Policy statement must contain resources."},
		{"a resource that is no ARN", `{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}`, `Resource bucket must be in ARN format or "*".`},
		{"an action without its service", `{"Effect":"Allow","Action":"GetObject","Resource":"*"}`, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parsePermissions(`{"Version":"2012-10-17","Statement":` + test.statement + `}`)
			wantError(t, err, "MalformedPolicyDocument", test.message)
		})
	}
}

func TestInlinePoliciesAreKeptAsWrittenAndLimitedInSize(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		put := func(name, document string) error {
			_, err := s.PutRolePolicy(c, &sdk.PutRolePolicyInput{RoleName: aws.String("gateway"), PolicyName: &name, PolicyDocument: &document})
			return err
		}
		wantError(t, put("read", readSecrets), "", "")
		out, err := s.GetRolePolicy(c, &sdk.GetRolePolicyInput{RoleName: aws.String("gateway"), PolicyName: aws.String("read")})
		if err != nil {
			t.Fatal(err)
		}
		if text, err := url.PathUnescape(*out.PolicyDocument); err != nil || text != readSecrets {
			t.Errorf("document = %s, %v, want %s", text, err, readSecrets)
		}
		if strings.ContainsAny(*out.PolicyDocument, `{" +`) {
			t.Errorf("document %s is not URL-encoded", *out.PolicyDocument)
		}
		large := strings.Replace(readSecrets, "flex-*", strings.Repeat("x", 10_100), 1)
		wantError(t, put("large", large), "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role gateway")
		_, err = s.GetRolePolicy(c, &sdk.GetRolePolicyInput{RoleName: aws.String("gateway"), PolicyName: aws.String("large")})
		wantError(t, err, "NoSuchEntity", "The role policy with name large cannot be found.")
	})
}

func TestAllowsFollowsIAMsEvaluationLogic(t *testing.T) {
	const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:flex-a-AbCdEf"
	allow := func(rest string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow",` + rest + `}}`
	}
	deny := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"secretsmanager:*","Resource":"*"}}`
	tests := []struct {
		name     string
		policies []string
		want     bool
	}{
		{"nothing is allowed without a policy", nil, false},
		{"an exact action and a resource with a wildcard", []string{readSecrets}, true},
		{"actions are compared without regard to case", []string{allow(`"Action":"SecretsManager:getsecret*","Resource":"*"`)}, true},
		{"another action", []string{allow(`"Action":"secretsmanager:PutSecretValue","Resource":"*"`)}, false},
		{"another resource", []string{allow(`"Action":"*","Resource":"arn:aws:secretsmanager:eu-west-1:*:secret:*"`)}, false},
		{"a question mark is one character", []string{allow(`"Action":"*","Resource":"arn:aws:secretsmanager:us-east-1:123456789012:secret:flex-a-??????"`)}, true},
		{"a question mark is not two characters", []string{allow(`"Action":"*","Resource":"arn:aws:secretsmanager:us-east-1:123456789012:secret:flex-a-?????"`)}, false},
		{"everything but the action", []string{allow(`"NotAction":"secretsmanager:*","Resource":"*"`)}, false},
		{"everything but another action", []string{allow(`"NotAction":"s3:*","Resource":"*"`)}, true},
		{"a Deny wins", []string{readSecrets, deny}, false},
		{"a condition that is met", []string{allow(`"Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`)}, true},
		{"a condition that is not met", []string{allow(`"Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":["1","2"]}}`)}, false},
		{"a boolean condition", []string{allow(`"Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}`)}, true},
		{"an unknown key allows nothing", []string{allow(`"Action":"*","Resource":"*","Condition":{"StringLike":{"aws:ResourceTag/a":"*"}}`)}, false},
		{"an unknown operator allows nothing", []string{allow(`"Action":"*","Resource":"*","Condition":{"Guess":{"aws:SourceAccount":"123456789012"}}`)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
				createRole(t, s, c, "gateway")
				for i, document := range test.policies {
					in := &sdk.PutRolePolicyInput{RoleName: aws.String("gateway"), PolicyName: aws.String(string(rune('a' + i))), PolicyDocument: &document}
					if _, err := s.PutRolePolicy(c, in); err != nil {
						t.Fatal(err)
					}
				}
				if got := s.Allows(c.Account, gatewayARN, "secretsmanager:GetSecretValue", secret); got != test.want {
					t.Errorf("Allows = %v, want %v", got, test.want)
				}
			})
		})
	}
}

func TestTheTaskExecutionPolicyWritesLogsButReadsNoSecrets(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		if _, err := s.AttachRolePolicy(c, &sdk.AttachRolePolicyInput{RoleName: aws.String("gateway"), PolicyArn: aws.String(taskExecution)}); err != nil {
			t.Fatal(err)
		}
		if !s.Allows(c.Account, gatewayARN, "logs:PutLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:g:*") {
			t.Error("logs:PutLogEvents is refused")
		}
		if s.Allows(c.Account, gatewayARN, "secretsmanager:GetSecretValue", "*") {
			t.Error("secretsmanager:GetSecretValue is allowed")
		}
		if s.Allows(c.Account, gatewayARN+"x", "logs:PutLogEvents", "*") {
			t.Error("a role that does not exist is allowed something")
		}
	})
}

func TestAPermissionsBoundaryLimitsARole(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		in := &sdk.CreateRoleInput{RoleName: aws.String("gateway"), AssumeRolePolicyDocument: aws.String(ecsTrust), PermissionsBoundary: aws.String(taskExecution)}
		if _, err := s.CreateRole(c, in); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AttachRolePolicy(c, &sdk.AttachRolePolicyInput{RoleName: in.RoleName, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}); err != nil {
			t.Fatal(err)
		}
		if !s.Allows(c.Account, gatewayARN, "logs:PutLogEvents", "*") || s.Allows(c.Account, gatewayARN, "s3:GetObject", "*") {
			t.Error("want what both the policy and the boundary allow, and nothing else")
		}
	})
}

func TestARoleTrustsTheServicesOfItsTrustPolicyOnly(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		for service, want := range map[string]bool{"ecs-tasks.amazonaws.com": true, "ecs.amazonaws.com": false} {
			if got := s.Trusts(c.Account, gatewayARN, service); got != want {
				t.Errorf("Trusts(%s) = %v, want %v", service, got, want)
			}
		}
		other := strings.Replace(ecsTrust, "ecs-tasks", "ecs", 1)
		if _, err := s.UpdateAssumeRolePolicy(c, &sdk.UpdateAssumeRolePolicyInput{RoleName: aws.String("gateway"), PolicyDocument: &other}); err != nil {
			t.Fatal(err)
		}
		if s.Trusts(c.Account, gatewayARN, "ecs-tasks.amazonaws.com") {
			t.Error("the role trusts ECS tasks after its trust policy was replaced")
		}
	})
}

func TestTheKnownManagedPoliciesAreWellFormed(t *testing.T) {
	for path, text := range managedPolicies {
		if _, err := parsePermissions(text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
