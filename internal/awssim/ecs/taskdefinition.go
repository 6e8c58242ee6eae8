package ecs

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// family is all revisions of a task definition; revision n is at index n-1, for
// numbers are never used again.
type family struct {
	revisions []*taskDefinition
}

// taskDefinition is one revision. All but its status and tags is immutable.
type taskDefinition struct {
	types.TaskDefinition
	tags []types.Tag
}

// latest is the newest ACTIVE revision.
func (f *family) latest() (*taskDefinition, bool) {
	for _, td := range slices.Backward(f.revisions) {
		if td.Status == types.TaskDefinitionStatusActive {
			return td, true
		}
	}
	return nil, false
}

// has reports whether a revision of the family has the status.
func (f *family) has(status types.TaskDefinitionStatus) bool {
	return slices.ContainsFunc(f.revisions, func(td *taskDefinition) bool { return td.Status == status })
}

// taskDefinition finds a revision by family (its latest ACTIVE one),
// family:revision or ARN.
func (r *region) taskDefinition(ref string) (*taskDefinition, bool) {
	if isForeign(r.scope, ref) {
		return nil, false
	}
	name, revision, numbered := strings.Cut(lastSegment(resourcePart(ref)), ":")
	f, ok := r.families[name]
	if !ok {
		return nil, false
	}
	if !numbered {
		return f.latest()
	}
	n, err := strconv.Atoi(revision)
	if err != nil || n < 1 || n > len(f.revisions) {
		return nil, false
	}
	return f.revisions[n-1], true
}

// launchable finds a task definition that tasks and services can be started with.
func (r *region) launchable(ref string) (*taskDefinition, error) {
	td, ok := r.taskDefinition(ref)
	if !ok {
		return nil, clientError("TaskDefinition not found.")
	}
	if td.Status != types.TaskDefinitionStatusActive {
		return nil, clientError("TaskDefinition is inactive")
	}
	return td, nil
}

func (td *taskDefinition) arn() string { return aws.ToString(td.TaskDefinitionArn) }

// container finds a container definition by its name.
func (td *taskDefinition) container(name string) (types.ContainerDefinition, bool) {
	at := slices.IndexFunc(td.ContainerDefinitions, func(c types.ContainerDefinition) bool { return aws.ToString(c.Name) == name })
	if at < 0 {
		return types.ContainerDefinition{}, false
	}
	return td.ContainerDefinitions[at], true
}

// view is a copy to show.
func (td *taskDefinition) view() *types.TaskDefinition {
	v := td.TaskDefinition
	return &v
}

// RegisterTaskDefinition makes the next revision of a family. It is never
// idempotent, and numbers are never used again.
func (s *Service) RegisterTaskDefinition(c *core.Call, in *sdk.RegisterTaskDefinitionInput) (*sdk.RegisterTaskDefinitionOutput, error) {
	if err := checkTaskDefinition(in); err != nil {
		return nil, err
	}
	if err := s.checkQuotas(in); err != nil {
		return nil, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	for _, role := range []*string{in.ExecutionRoleArn, in.TaskRoleArn} {
		if err := s.checkPassRole(c, aws.ToString(role)); err != nil {
			return nil, err
		}
	}
	r := s.regions.In(c.Scope)
	f, ok := r.families[*in.Family]
	if !ok {
		f = &family{}
		r.families[*in.Family] = f
	}
	td := &taskDefinition{TaskDefinition: definitionFrom(c.Scope, in), tags: slices.Clone(in.Tags)}
	revision := len(f.revisions) + 1
	td.Revision = int32(revision)
	td.TaskDefinitionArn = aws.String(c.ARN("ecs", "task-definition/"+*in.Family+":"+strconv.Itoa(revision)))
	td.RegisteredAt = aws.Time(s.world.Now())
	td.RegisteredBy = aws.String(c.Principal)
	f.revisions = append(f.revisions, td)
	return &sdk.RegisterTaskDefinitionOutput{TaskDefinition: td.view(), Tags: slices.Clone(in.Tags)}, nil
}

// checkPassRole refuses a role that the caller cannot pass: it does not exist, or
// is so new that it is not visible yet.
func (s *Service) checkPassRole(c *core.Call, role string) error {
	arn := roleARN(c.Scope, role)
	if arn == "" || s.deps.IAM.RoleVisible(c.Account, arn) {
		return nil
	}
	return notAuthorizedToPass(c.Principal, arn)
}

// DescribeTaskDefinition describes a revision; a bare family means the latest
// ACTIVE one.
func (s *Service) DescribeTaskDefinition(c *core.Call, in *sdk.DescribeTaskDefinitionInput) (*sdk.DescribeTaskDefinitionOutput, error) {
	td, ok := s.regions.In(c.Scope).taskDefinition(aws.ToString(in.TaskDefinition))
	if !ok {
		return nil, clientError("Unable to describe task definition.")
	}
	out := &sdk.DescribeTaskDefinitionOutput{TaskDefinition: td.view()}
	if slices.Contains(in.Include, types.TaskDefinitionFieldTags) {
		out.Tags = append([]types.Tag{}, td.tags...)
	}
	return out, nil
}

// DeregisterTaskDefinition makes a revision INACTIVE. Services and tasks that use
// it go on.
func (s *Service) DeregisterTaskDefinition(c *core.Call, in *sdk.DeregisterTaskDefinitionInput) (*sdk.DeregisterTaskDefinitionOutput, error) {
	ref := aws.ToString(in.TaskDefinition)
	if !strings.Contains(lastSegment(resourcePart(ref)), ":") {
		return nil, invalidParameter("Task definition must be specified with a revision.")
	}
	td, ok := s.regions.In(c.Scope).taskDefinition(ref)
	if !ok {
		return nil, clientError("The specified task definition does not exist.")
	}
	if td.Status == types.TaskDefinitionStatusActive {
		td.Status = types.TaskDefinitionStatusInactive
		td.DeregisteredAt = aws.Time(s.world.Now())
	}
	return &sdk.DeregisterTaskDefinitionOutput{TaskDefinition: td.view()}, nil
}

// DeleteTaskDefinitions moves INACTIVE revisions to DELETE_IN_PROGRESS, at most ten
// in a call. ACTIVE ones are failures. They are never gone altogether here.
func (s *Service) DeleteTaskDefinitions(c *core.Call, in *sdk.DeleteTaskDefinitionsInput) (*sdk.DeleteTaskDefinitionsOutput, error) {
	if len(in.TaskDefinitions) > 10 {
		return nil, invalidParameter("Task definitions cannot have more than 10 elements.")
	}
	r := s.regions.In(c.Scope)
	out := &sdk.DeleteTaskDefinitionsOutput{TaskDefinitions: []types.TaskDefinition{}, Failures: []types.Failure{}}
	for _, ref := range in.TaskDefinitions {
		td, ok := r.taskDefinition(ref)
		switch {
		case !ok:
			out.Failures = append(out.Failures, missing(completeARN(c.Scope, ref, "task-definition/"+ref)))
		case td.Status == types.TaskDefinitionStatusActive:
			out.Failures = append(out.Failures, types.Failure{
				Arn:    td.TaskDefinitionArn,
				Reason: aws.String("The specified task definition is still in ACTIVE status. Please deregister the target and try again."),
			})
		default:
			td.Status = types.TaskDefinitionStatusDeleteInProgress
			td.DeleteRequestedAt = aws.Time(s.world.Now())
			out.TaskDefinitions = append(out.TaskDefinitions, *td.view())
		}
	}
	return out, nil
}

// ListTaskDefinitions lists ARNs by status (default ACTIVE), of all families or one.
func (s *Service) ListTaskDefinitions(c *core.Call, in *sdk.ListTaskDefinitionsInput) (*sdk.ListTaskDefinitionsOutput, error) {
	status := in.Status
	if status == "" {
		status = types.TaskDefinitionStatusActive
	}
	r := s.regions.In(c.Scope)
	var arns []string
	for _, name := range slices.Sorted(maps.Keys(r.families)) {
		if in.FamilyPrefix != nil && *in.FamilyPrefix != name {
			continue
		}
		for _, td := range r.families[name].revisions {
			if td.Status == status {
				arns = append(arns, td.arn())
			}
		}
	}
	if in.Sort == types.SortOrderDesc {
		slices.Reverse(arns)
	}
	part, next, err := page(arns, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTaskDefinitionsOutput{TaskDefinitionArns: part, NextToken: next}, nil
}

// ListTaskDefinitionFamilies lists the families that begin with a prefix: those
// with an ACTIVE revision, those without one, or all.
func (s *Service) ListTaskDefinitionFamilies(c *core.Call, in *sdk.ListTaskDefinitionFamiliesInput) (*sdk.ListTaskDefinitionFamiliesOutput, error) {
	r := s.regions.In(c.Scope)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.families)) {
		active := r.families[name].has(types.TaskDefinitionStatusActive)
		switch {
		case !strings.HasPrefix(name, aws.ToString(in.FamilyPrefix)),
			in.Status == types.TaskDefinitionFamilyStatusActive && !active,
			in.Status == types.TaskDefinitionFamilyStatusInactive && active:
			continue
		}
		names = append(names, name)
	}
	part, next, err := page(names, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTaskDefinitionFamiliesOutput{Families: part, NextToken: next}, nil
}
