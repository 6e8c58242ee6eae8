package iam

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"flexgw.io/controller/internal/awssim/core"
)

// defaultSession is the longest session of a role that says nothing else, in seconds.
const defaultSession = 3600

// CreateRole makes a role. The rest of AWS sees it after core.RoleVisible.
func (s *Service) CreateRole(c *core.Call, in *sdk.CreateRoleInput) (*sdk.CreateRoleOutput, error) {
	name := aws.ToString(in.RoleName)
	if _, ok := s.roles(c.Account)[strings.ToLower(name)]; ok {
		return nil, core.Errorf("EntityAlreadyExists", "Role with name %s already exists.", name)
	}
	if s.world.Exceeds(core.Roles, len(s.roles(c.Account))+1) {
		return nil, core.Errorf("LimitExceeded", "Cannot exceed quota for RolesPerAccount: %d", s.world.Quota(core.Roles))
	}
	path := aws.ToString(in.Path)
	if path == "" {
		path = "/"
	}
	if !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/") {
		return nil, core.Errorf("ValidationError", "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	trust, err := s.parseTrust(c.Account, aws.ToString(in.AssumeRolePolicyDocument))
	if err != nil {
		return nil, err
	}
	if err := checkBoundary(in.PermissionsBoundary); err != nil {
		return nil, err
	}
	var tags tagSet
	if err := tags.add(in.Tags); err != nil {
		return nil, err
	}
	r := s.newRole(c, path, name, trust)
	r.description, r.boundary, r.tags = aws.ToString(in.Description), aws.ToString(in.PermissionsBoundary), tags
	if in.MaxSessionDuration != nil {
		r.maxSession = *in.MaxSessionDuration
	}
	return &sdk.CreateRoleOutput{Role: r.describe()}, nil
}

// newRole puts a role into its account.
func (s *Service) newRole(c *core.Call, path, name string, trust document) *role {
	r := &role{
		name: name, path: path, id: "AROA" + strings.ToUpper(s.world.Letters(17)), arn: roleARN(c, path, name),
		created: s.world.Now(), visible: s.world.Now().Add(s.world.Delay(core.RoleVisible)),
		maxSession: defaultSession, trust: trust, inline: map[string]document{},
	}
	s.roles(c.Account)[strings.ToLower(name)] = r
	return r
}

func checkBoundary(arn *string) error {
	if arn == nil {
		return nil
	}
	if _, ok := managedPolicy(*arn); !ok {
		return errNoSuchEntity("Scope ARN: %s does not exist or is not attachable.", *arn)
	}
	return nil
}

// GetRole returns a role.
func (s *Service) GetRole(c *core.Call, in *sdk.GetRoleInput) (*sdk.GetRoleOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	return &sdk.GetRoleOutput{Role: r.describe()}, nil
}

// ListRoles lists the roles under a path. As in AWS the answer leaves out tags and
// permissions boundaries.
func (s *Service) ListRoles(c *core.Call, in *sdk.ListRolesInput) (*sdk.ListRolesOutput, error) {
	all := s.roles(c.Account)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(all[name].path, aws.ToString(in.PathPrefix)) {
			names = append(names, name)
		}
	}
	names, marker, err := page(names, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListRolesOutput{Marker: marker, IsTruncated: marker != nil, Roles: []types.Role{}}
	for _, name := range names {
		d := all[name].describe()
		d.Tags, d.PermissionsBoundary, d.RoleLastUsed = nil, nil, nil
		out.Roles = append(out.Roles, *d)
	}
	return out, nil
}

// UpdateRole changes the description and the longest session of a role.
func (s *Service) UpdateRole(c *core.Call, in *sdk.UpdateRoleInput) (*sdk.UpdateRoleOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	if in.Description != nil {
		r.description = *in.Description
	}
	if in.MaxSessionDuration != nil {
		r.maxSession = *in.MaxSessionDuration
	}
	return &sdk.UpdateRoleOutput{}, nil
}

// UpdateAssumeRolePolicy replaces the trust policy of a role.
func (s *Service) UpdateAssumeRolePolicy(c *core.Call, in *sdk.UpdateAssumeRolePolicyInput) (*sdk.UpdateAssumeRolePolicyOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	trust, err := s.parseTrust(c.Account, aws.ToString(in.PolicyDocument))
	if err != nil {
		return nil, err
	}
	r.trust = trust
	return &sdk.UpdateAssumeRolePolicyOutput{}, nil
}

// DeleteRole deletes a role that has no policies any more.
func (s *Service) DeleteRole(c *core.Call, in *sdk.DeleteRoleInput) (*sdk.DeleteRoleOutput, error) {
	r, err := s.modifiable(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	if len(r.attached) > 0 {
		return nil, core.Errorf("DeleteConflict", "Cannot delete entity, must detach all policies first.")
	}
	if len(r.inline) > 0 {
		return nil, core.Errorf("DeleteConflict", "Cannot delete entity, must delete policies first.")
	}
	delete(s.roles(c.Account), strings.ToLower(r.name))
	return &sdk.DeleteRoleOutput{}, nil
}

// ListInstanceProfilesForRole says that a role has no instance profiles:
// instances are not simulated.
func (s *Service) ListInstanceProfilesForRole(c *core.Call, in *sdk.ListInstanceProfilesForRoleInput) (*sdk.ListInstanceProfilesForRoleOutput, error) {
	if _, err := s.lookup(c, in.RoleName); err != nil {
		return nil, err
	}
	return &sdk.ListInstanceProfilesForRoleOutput{InstanceProfiles: []types.InstanceProfile{}}, nil
}

func (r *role) describe() *types.Role {
	d := &types.Role{
		Arn: aws.String(r.arn), RoleId: aws.String(r.id), RoleName: aws.String(r.name), Path: aws.String(r.path),
		CreateDate: aws.Time(r.created), MaxSessionDuration: aws.Int32(r.maxSession),
		AssumeRolePolicyDocument: aws.String(encode(r.trust.text)), Tags: r.tags.list(), RoleLastUsed: &types.RoleLastUsed{},
	}
	if r.description != "" {
		d.Description = aws.String(r.description)
	}
	if r.boundary != "" {
		d.PermissionsBoundary = &types.AttachedPermissionsBoundary{
			PermissionsBoundaryArn:  aws.String(r.boundary),
			PermissionsBoundaryType: types.PermissionsBoundaryAttachmentTypePolicy,
		}
	}
	return d
}

// encode writes a policy document as IAM's answers have it: URL-encoded as in
// RFC 3986, which has %20 for a space.
func encode(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
