package resource

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Explain compares the wanted definition with the revision member by member. Values of
// variables stay out of it: they may be secret.
func (t TaskDefinition) Explain(wish TaskDefinitionWish, observed *TaskDefinitionState) *compare.Delta {
	delta := compare.NewDelta()
	if observed.definition == nil {
		return delta
	}
	was, is := observed.definition, wish.Input
	diff(delta, "cpu", aws.ToString(is.Cpu), aws.ToString(was.Cpu))
	diff(delta, "memory", aws.ToString(is.Memory), aws.ToString(was.Memory))
	diff(delta, "executionRoleArn", aws.ToString(is.ExecutionRoleArn), aws.ToString(was.ExecutionRoleArn))
	diff(delta, "taskRoleArn", aws.ToString(is.TaskRoleArn), aws.ToString(was.TaskRoleArn))
	diff(delta, "volumes", volumesOf(is.Volumes), volumesOf(was.Volumes))
	for _, container := range is.ContainerDefinitions {
		explainContainer(delta, container, was.ContainerDefinitions)
	}
	return delta
}

func explainContainer(delta *compare.Delta, is ecstypes.ContainerDefinition, all []ecstypes.ContainerDefinition) {
	name := aws.ToString(is.Name)
	i := slices.IndexFunc(all, func(c ecstypes.ContainerDefinition) bool { return aws.ToString(c.Name) == name })
	if i < 0 {
		delta.Add(name, "a new container", "none")
		return
	}
	was := all[i]
	diff(delta, name+".image", aws.ToString(is.Image), aws.ToString(was.Image))
	diff(delta, name+".stopTimeout", aws.ToInt32(is.StopTimeout), aws.ToInt32(was.StopTimeout))
	diff(delta, name+".portMappings", portsOf(is), portsOf(was))
	diff(delta, name+".command", strings.Join(is.Command, " "), strings.Join(was.Command, " "))
	diff(delta, name+".secrets", secretsOf(is), secretsOf(was))
	for _, key := range union(environment(is), environment(was)) {
		explainValue(delta, name+".environment."+key, environment(is), environment(was), key)
	}
	for _, key := range union(is.DockerLabels, was.DockerLabels) {
		if key == digestOfSecret { // says nothing to a person
			explainChanged(delta, name+".dockerLabels."+key, is.DockerLabels[key] != was.DockerLabels[key])
			continue
		}
		diff(delta, name+".dockerLabels."+key, is.DockerLabels[key], was.DockerLabels[key])
	}
}

// digestOfSecret is the label that tells one registration from another.
const digestOfSecret = "flexgw.io/registration-digest"

// explainValue says that a variable is new, gone or another: its value may be secret.
func explainValue(delta *compare.Delta, path string, is, was map[string]string, key string) {
	wanted, isThere := is[key]
	before, wasThere := was[key]
	switch {
	case isThere && !wasThere:
		delta.Add(path, "set", "none")
	case wasThere && !isThere:
		delta.Add(path, "none", "set")
	default:
		explainChanged(delta, path, wanted != before)
	}
}

func explainChanged(delta *compare.Delta, path string, changed bool) {
	if changed {
		delta.Add(path, "another value", "a value")
	}
}

func environment(c ecstypes.ContainerDefinition) map[string]string {
	all := map[string]string{}
	for _, pair := range c.Environment {
		all[aws.ToString(pair.Name)] = aws.ToString(pair.Value)
	}
	return all
}

// union are the keys of both, sorted.
func union(a, b map[string]string) []string {
	var keys []string
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func portsOf(c ecstypes.ContainerDefinition) string {
	var ports []string
	for _, p := range c.PortMappings {
		ports = append(ports, strconv.Itoa(int(aws.ToInt32(p.ContainerPort))))
	}
	slices.Sort(ports)
	return strings.Join(ports, ", ")
}

// secretsOf are the variables and where their values are kept.
func secretsOf(c ecstypes.ContainerDefinition) string {
	var secrets []string
	for _, s := range c.Secrets {
		secrets = append(secrets, aws.ToString(s.Name)+" from "+aws.ToString(s.ValueFrom))
	}
	slices.Sort(secrets)
	return strings.Join(secrets, ", ")
}

func volumesOf(list []ecstypes.Volume) string {
	var volumes []string
	for _, v := range list {
		text := aws.ToString(v.Name)
		if efs := v.EfsVolumeConfiguration; efs != nil {
			text += " on " + aws.ToString(efs.FileSystemId)
			if efs.AuthorizationConfig != nil {
				text += " through " + aws.ToString(efs.AuthorizationConfig.AccessPointId)
			}
		}
		volumes = append(volumes, text)
	}
	slices.Sort(volumes)
	return strings.Join(volumes, ", ")
}
