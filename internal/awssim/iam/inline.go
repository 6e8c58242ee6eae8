package iam

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"flexgw.io/controller/internal/awssim/core"
)

// PutRolePolicy makes or replaces an inline policy of a role.
func (s *Service) PutRolePolicy(c *core.Call, in *sdk.PutRolePolicyInput) (*sdk.PutRolePolicyOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	doc, err := parsePermissions(aws.ToString(in.PolicyDocument))
	if err != nil {
		return nil, err
	}
	total := size(doc.text)
	for name, other := range r.inline {
		if name != aws.ToString(in.PolicyName) {
			total += size(other.text)
		}
	}
	if s.world.Exceeds(core.InlinePolicySizePerRole, total) {
		return nil, core.Errorf("LimitExceeded", "Maximum policy size of %d bytes exceeded for role %s", s.world.Quota(core.InlinePolicySizePerRole), r.name)
	}
	r.inline[aws.ToString(in.PolicyName)] = doc
	return &sdk.PutRolePolicyOutput{}, nil
}

// GetRolePolicy returns an inline policy of a role, its document URL-encoded.
func (s *Service) GetRolePolicy(c *core.Call, in *sdk.GetRolePolicyInput) (*sdk.GetRolePolicyOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	doc, ok := r.inline[aws.ToString(in.PolicyName)]
	if !ok {
		return nil, errNoPolicy(in.PolicyName)
	}
	return &sdk.GetRolePolicyOutput{
		RoleName: aws.String(r.name), PolicyName: in.PolicyName, PolicyDocument: aws.String(encode(doc.text)),
	}, nil
}

// DeleteRolePolicy deletes an inline policy of a role.
func (s *Service) DeleteRolePolicy(c *core.Call, in *sdk.DeleteRolePolicyInput) (*sdk.DeleteRolePolicyOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	if _, ok := r.inline[aws.ToString(in.PolicyName)]; !ok {
		return nil, errNoPolicy(in.PolicyName)
	}
	delete(r.inline, aws.ToString(in.PolicyName))
	return &sdk.DeleteRolePolicyOutput{}, nil
}

// ListRolePolicies lists the names of a role's inline policies.
func (s *Service) ListRolePolicies(c *core.Call, in *sdk.ListRolePoliciesInput) (*sdk.ListRolePoliciesOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	names, marker, err := page(slices.Sorted(maps.Keys(r.inline)), in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &sdk.ListRolePoliciesOutput{PolicyNames: names, Marker: marker, IsTruncated: marker != nil}, nil
}

func errNoPolicy(name *string) error {
	return errNoSuchEntity("The role policy with name %s cannot be found.", aws.ToString(name))
}
