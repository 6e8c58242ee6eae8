package iam

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"flexgw.io/controller/internal/awssim/core"
)

// AttachRolePolicy attaches an AWS managed policy to a role; attaching it again
// does nothing. Managed policies of customers are not simulated, so there are none.
func (s *Service) AttachRolePolicy(c *core.Call, in *sdk.AttachRolePolicyInput) (*sdk.AttachRolePolicyOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	arn := aws.ToString(in.PolicyArn)
	if m := awsPolicyARN.FindStringSubmatch(arn); m != nil && strings.HasPrefix(m[1], serviceRolePath) {
		return nil, core.Errorf("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
	}
	if _, ok := managedPolicy(arn); !ok {
		return nil, errNoSuchEntity("Policy %s does not exist or is not attachable.", arn)
	}
	if slices.Contains(r.attached, arn) {
		return &sdk.AttachRolePolicyOutput{}, nil
	}
	if s.world.Exceeds(core.AttachedPoliciesPerRole, len(r.attached)+1) {
		return nil, core.Errorf("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: %d", s.world.Quota(core.AttachedPoliciesPerRole))
	}
	r.attached = append(r.attached, arn)
	return &sdk.AttachRolePolicyOutput{}, nil
}

// DetachRolePolicy detaches a managed policy from a role.
func (s *Service) DetachRolePolicy(c *core.Call, in *sdk.DetachRolePolicyInput) (*sdk.DetachRolePolicyOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	at := slices.Index(r.attached, aws.ToString(in.PolicyArn))
	if at < 0 {
		return nil, errNoSuchEntity("Policy %s was not found.", aws.ToString(in.PolicyArn))
	}
	r.attached = slices.Delete(r.attached, at, at+1)
	return &sdk.DetachRolePolicyOutput{}, nil
}

// ListAttachedRolePolicies lists the managed policies of a role under a path.
func (s *Service) ListAttachedRolePolicies(c *core.Call, in *sdk.ListAttachedRolePoliciesInput) (*sdk.ListAttachedRolePoliciesOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, arn := range r.attached {
		if strings.HasPrefix(policyPath(arn), aws.ToString(in.PathPrefix)) {
			arns = append(arns, arn)
		}
	}
	slices.Sort(arns)
	arns, marker, err := page(arns, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListAttachedRolePoliciesOutput{Marker: marker, IsTruncated: marker != nil, AttachedPolicies: []types.AttachedPolicy{}}
	for _, arn := range arns {
		out.AttachedPolicies = append(out.AttachedPolicies, types.AttachedPolicy{PolicyArn: aws.String(arn), PolicyName: aws.String(policyName(arn))})
	}
	return out, nil
}
