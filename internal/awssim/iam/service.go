// Package iam simulates the roles of AWS Identity and Access Management: trust
// policies, attached and inline policies, service-linked roles, and the seconds
// that pass until the rest of AWS sees a new role.
//
// Roles are global to an account: the region of a scope plays no part.
package iam

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/core"
)

// Service is the simulated IAM of all accounts.
type Service struct {
	world    *core.World
	accounts core.Regional[account]
}

// account has the roles of an account by name in lower case: role names that
// differ only in case cannot both exist (IAM user guide, "Reference identifiers").
type account map[string]*role

// role is one role with everything that belongs to it.
type role struct {
	name, path, id, arn, description string
	created                          time.Time
	visible                          time.Time // from when the rest of AWS sees it
	maxSession                       int32     // seconds
	trust                            document
	boundary                         string // ARN of a managed policy, or empty
	attached                         []string
	inline                           map[string]document
	tags                             tagSet
	serviceLinked                    bool
}

// New returns an IAM without roles. AWS's own managed policies are there.
func New(w *core.World) *Service {
	return &Service{world: w, accounts: core.Regional[account]{
		Make: func(core.Scope) *account { return &account{} },
	}}
}

// roles returns the roles of an account.
func (s *Service) roles(id string) account { return *s.accounts.In(core.Scope{Account: id}) }

// lookup finds the role that a request names.
func (s *Service) lookup(c *core.Call, name *string) (*role, error) {
	if r, ok := s.roles(c.Account)[strings.ToLower(aws.ToString(name))]; ok && r.name == aws.ToString(name) {
		return r, nil
	}
	return nil, errNoSuchEntity("The role with name %s cannot be found.", aws.ToString(name))
}

// modifiable finds a role that its owner may change: service-linked roles belong
// to their service.
func (s *Service) modifiable(c *core.Call, name *string) (*role, error) {
	r, err := s.lookup(c, name)
	if err == nil && r.serviceLinked {
		return nil, core.Errorf("UnmodifiableEntity", "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.name)
	}
	return r, err
}

// byARN finds a role of the account by its ARN.
func (s *Service) byARN(account, arn string) (*role, bool) {
	name := arn[strings.LastIndex(arn, "/")+1:]
	r, ok := s.roles(account)[strings.ToLower(name)]
	return r, ok && r.arn == arn
}

// Inventory lists the roles that customers made: service-linked roles stay in an
// account after everything else is gone, in AWS too.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.accounts.All(func(sc core.Scope, roles *account) {
		for _, r := range *roles {
			if r.serviceLinked {
				continue
			}
			list = append(list, core.Resource{Service: "iam", Kind: "Role", ID: r.arn, Account: sc.Account, Tags: r.tags.plain()})
		}
	})
	core.SortResources(list)
	return list
}

func errNoSuchEntity(format string, args ...any) error {
	return core.Errorf("NoSuchEntity", format, args...)
}
