package ecs

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// mostRun is how many tasks one RunTask can start.
const mostRun = 10

// launchRecord is what a RunTask with a client token asked for and started.
type launchRecord struct {
	request sdk.RunTaskInput
	tasks   []*task
}

// RunTask starts up to ten tasks that belong to no service. A second call with the
// same client token returns the same tasks, or a ConflictException if it asks for
// something else. Tasks without capacity are failures of a call that succeeds.
func (s *Service) RunTask(c *core.Call, in *sdk.RunTaskInput) (*sdk.RunTaskOutput, error) {
	r := s.regions.In(c.Scope)
	found, err := r.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	token := found.name + "/" + aws.ToString(in.ClientToken)
	if record, ok := r.launches[token]; ok && in.ClientToken != nil {
		return record.again(in)
	}
	rev, err := s.checkRun(r, found, in)
	if err != nil {
		return nil, err
	}
	count := int(*orDefault(in.Count, 1))
	started, failures := s.runAll(r, launchFrom(found, rev, in), count)
	if in.ClientToken != nil && len(started) > 0 {
		r.launches[token] = &launchRecord{request: *in, tasks: started}
	}
	return &sdk.RunTaskOutput{Tasks: views(started), Failures: failures}, nil
}

// runAll starts the tasks, or on each capacity provider none where it has no room for
// all of its part.
func (s *Service) runAll(r *region, l launch, count int) (started []*task, failures []types.Failure) {
	plan := l.revision.plan(nil, count)
	parts := map[string]int{}
	for _, provider := range plan {
		parts[provider]++
	}
	reasons := map[string]string{}
	for provider, tasks := range parts {
		reasons[provider] = s.whyNoRoom(r, l.revision, provider, tasks)
	}
	failures = []types.Failure{}
	for _, provider := range plan {
		if reason := reasons[provider]; reason != "" {
			failures = append(failures, types.Failure{Reason: aws.String(reason)})
			continue
		}
		l.provider = provider
		l.subnet = s.pickSubnet(r.scope, l.revision.network, provider, started)
		started = append(started, s.start(r, l))
	}
	return started, failures
}

func (l *launchRecord) again(in *sdk.RunTaskInput) (*sdk.RunTaskOutput, error) {
	if reflect.DeepEqual(l.request, *in) {
		return &sdk.RunTaskOutput{Tasks: views(l.tasks), Failures: []types.Failure{}}, nil
	}
	arns := make([]string, 0, len(l.tasks))
	for _, t := range l.tasks {
		arns = append(arns, t.arn)
	}
	return nil, core.Errorf(codeConflict, "The request conflicts with an earlier request that used the same client token.").With("resourceIds", arns)
}

// checkRun holds a RunTask against AWS's rules and returns what it would run.
func (s *Service) checkRun(r *region, c *cluster, in *sdk.RunTaskInput) (revision, error) {
	if count := *orDefault(in.Count, 1); count < 1 || count > mostRun {
		return revision{}, invalidParameter("Count must be between 1 and %d.", mostRun)
	}
	if err := checkTags(in.Tags); err != nil {
		return revision{}, err
	}
	td, err := r.launchable(aws.ToString(in.TaskDefinition))
	if err != nil {
		return revision{}, err
	}
	rev := revision{definition: td, network: normalNetwork(in.NetworkConfiguration), platform: *orDefault(in.PlatformVersion, platformLatest)}
	if rev.launchType, rev.strategy, err = c.capacity(in.LaunchType, in.CapacityProviderStrategy); err != nil {
		return revision{}, err
	}
	if err := s.checkRevision(r, rev); err != nil {
		return revision{}, err
	}
	if !rev.onFargate() {
		return revision{}, invalidParameter("No Container Instances were found in your cluster.")
	}
	for _, o := range overridesOf(in.Overrides) {
		if _, ok := td.container(aws.ToString(o.Name)); !ok {
			return revision{}, invalidParameter("Override for container named %s is not a container in the TaskDefinition.", aws.ToString(o.Name))
		}
	}
	if err := s.assumeRoles(r.scope, td); err != nil {
		return revision{}, clientError("%s", err.Error())
	}
	return rev, nil
}

func overridesOf(o *types.TaskOverride) []types.ContainerOverride {
	if o == nil {
		return nil
	}
	return o.ContainerOverrides
}

func launchFrom(c *cluster, rev revision, in *sdk.RunTaskInput) launch {
	l := launch{
		cluster: c, revision: rev, group: aws.ToString(in.Group), startedBy: aws.ToString(in.StartedBy),
		launchType: types.LaunchTypeFargate, overrides: in.Overrides, tags: slices.Clone(in.Tags), executable: in.EnableExecuteCommand,
	}
	if l.group == "" {
		l.group = "family:" + aws.ToString(rev.definition.Family)
	}
	if in.PropagateTags == types.PropagateTagsTaskDefinition {
		l.tags = withTags(rev.definition.tags, l.tags)
	}
	if in.EnableECSManagedTags {
		l.tags = withTags(l.tags, []types.Tag{{Key: aws.String("aws:ecs:clusterName"), Value: aws.String(c.name)}})
	}
	return l
}

func views(tasks []*task) []types.Task {
	all := make([]types.Task, 0, len(tasks))
	for _, t := range tasks {
		v := t.view()
		v.Tags = orEmpty(t.tags)
		all = append(all, v)
	}
	return all
}
