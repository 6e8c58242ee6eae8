package demo

import (
	"fmt"
	"strings"
	"time"
)

// phrases say in plain words what the resources of a gateway are. The keys are those of
// status.resources: the kind, or kind and name where a kind has several parts to play.
var phrases = map[string]string{
	"Network":                     "the VPC and its subnets",
	"SecurityGroup/gateway":       "security group of the replicas and the load balancer",
	"SecurityGroup/storage":       "security group of the file system",
	"FileSystem":                  "file system (EFS), which carries the registration",
	"MountTargets":                "mount targets, the file system's doors in every zone",
	"AccessPoint":                 "access point, the gateway's folder on the file system",
	"LogGroup":                    "log group (CloudWatch Logs)",
	"Role/execution":              "IAM role with which ECS starts the tasks",
	"Role/infrastructure":         "IAM role with which ECS moves traffic",
	"Cluster":                     "ECS cluster",
	"Secret/registration":         "secret with the registration, for the replicas (Secrets Manager)",
	"Secret/credentials":          "secret with the credentials of the Connected App (Secrets Manager)",
	"Secret/identity":             "secret that keeps the gateway's identity (Secrets Manager)",
	"Secret/configuration":        "secret with further configuration (Secrets Manager)",
	"Role/registrar":              "IAM role with which the registering task keeps the identity",
	"TaskDefinition/registrar":    "task definition of the task that registers the gateway",
	"Registration":                "registration with the Anypoint Platform",
	"ExchangeAsset":               "API for the health checks, in Exchange",
	"APIInstance":                 "API instance on the gateway, in API Manager",
	"TaskDefinition/gateway":      "task definition of the gateway",
	"TaskDefinition/registration": "task definition of the task that writes the registration",
	"RegistrationFile":            "Fargate task that writes the registration to the file system",
	"LoadBalancer":                "network load balancer",
	"TargetGroup":                 "target group",
	"Listener":                    "listener of the load balancer",
	"Service":                     "ECS service, which keeps the replicas running",
	"ScalableTarget":              "Application Auto Scaling of the service",
	"ScalingPolicy/cpu":           "scaling policy for CPU",
	"ScalingPolicy/memory":        "scaling policy for memory",
	"ScheduledAction":             "scheduled action of the autoscaling",
	"Replicas":                    "the replicas",
}

// phrase is a resource in plain words.
func phrase(kind, name string) string {
	if text, known := phrases[kind+"/"+name]; known {
		return text
	}
	text, known := phrases[kind]
	switch {
	case !known:
		return kind + " " + name
	case kind == "TargetGroup" || kind == "Listener":
		port, second := strings.CutSuffix(name, "-alternate")
		if second {
			text = "second " + text
		}
		return text + " for port " + port
	default:
		return text
	}
}

// shortID is an id as it is, and of an ARN what tells it from others of its service:
// arn:partition:service:region:account:resource.
func shortID(id string) string {
	if parts := strings.SplitN(id, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[5]
	}
	return id
}

// stamp is a span of time as minutes and seconds, 02:05.
func stamp(d time.Duration) string {
	s := max(int(d.Round(time.Second).Seconds()), 0)
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// short is a span of time for a sentence: 4m12s, or 3.4s where it is less than ten
// seconds.
func short(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
