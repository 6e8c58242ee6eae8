// Package sts simulates AWS Security Token Service: who a caller is, and the
// temporary credentials of roles.
//
// Any role can be assumed, whether or not IAM knows it: the roles of the
// controller itself are not part of a simulated account. Credentials never
// expire, because a caller compares their expiry with its own clock, which may
// run slower than the simulated one.
package sts

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// Service is the simulated STS.
type Service struct {
	world *core.World
	// callers are the assumed roles, by access key id.
	callers map[string]Caller
	// roleIDs are the unique ids of roles that have been assumed, by ARN.
	roleIDs map[string]string
	// userIDs are the unique ids of callers, by their ARN.
	userIDs map[string]string
}

// Caller is who makes a request.
type Caller struct {
	Account string
	// ARN is of a user or of an assumed role.
	ARN string
}

// New returns an STS in which nobody has assumed a role.
func New(w *core.World) *Service {
	return &Service{world: w, callers: map[string]Caller{}, roleIDs: map[string]string{}, userIDs: map[string]string{}}
}

// Caller is the assumed role to which the access key belongs. The world must be locked.
func (s *Service) Caller(accessKeyID string) (Caller, bool) {
	c, ok := s.callers[accessKeyID]
	return c, ok
}

// userID is the unique id that goes with a caller's ARN. That of a simulated
// user, who is in no IAM, is made from the account.
func (s *Service) userID(account, arn string) string {
	if id, ok := s.userIDs[arn]; ok {
		return id
	}
	return "AIDA" + account + "SIMU"
}

// role is what an ARN such as arn:aws:iam::123456789012:role/path/name names.
type role struct{ partition, account, name string }

func parseRole(arn string) (role, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || len(parts[4]) != 12 {
		return role{}, core.Errorf("ValidationError", "%s is invalid", arn)
	}
	path, found := strings.CutPrefix(parts[5], "role/")
	if !found || path == "" {
		return role{}, core.Errorf("ValidationError", "%s is invalid", arn)
	}
	return role{partition: parts[1], account: parts[4], name: path[strings.LastIndex(path, "/")+1:]}, nil
}
