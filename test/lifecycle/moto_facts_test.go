package lifecycle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"flexgw.io/controller/internal/awscloud"
)

// facts are what the holdings of a gateway mean: a sentence for each, with names in the
// place of the ids that each AWS makes up.
func (h holdings) facts() []string {
	var facts []string
	say := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	h.sayNetwork(say)
	h.sayStorage(say)
	h.sayCompute(say)
	named := h.names()
	for i := range facts {
		facts[i] = named.Replace(facts[i])
	}
	slices.Sort(facts)
	return facts
}

type sayer func(format string, args ...any)

// names gives ids the names of what they stand for; longer ids first, as some begin with
// others.
func (h holdings) names() *strings.Replacer {
	names := map[string]string{}
	for _, g := range h.Groups {
		names[aws.ToString(g.GroupId)] = aws.ToString(g.GroupName)
	}
	for _, f := range h.FileSystems {
		names[aws.ToString(f.FileSystemId)] = "the file system"
	}
	for _, p := range h.AccessPoints {
		names[aws.ToString(p.AccessPointId)] = "the access point"
	}
	for _, t := range h.TargetGroups {
		names[aws.ToString(t.TargetGroupArn)] = aws.ToString(t.TargetGroupName)
	}
	for _, s := range h.Secrets {
		names[aws.ToString(s.ARN)] = "the secret"
	}
	ids := slices.SortedFunc(func(yield func(string) bool) {
		for id := range names {
			if !yield(id) {
				return
			}
		}
	}, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, id := range ids {
		pairs = append(pairs, id, names[id])
	}
	return strings.NewReplacer(pairs...)
}

func (h holdings) sayNetwork(say sayer) {
	for _, g := range h.Groups {
		if aws.ToString(g.GroupName) == "default" {
			continue
		}
		for _, from := range sources(g.IpPermissions) {
			say("group %s lets in %s", aws.ToString(g.GroupName), from)
		}
	}
	for _, l := range h.LoadBalancers {
		say("load balancer %s: %s, %s, in %d zones, groups %v", aws.ToString(l.LoadBalancerName), l.Type, l.Scheme, len(l.AvailabilityZones), l.SecurityGroups)
	}
	for _, t := range h.TargetGroups {
		say("target group %s: %s %d to %s, health by %s on %s every %d s", aws.ToString(t.TargetGroupName), t.Protocol, aws.ToInt32(t.Port), t.TargetType,
			t.HealthCheckProtocol, aws.ToString(t.HealthCheckPort), aws.ToInt32(t.HealthCheckIntervalSeconds))
	}
	for _, l := range h.Listeners {
		say("listener on %s %d forwards to %s", l.Protocol, aws.ToInt32(l.Port), aws.ToString(l.DefaultActions[0].TargetGroupArn))
	}
}

// sources are the sentences of a group's rules.
func sources(permissions []ec2types.IpPermission) []string {
	var all []string
	for _, p := range permissions {
		ports := fmt.Sprintf("%s %d-%d from ", aws.ToString(p.IpProtocol), aws.ToInt32(p.FromPort), aws.ToInt32(p.ToPort))
		for _, r := range p.IpRanges {
			all = append(all, ports+aws.ToString(r.CidrIp))
		}
		for _, pair := range p.UserIdGroupPairs {
			all = append(all, ports+aws.ToString(pair.GroupId))
		}
	}
	return all
}

func (h holdings) sayStorage(say sayer) {
	for _, f := range h.FileSystems {
		say("file system: encrypted %v, %s, %s, %d mount targets", aws.ToBool(f.Encrypted), f.PerformanceMode, f.ThroughputMode, len(h.MountTargets))
	}
	for _, p := range h.AccessPoints {
		say("access point: %s of %s as %d:%d", aws.ToString(p.RootDirectory.Path), aws.ToString(p.FileSystemId), aws.ToInt64(p.PosixUser.Uid), aws.ToInt64(p.PosixUser.Gid))
	}
	for _, l := range h.LogGroups {
		say("log group %s, for %d days", aws.ToString(l.LogGroupName), aws.ToInt32(l.RetentionInDays))
	}
	for _, s := range h.Secrets {
		say("secret %s", aws.ToString(s.Name))
	}
	for _, r := range h.Roles {
		if !strings.HasPrefix(aws.ToString(r.Path), "/aws-service-role/") {
			say("role %s", aws.ToString(r.RoleName))
		}
	}
}

func (h holdings) sayCompute(say sayer) {
	for _, c := range h.Clusters {
		say("cluster %s", c)
	}
	for _, s := range h.Services {
		c := s.DeploymentConfiguration
		say("service %s: %d of %s on %s, public address %s, groups %v, %d-%d%%, circuit breaker %v with rollback %v, grace %d s",
			aws.ToString(s.ServiceName), s.DesiredCount, after(aws.ToString(s.TaskDefinition), "/"), s.LaunchType,
			s.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp, s.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups,
			aws.ToInt32(c.MinimumHealthyPercent), aws.ToInt32(c.MaximumPercent), c.DeploymentCircuitBreaker.Enable, c.DeploymentCircuitBreaker.Rollback,
			aws.ToInt32(s.HealthCheckGracePeriodSeconds))
		for _, l := range s.LoadBalancers {
			say("service %s: %s:%d behind %s", aws.ToString(s.ServiceName), aws.ToString(l.ContainerName), aws.ToInt32(l.ContainerPort), aws.ToString(l.TargetGroupArn))
		}
	}
	for _, d := range h.Definitions {
		sayDefinition(say, d)
	}
}

func sayDefinition(say sayer, d ecstypes.TaskDefinition) {
	family := aws.ToString(d.Family)
	say("%s: %s CPU, %s MiB, %s, executed as %s", family, aws.ToString(d.Cpu), aws.ToString(d.Memory), d.NetworkMode, after(aws.ToString(d.ExecutionRoleArn), "/"))
	for _, v := range d.Volumes {
		say("%s: volume %s is %s through %s, transit encryption %s", family, aws.ToString(v.Name), aws.ToString(v.EfsVolumeConfiguration.FileSystemId),
			aws.ToString(v.EfsVolumeConfiguration.AuthorizationConfig.AccessPointId), v.EfsVolumeConfiguration.TransitEncryption)
	}
	for _, c := range d.ContainerDefinitions {
		name := aws.ToString(c.Name)
		say("%s: %s runs %s, logs %s", family, name, aws.ToString(c.Image), c.LogConfiguration.Options["awslogs-group"])
		for _, m := range c.MountPoints {
			say("%s: %s has %s at %s, read only %v", family, name, aws.ToString(m.SourceVolume), aws.ToString(m.ContainerPath), aws.ToBool(m.ReadOnly))
		}
		for _, p := range c.PortMappings {
			say("%s: %s listens on %s %d", family, name, p.Protocol, aws.ToInt32(p.ContainerPort))
		}
		for _, s := range c.Secrets {
			value, _, _ := strings.Cut(aws.ToString(s.ValueFrom), ":::")
			say("%s: %s has in %s %s", family, name, aws.ToString(s.Name), value)
		}
	}
}

func after(text, separator string) string { return text[strings.LastIndex(text, separator)+1:] }

// untagged are the things without the controller's tag, of those that can have it and
// show it.
func (h holdings) untagged() []string {
	var all []string
	check := func(what string, tags map[string]string) {
		if tags[awscloud.TagManagedBy] != awscloud.ManagedBy {
			all = append(all, what)
		}
	}
	for _, g := range h.Groups {
		if aws.ToString(g.GroupName) != "default" {
			check("group "+aws.ToString(g.GroupName), tagsOf(g.Tags, func(t ec2types.Tag) (k, v *string) { return t.Key, t.Value }))
		}
	}
	for _, f := range h.FileSystems {
		check("file system", tagsOf(f.Tags, func(t efstypes.Tag) (k, v *string) { return t.Key, t.Value }))
	}
	for _, p := range h.AccessPoints {
		check("access point", tagsOf(p.Tags, func(t efstypes.Tag) (k, v *string) { return t.Key, t.Value }))
	}
	for _, s := range h.Services {
		check("service", tagsOf(s.Tags, func(t ecstypes.Tag) (k, v *string) { return t.Key, t.Value }))
	}
	for _, s := range h.Secrets {
		check("secret", tagsOf(s.Tags, func(t smtypes.Tag) (k, v *string) { return t.Key, t.Value }))
	}
	return all
}

func tagsOf[T any](tags []T, read func(T) (key, value *string)) map[string]string {
	found := map[string]string{}
	for _, t := range tags {
		key, value := read(t)
		found[aws.ToString(key)] = aws.ToString(value)
	}
	return found
}
