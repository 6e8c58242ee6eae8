package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// Role is a role that a service of AWS assumes for the gateway, with one inline policy.
// ExecutionRole and InfrastructureRole say which there are.
type Role struct {
	Common
	// Part tells the gateway's roles apart.
	Part string
	// Name is the role's name.
	Name string
	// ARN brings a role that is there already; it is used as it is.
	ARN string
	// Principal is the service that may assume it.
	Principal string
	// Purpose is the role's description, before the gateway's name.
	Purpose string
	// Policy returns its inline policy.
	Policy func() string
}

// RoleWish is the role that should be there.
type RoleWish struct {
	Trust  string
	Policy string
	Tags   map[string]string
}

// RoleState is the role that is there.
type RoleState struct {
	Name, ARN string
	Trust     string
	Policy    string
	Tags      map[string]string

	brought, recorded bool
}

// policyName is the name of the inline policy.
func (r Role) policyName() *string { return ptr("flexgw-" + r.Part) }

// Identity is Role/part.
func (r Role) Identity() engine.Identity { return engine.Identity{Kind: "Role", Name: r.Part} }

// Needs nothing.
func (r Role) Needs() []engine.Need { return nil }

// CreatesFirst: IAM refuses a second role of the same name. A role that was brought
// is never made.
func (r Role) CreatesFirst() bool { return r.ARN == "" }

// Wish is the role with its trust and its policy.
func (r Role) Wish() (RoleWish, error) {
	return RoleWish{Trust: r.trust(), Policy: r.Policy(), Tags: r.tags(r.Part, r.Name)}, nil
}

// statement is a statement of an IAM policy.
type statement struct {
	Sid       string            `json:"Sid,omitempty"`
	Effect    string            `json:"Effect"`
	Principal map[string]string `json:"Principal,omitempty"`
	Action    []string          `json:"Action"`
	Resource  []string          `json:"Resource,omitempty"`
}

// document is the JSON of an IAM policy.
func document(statements ...statement) string {
	text, err := json.Marshal(struct {
		Version   string      `json:"Version"`
		Statement []statement `json:"Statement"`
	}{"2012-10-17", statements})
	if err != nil {
		return "" // cannot happen: strings only
	}
	return string(text)
}

// trust lets the service assume the role, as the guide's trust policy does.
func (r Role) trust() string {
	return document(statement{Effect: "Allow", Principal: map[string]string{"Service": r.Principal}, Action: []string{"sts:AssumeRole"}})
}

// Observe reads the role and its policy; a role that was brought is taken as read.
func (r Role) Observe(ctx context.Context, recorded engine.Record) (*RoleState, error) {
	if r.ARN != "" {
		return &RoleState{ARN: r.ARN, brought: true}, nil
	}
	out, err := r.Cloud.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &r.Name})
	if err != nil {
		return nil, gone(err)
	}
	if out.Role == nil || out.Role.Arn == nil {
		return nil, complete(r.Identity(), "")
	}
	state := &RoleState{
		Name: r.Name, ARN: aws.ToString(out.Role.Arn), Trust: unescape(out.Role.AssumeRolePolicyDocument),
		Tags:     awscloud.TagMap(out.Role.Tags, func(t iamtypes.Tag) (*string, *string) { return t.Key, t.Value }),
		recorded: isRecorded(recorded, aws.ToString(out.Role.Arn)),
	}
	policy, err := r.Cloud.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &r.Name, PolicyName: r.policyName()})
	if err != nil {
		return state, gone(err)
	}
	state.Policy = unescape(policy.PolicyDocument)
	return state, nil
}

// unescape reads a policy as IAM answers it: URL-encoded.
func unescape(text *string) string {
	plain, err := url.QueryUnescape(aws.ToString(text))
	if err != nil {
		return aws.ToString(text)
	}
	return plain
}

// Owner reads the tags; a role that was brought is external.
func (r Role) Owner(observed *RoleState) engine.Ownership {
	if observed.brought {
		return engine.External()
	}
	return r.ownership(observed.Tags, observed.recorded)
}

// Diff compares the two policies by meaning, and the tags.
func (r Role) Diff(wish RoleWish, observed *RoleState) *compare.Delta {
	delta := compare.NewDelta()
	if !samePolicy(wish.Trust, observed.Trust) {
		delta.Add("trust", wish.Trust, observed.Trust)
	}
	if !samePolicy(wish.Policy, observed.Policy) {
		delta.Add("policy", wish.Policy, observed.Policy)
	}
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// samePolicy is true where two policies say the same.
func samePolicy(a, b string) bool {
	same, err := compare.IAMPolicyDocumentEqual(a, b)
	return err == nil && same
}

// Create makes the role, then its policy.
func (r Role) Create(ctx context.Context, wish RoleWish) (*RoleState, error) {
	out, err := r.Cloud.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &r.Name, AssumeRolePolicyDocument: &wish.Trust, Tags: iamTags(wish.Tags),
		Description: ptr(fmt.Sprintf("%s of Flex Gateway %s", r.Purpose, r.Gateway)),
	})
	if err != nil {
		return nil, creating(err)
	}
	if out.Role == nil || out.Role.Arn == nil {
		return nil, complete(r.Identity(), "")
	}
	state := &RoleState{Name: r.Name, ARN: aws.ToString(out.Role.Arn), Trust: wish.Trust, Tags: wish.Tags}
	if err := r.putPolicy(ctx, wish.Policy); err != nil {
		return state, err
	}
	state.Policy = wish.Policy
	return state, nil
}

func (r Role) putPolicy(ctx context.Context, policy string) error {
	_, err := r.Cloud.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &r.Name, PolicyName: r.policyName(), PolicyDocument: &policy})
	return err
}

// Update puts policies and tags right.
func (r Role) Update(ctx context.Context, wish RoleWish, observed *RoleState, delta *compare.Delta) (*RoleState, error) {
	updated := *observed
	if delta.DifferentAt("trust") {
		_, err := r.Cloud.IAM.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &r.Name, PolicyDocument: &wish.Trust})
		if err != nil {
			return nil, err
		}
		updated.Trust = wish.Trust
	}
	if delta.DifferentAt("policy") {
		if err := r.putPolicy(ctx, wish.Policy); err != nil {
			return nil, err
		}
		updated.Policy = wish.Policy
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := r.Cloud.IAM.TagRole(ctx, &iam.TagRoleInput{RoleName: &r.Name, Tags: iamTags(tags)})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete removes the policy, then the role. Policies that someone else attached are
// left: IAM then refuses, and the refusal is reported.
func (r Role) Delete(ctx context.Context, observed *RoleState) error {
	_, err := r.Cloud.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &observed.Name, PolicyName: r.policyName()})
	if gone(err) != nil {
		return err
	}
	_, err = r.Cloud.IAM.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &observed.Name})
	return gone(err)
}

// Release takes the owner tags away.
func (r Role) Release(ctx context.Context, observed *RoleState) error {
	_, err := r.Cloud.IAM.UntagRole(ctx, &iam.UntagRoleInput{RoleName: &observed.Name, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

// Settled at once. IAM takes seconds to show a new role to ECS; who needs it to be
// seen waits for that.
func (r Role) Settled(*RoleState) error { return nil }

// ID is the role's ARN.
func (r Role) ID(observed *RoleState) string { return observed.ARN }

func iamTags(tags map[string]string) []iamtypes.Tag {
	return awscloud.TagList(tags, func(k, v *string) iamtypes.Tag { return iamtypes.Tag{Key: k, Value: v} })
}
