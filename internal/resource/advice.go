package resource

import (
	"slices"
	"strings"
)

// advices are what a person may look at where tasks do not start or do not stay, by the
// words with which ECS begins the reason.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
var advices = []struct{ begins, advice string }{
	{"CannotPullContainerError", "check spec.image, and the way from the subnets to its registry"},
	{"ResourceInitializationError", "check the execution role, and the way from the subnets to EFS, Secrets Manager and CloudWatch Logs"},
	{"Task failed ELB health checks", "see that an API listens on the port of spec.loadBalancer.healthCheck, and that security groups let the load balancer in"},
	{"Task failed container health checks", "the log group has the replicas' own words"},
	{"Essential container in task exited", "the log group has the replicas' own words"},
}

// advice is what to look at for a reason in ECS's words, as a part of a sentence; empty
// where none is known.
func advice(reason string) string {
	for _, a := range advices {
		if strings.HasPrefix(reason, a.begins) {
			return "; " + a.advice
		}
	}
	return ""
}

// distinct joins sentences, each of which ECS may say of the task and of its containers.
func distinct(separator string, sentences ...string) string {
	var said []string
	for _, sentence := range sentences {
		if sentence = strings.TrimSpace(sentence); sentence != "" && !slices.Contains(said, sentence) {
			said = append(said, sentence)
		}
	}
	return strings.Join(said, separator)
}
