// Package logs simulates the part of Amazon CloudWatch Logs that a log driver and
// its owner need: log groups with retention and tags, and their streams to read.
package logs

import (
	"regexp"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"flexgw.io/controller/internal/awssim/core"
)

// Error codes of CloudWatch Logs.
const (
	invalidParameter = "InvalidParameterException"
	alreadyExists    = "ResourceAlreadyExistsException"
	notFound         = "ResourceNotFoundException"
	tooManyTags      = "TooManyTagsException"
	validation       = "ValidationException"
	notSimulated     = "NotImplemented"
)

// Service is the simulated CloudWatch Logs of all accounts and regions.
type Service struct {
	world  *core.World
	groups core.Regional[groups]
}

// groups are the log groups of a region by name.
type groups map[string]*group

// group is one log group.
type group struct {
	name, arn, kmsKey  string
	class              string
	created            time.Time
	retention          int32 // days; 0 keeps events for ever
	deletionProtection bool
	tags               map[string]string
	streams            map[string]*stream
}

// New returns a CloudWatch Logs without log groups.
func New(w *core.World) *Service {
	return &Service{world: w, groups: core.Regional[groups]{
		Make: func(core.Scope) *groups { return &groups{} },
	}}
}

// GroupExists reports whether the scope has a log group of that name.
func (s *Service) GroupExists(sc core.Scope, name string) bool {
	_, ok := (*s.groups.In(sc))[name]
	return ok
}

// Inventory lists all log groups.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.groups.All(func(sc core.Scope, all *groups) {
		for _, g := range *all {
			list = append(list, core.Resource{
				Service: "logs", Kind: "LogGroup", ID: g.arn,
				Account: sc.Account, Region: sc.Region, Tags: copyTags(g.tags),
			})
		}
	})
	core.SortResources(list)
	return list
}

// lookup finds the group that a request names, or says that it is not there.
func (s *Service) lookup(c *core.Call, name *string) (*group, error) {
	if name != nil {
		if g, ok := (*s.groups.In(c.Scope))[*name]; ok {
			return g, nil
		}
	}
	return nil, core.Errorf(notFound, "The specified log group does not exist.")
}

// lookupEither finds a group by name or by identifier, exactly one of which a
// request has to give.
func (s *Service) lookupEither(c *core.Call, name, identifier *string) (*group, error) {
	switch {
	case name != nil && identifier != nil:
		return nil, core.Errorf(validation, "LogGroupName and LogGroupIdentifier cannot both be specified. Only one of them can be used.")
	case identifier != nil:
		plain := groupName(*identifier)
		return s.lookup(c, &plain)
	case name != nil:
		return s.lookup(c, name)
	}
	return nil, core.Errorf(validation, "Either LogGroupName or LogGroupIdentifier must be specified.")
}

var groupARN = regexp.MustCompile(`^arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]{12}:log-group:([^:]+)$`)

// groupName takes a log group's name out of an identifier, which is a name or an ARN.
func groupName(identifier string) string {
	if m := groupARN.FindStringSubmatch(strings.TrimSuffix(identifier, ":*")); m != nil {
		return m[1]
	}
	return identifier
}

// millis is a moment as CloudWatch Logs writes it.
func millis(t time.Time) *int64 {
	ms := t.UnixMilli()
	return &ms
}

// DeleteLogGroup deletes a log group with its streams. Deletion protection has to
// be off.
func (s *Service) DeleteLogGroup(c *core.Call, in *sdk.DeleteLogGroupInput) (*sdk.DeleteLogGroupOutput, error) {
	g, err := s.lookup(c, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if g.deletionProtection {
		return nil, core.Errorf(validation, "The log group cannot be deleted while its deletion protection is enabled.")
	}
	delete(*s.groups.In(c.Scope), g.name)
	return &sdk.DeleteLogGroupOutput{}, nil
}
