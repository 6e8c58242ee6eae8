package iam

import (
	"errors"
	"fmt"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

const (
	ecsTrust      = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	readSecrets   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:us-east-1:123456789012:secret:flex-*"}]}`
	taskExecution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
	gatewayARN    = "arn:aws:iam::123456789012:role/gateway"
)

// inWorld runs fn against an IAM without roles in a bubble of its own, with the
// world locked.
func inWorld(t *testing.T, fn func(t *testing.T, s *Service, c *core.Call)) {
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		w.Do(func() {
			fn(t, New(w), &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}})
		})
	})
}

// wantError fails the test unless err has the code and the message; an empty code
// means no error, an empty message any.
func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	if code == "" && err == nil {
		return
	}
	var refused *core.Error
	if !errors.As(err, &refused) || refused.Code != code || message != "" && refused.Message != message {
		t.Errorf("error = %v, want %s: %s", err, code, message)
	}
}

func createRole(t *testing.T, s *Service, c *core.Call, name string) *types.Role {
	t.Helper()
	out, err := s.CreateRole(c, &sdk.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(ecsTrust)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Role
}

func TestANewRoleHasAWSsDefaultsAndAnEncodedTrustPolicy(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		out, err := s.GetRole(c, &sdk.GetRoleInput{RoleName: aws.String("gateway")})
		if err != nil {
			t.Fatal(err)
		}
		trust, err := url.PathUnescape(*out.Role.AssumeRolePolicyDocument)
		got := []any{*out.Role.Arn, *out.Role.Path, *out.Role.MaxSessionDuration, trust, err, len(*out.Role.RoleId)}
		if diff := cmp.Diff([]any{gatewayARN, "/", int32(3600), ecsTrust, nil, 21}, got); diff != "" {
			t.Errorf("role (-want +got):\n%s", diff)
		}
	})
}

func TestRoleNamesAreUniqueWhateverTheirCase(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		_, err := s.CreateRole(c, &sdk.CreateRoleInput{RoleName: aws.String("Gateway"), AssumeRolePolicyDocument: aws.String(ecsTrust)})
		wantError(t, err, "EntityAlreadyExists", "Role with name Gateway already exists.")
		elsewhere := *c
		elsewhere.Account, elsewhere.Region = "210987654321", "eu-west-1"
		createRole(t, s, &elsewhere, "gateway")
		elsewhere.Account = c.Account
		if _, err := s.GetRole(&elsewhere, &sdk.GetRoleInput{RoleName: aws.String("gateway")}); err != nil {
			t.Errorf("GetRole through another region: %v", err)
		}
	})
}

func TestOperationsOnAnAbsentRoleSayNoSuchEntity(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		name := aws.String("absent")
		_, get := s.GetRole(c, &sdk.GetRoleInput{RoleName: name})
		_, del := s.DeleteRole(c, &sdk.DeleteRoleInput{RoleName: name})
		_, tag := s.TagRole(c, &sdk.TagRoleInput{RoleName: name})
		_, attach := s.AttachRolePolicy(c, &sdk.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(taskExecution)})
		_, put := s.PutRolePolicy(c, &sdk.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"), PolicyDocument: aws.String(readSecrets)})
		_, profiles := s.ListInstanceProfilesForRole(c, &sdk.ListInstanceProfilesForRoleInput{RoleName: name})
		for _, err := range []error{get, del, tag, attach, put, profiles} {
			wantError(t, err, "NoSuchEntity", "The role with name absent cannot be found.")
		}
	})
}

func TestARoleWithPoliciesCannotBeDeleted(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		name := aws.String("gateway")
		if _, err := s.AttachRolePolicy(c, &sdk.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(taskExecution)}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PutRolePolicy(c, &sdk.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("read"), PolicyDocument: aws.String(readSecrets)}); err != nil {
			t.Fatal(err)
		}
		remove := func() error {
			_, err := s.DeleteRole(c, &sdk.DeleteRoleInput{RoleName: name})
			return err
		}
		wantError(t, remove(), "DeleteConflict", "Cannot delete entity, must detach all policies first.")
		if _, err := s.DetachRolePolicy(c, &sdk.DetachRolePolicyInput{RoleName: name, PolicyArn: aws.String(taskExecution)}); err != nil {
			t.Fatal(err)
		}
		wantError(t, remove(), "DeleteConflict", "Cannot delete entity, must delete policies first.")
		if _, err := s.DeleteRolePolicy(c, &sdk.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("read")}); err != nil {
			t.Fatal(err)
		}
		wantError(t, remove(), "", "")
		if s.RoleExists(c.Account, gatewayARN) {
			t.Error("the role is still there")
		}
	})
}

func TestARoleIsVisibleOnlyAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		s := New(w)
		c := &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}}
		look := func() (seen [2]bool) {
			w.Do(func() {
				seen = [2]bool{s.RoleExists(c.Account, gatewayARN), s.RoleVisible(c.Account, gatewayARN)}
			})
			return seen
		}
		before := look()
		w.Do(func() { createRole(t, s, c, "gateway") })
		at := look()
		time.Sleep(3 * time.Second) // the P50 of core.RoleVisible
		after := look()
		want := [][2]bool{{false, false}, {true, false}, {true, true}}
		if diff := cmp.Diff(want, [][2]bool{before, at, after}); diff != "" {
			t.Errorf("exists and visible before, at and 3 s after the creation (-want +got):\n%s", diff)
		}
	})
}

func TestServiceLinkedRolesBelongToTheirService(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		create := func(service string) (*sdk.CreateServiceLinkedRoleOutput, error) {
			return s.CreateServiceLinkedRole(c, &sdk.CreateServiceLinkedRoleInput{AWSServiceName: &service})
		}
		out, err := create("ecs.amazonaws.com")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := *out.Role.Arn, "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"; got != want {
			t.Errorf("ARN = %s, want %s", got, want)
		}
		_, err = create("ecs.amazonaws.com")
		wantError(t, err, "InvalidInput", "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.")
		_, err = create("unknown.amazonaws.com")
		wantError(t, err, "InvalidInput", "")
		_, err = s.DeleteRole(c, &sdk.DeleteRoleInput{RoleName: out.Role.RoleName})
		wantError(t, err, "UnmodifiableEntity", "")
		createRole(t, s, c, "gateway")
		want := []core.Resource{{Service: "iam", Kind: "Role", ID: gatewayARN, Account: core.DefaultAccount, Tags: map[string]string{}}}
		if diff := cmp.Diff(want, s.Inventory()); diff != "" {
			t.Errorf("inventory (-want +got):\n%s", diff)
		}
	})
}

func TestManagedPoliciesAreAWSsOwnAndAtMostTen(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		attach := func(arn string) error {
			_, err := s.AttachRolePolicy(c, &sdk.AttachRolePolicyInput{RoleName: aws.String("gateway"), PolicyArn: &arn})
			return err
		}
		wantError(t, attach("arn:aws:iam::aws:policy/NoSuchPolicy"), "NoSuchEntity", "Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.")
		wantError(t, attach("arn:aws:iam::123456789012:policy/mine"), "NoSuchEntity", "")
		wantError(t, attach("arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"), "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
		var attached int
		for path := range managedPolicies {
			err := attach("arn:aws:iam::aws:policy" + path)
			if attached++; attached <= 10 {
				wantError(t, err, "", "")
			} else {
				wantError(t, err, "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")
			}
		}
		_, err := s.DetachRolePolicy(c, &sdk.DetachRolePolicyInput{RoleName: aws.String("gateway"), PolicyArn: aws.String("arn:aws:iam::aws:policy/absent")})
		wantError(t, err, "NoSuchEntity", "Policy arn:aws:iam::aws:policy/absent was not found.")
	})
}

func TestListsComeInPages(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		for i := range 5 {
			createRole(t, s, c, fmt.Sprintf("role-%d", i))
		}
		in := &sdk.ListRolesInput{MaxItems: aws.Int32(2)}
		var got [][]string
		for more := true; more; {
			out, err := s.ListRoles(c, in)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range out.Roles {
				names = append(names, *r.RoleName)
			}
			got = append(got, names)
			more, in.Marker = out.IsTruncated, out.Marker
		}
		if diff := cmp.Diff([][]string{{"role-0", "role-1"}, {"role-2", "role-3"}, {"role-4"}}, got); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
		out, err := s.ListRoles(c, &sdk.ListRolesInput{PathPrefix: aws.String("/other/")})
		if err != nil || len(out.Roles) != 0 {
			t.Errorf("ListRoles under another path = %v, %v, want none", out.Roles, err)
		}
	})
}

func TestTagKeysAreToldApartWithoutRegardToCase(t *testing.T) {
	inWorld(t, func(t *testing.T, s *Service, c *core.Call) {
		createRole(t, s, c, "gateway")
		name := aws.String("gateway")
		tag := func(pairs ...string) error {
			in := &sdk.TagRoleInput{RoleName: name}
			for i := 0; i < len(pairs); i += 2 {
				in.Tags = append(in.Tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
			}
			_, err := s.TagRole(c, in)
			return err
		}
		wantError(t, tag("Project", "a", "Owner", "b"), "", "")
		wantError(t, tag("project", "c"), "", "")
		wantError(t, tag("x", "1", "X", "2"), "InvalidInput", "")
		wantError(t, tag("aws:x", "1"), "InvalidInput", "")
		var many []string
		for i := range 49 {
			many = append(many, fmt.Sprint(i), "")
		}
		wantError(t, tag(many...), "LimitExceeded", "")
		if _, err := s.UntagRole(c, &sdk.UntagRoleInput{RoleName: name, TagKeys: []string{"OWNER", "absent"}}); err != nil {
			t.Fatal(err)
		}
		out, err := s.ListRoleTags(c, &sdk.ListRoleTagsInput{RoleName: name})
		if err != nil || len(out.Tags) != 1 || *out.Tags[0].Key != "project" || *out.Tags[0].Value != "c" {
			t.Errorf("ListRoleTags = %v, %v, want project=c", out, err)
		}
	})
}
