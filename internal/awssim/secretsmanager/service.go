// Package secretsmanager simulates AWS Secrets Manager: secrets with versions and
// staging labels, deletion with and without a recovery window, and the look-up
// that Amazon ECS does to give a task its secrets.
package secretsmanager

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/core"
)

// Error codes of Secrets Manager.
const (
	codeExists           = "ResourceExistsException"
	codeNotFound         = "ResourceNotFoundException"
	codeInvalidRequest   = "InvalidRequestException"
	codeInvalidParameter = "InvalidParameterException"
	codeInvalidToken     = "InvalidNextTokenException"
	codeLimitExceeded    = "LimitExceededException"
)

// Staging labels that Secrets Manager moves by itself.
const (
	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

// Service is the simulated Secrets Manager of all accounts and regions.
type Service struct {
	world   *core.World
	secrets core.Regional[secrets]
}

// secrets are the secrets of a region by name.
type secrets map[string]*secret

// secret is one secret.
type secret struct {
	name, arn, description, kmsKey string
	created, changed, accessed     time.Time
	tags                           map[string]string
	versions                       []*version // in the order of their creation

	// deleted is when DeleteSecret was called, zero for a secret in use.
	deleted time.Time
	// forced says that nothing can be recovered: only the name is still taken.
	forced bool
	end    *core.Event
}

// version is one value of a secret.
type version struct {
	id      string
	text    *string
	binary  []byte
	created time.Time
	stages  []string
	// accessed is the day, in UTC, on which the value was read last; zero where it never was.
	accessed time.Time
}

// day is a day, or nil.
func day(d time.Time) *time.Time {
	if d.IsZero() {
		return nil
	}
	return &d
}

// New returns a Secrets Manager without secrets.
func New(w *core.World) *Service {
	return &Service{world: w, secrets: core.Regional[secrets]{
		Make: func(core.Scope) *secrets { return &secrets{} },
	}}
}

// Inventory lists the secrets that are not scheduled for deletion.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.secrets.All(func(sc core.Scope, all *secrets) {
		for _, sec := range *all {
			if sec.deleted.IsZero() {
				list = append(list, core.Resource{
					Service: "secretsmanager", Kind: "Secret", ID: sec.arn,
					Account: sc.Account, Region: sc.Region, Tags: copyTags(sec.tags),
				})
			}
		}
	})
	core.SortResources(list)
	return list
}

// find returns the secret with a name, an ARN, or an ARN without its last part, the
// dash and six characters that Secrets Manager adds.
func (s *Service) find(sc core.Scope, id string) (*secret, bool) {
	name := id
	if strings.HasPrefix(id, "arn:") {
		prefix := sc.ARN("secretsmanager", "secret:")
		var local bool
		if name, local = strings.CutPrefix(id, prefix); !local {
			return nil, false
		}
	}
	all := *s.secrets.In(sc)
	if sec, ok := all[name]; ok && !sec.forced {
		return sec, true
	}
	for _, sec := range all {
		if sec.arn == id && !sec.forced {
			return sec, true
		}
	}
	return nil, false
}

// lookup finds the secret that a request names, whether or not it is scheduled for
// deletion.
func (s *Service) lookup(c *core.Call, id *string) (*secret, error) {
	if sec, ok := s.find(c.Scope, aws.ToString(id)); ok {
		return sec, nil
	}
	return nil, core.Errorf(codeNotFound, "Secrets Manager can't find the specified secret.")
}

// inUse finds a secret that is not scheduled for deletion.
func (s *Service) inUse(c *core.Call, id *string) (*secret, error) {
	sec, err := s.lookup(c, id)
	if err == nil && !sec.deleted.IsZero() {
		return nil, core.Errorf(codeInvalidRequest, "You can't perform this operation on the secret because it was marked for deletion.")
	}
	return sec, err
}
