package console

import (
	"net/url"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
)

// arn is the part of an ARN that a link is made of.
type arn struct{ whole, partition, service, resource string }

// parseARN reads arn:partition:service:region:account:resource.
func parseARN(text string) (arn, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return arn{}, false
	}
	return arn{text, parts[1], parts[2], parts[5]}, true
}

// last is the part of a name after its last slash.
func last(name string) string { return name[strings.LastIndex(name, "/")+1:] }

func path(name string) string { return url.PathEscape(name) }

// ofARN is the link of what has an ARN.
func (l Links) ofARN(a arn) string {
	kind, name, _ := strings.Cut(a.resource, "/")
	switch {
	case a.service == "ecs":
		return l.ofECS(kind, name)
	case a.service == "elasticloadbalancing":
		return l.ofBalancing(kind, a.whole)
	case a.service == "iam" && kind == "role":
		return hosts[l.Partition] + "/iam/home#/roles/details/" + path(last(name)) // IAM has no region
	case a.service == "logs":
		return l.LogGroup(strings.TrimSuffix(strings.TrimPrefix(a.resource, "log-group:"), ":*"))
	case a.service == "secretsmanager":
		return l.secret(strings.TrimPrefix(a.resource, "secret:"))
	case a.service == "application-autoscaling" || a.service == "autoscaling":
		return l.service("service-auto-scaling")
	default:
		return ""
	}
}

func (l Links) ofECS(kind, name string) string {
	switch kind {
	case "cluster":
		return l.page("/ecs/v2/clusters/" + path(name) + "/services")
	case "service":
		cluster, service, _ := strings.Cut(name, "/")
		return l.page("/ecs/v2/clusters/" + path(cluster) + "/services/" + path(service) + "/health")
	case "task":
		return l.Task(last(name))
	case "task-definition":
		family, revision, _ := strings.Cut(name, ":")
		return l.page("/ecs/v2/task-definitions/" + path(family) + "/" + path(revision) + "/containers")
	default:
		return ""
	}
}

func (l Links) ofBalancing(kind, whole string) string {
	switch kind {
	case "loadbalancer":
		return l.section("/ec2/home", "LoadBalancer:loadBalancerArn="+whole)
	case "targetgroup":
		return l.section("/ec2/home", "TargetGroup:targetGroupArn="+whole)
	case "listener":
		return l.section("/ec2/home", "ELBListenerV2:listenerArn="+whole)
	default:
		return ""
	}
}

// ofID is the link of what has an id that is unique in its region.
func (l Links) ofID(kind, id string) string {
	first, _, _ := strings.Cut(id, "/")
	switch {
	case strings.HasPrefix(first, "vpc-"):
		return l.section("/vpc/home", "VpcDetails:VpcId="+first)
	case strings.HasPrefix(first, "sg-"):
		return l.section("/ec2/home", "SecurityGroup:groupId="+first)
	case strings.HasPrefix(first, "fsap-"):
		return l.section("/efs/home", "/access-points/"+first)
	case strings.HasPrefix(first, "fs-"):
		return l.section("/efs/home", "/file-systems/"+first)
	case kind == "ScalableTarget" || kind == "ScalingPolicy" || kind == "ScheduledAction":
		return l.service("service-auto-scaling")
	default:
		return ""
	}
}

// LogGroup is the link of a log group.
func (l Links) LogGroup(name string) string {
	return l.section("/cloudwatch/home", "logsV2:log-groups/log-group/"+twice(name))
}

// LogStream is the link of a stream of a log group.
func (l Links) LogStream(group, stream string) string {
	return l.LogGroup(group) + "/log-events/" + twice(stream)
}

// twice writes a name as the CloudWatch console does: escaped twice, with $ for the outer %.
func twice(name string) string {
	return strings.ReplaceAll(url.QueryEscape(url.QueryEscape(name)), "%", "$")
}

// secretSuffix is the length of what Secrets Manager adds to a name in the ARN: a dash and
// six random characters.
const secretSuffix = 7

func (l Links) secret(name string) string {
	if len(name) > secretSuffix && name[len(name)-secretSuffix] == '-' {
		name = name[:len(name)-secretSuffix]
	}
	return hosts[l.Partition] + "/secretsmanager/secret?name=" + url.QueryEscape(name) + "&region=" + url.QueryEscape(l.Region)
}

// ARN is the ARN of a resource of the inventory: its id, or what its id stands for in the
// service that gave it ("Actions, resources, and condition keys" of EC2 and EFS). Empty where
// a thing has none.
func (l Links) ARN(r v1alpha1.ResourceStatus) string {
	if _, ok := parseARN(r.ID); ok {
		return r.ID
	}
	if l.Account == "" || l.Region == "" || strings.Contains(r.ID, "/") {
		return ""
	}
	for prefix, kind := range map[string]string{
		"vpc-": "ec2:%s:vpc/", "sg-": "ec2:%s:security-group/",
		"fs-": "elasticfilesystem:%s:file-system/", "fsap-": "elasticfilesystem:%s:access-point/",
	} {
		if strings.HasPrefix(r.ID, prefix) {
			return "arn:" + l.Partition + ":" + strings.Replace(kind, "%s", l.Region+":"+l.Account, 1) + r.ID
		}
	}
	return ""
}
