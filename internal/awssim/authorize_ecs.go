package awssim

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/internal/awssim/iam"
)

// ecsRules follow "Actions, resources, and condition keys for Amazon Elastic
// Container Service". CreateCluster asks nothing for the service-linked role: without
// the permission to make it, the cluster is made all the same.
func ecsRules() map[string]rule {
	cluster := inCluster(func(r *request) []iam.Ask { return r.on(r.cluster()) })
	service := inCluster(func(r *request) []iam.Ask { return r.on(r.ofCluster("service", r.text("Service"))) })
	return map[string]rule{
		"CreateCluster": func(r *request) []iam.Ask {
			return r.creating(r.on("*"), "TagResource", r.arn("cluster/"+r.or("ClusterName", "default")))
		},
		"DescribeClusters": func(r *request) []iam.Ask {
			return r.on(r.arnsOf("cluster", r.texts("Clusters"))...)
		},
		"ListClusters":                everywhere,
		"UpdateCluster":               cluster,
		"PutClusterCapacityProviders": cluster,
		"DeleteCluster":               cluster,
		"RegisterTaskDefinition":      registerTaskDefinition,
		"DescribeTaskDefinition":      everywhere,
		"DeregisterTaskDefinition":    everywhere,
		"ListTaskDefinitions":         everywhere,
		"ListTaskDefinitionFamilies":  everywhere,
		"DeleteTaskDefinitions": func(r *request) []iam.Ask {
			return r.on(r.arnsOf("task-definition", r.texts("TaskDefinitions"))...)
		},
		"CreateService": inCluster(func(r *request) []iam.Ask {
			arn := r.ofCluster("service", r.text("ServiceName"))
			return append(r.creating(r.on(arn), "TagResource", arn), r.passing("ecs.amazonaws.com", r.text("Role"))...)
		}),
		"UpdateService": service,
		"DeleteService": service,
		"DescribeServices": inCluster(func(r *request) []iam.Ask {
			return r.on(r.eachOfCluster("service", r.texts("Services"))...)
		}),
		"ListServices":               inCluster(everywhere),
		"ListServiceDeployments":     service,
		"DescribeServiceDeployments": each("ServiceDeploymentArns"),
		"DescribeServiceRevisions":   each("ServiceRevisionArns"),
		"RunTask":                    inCluster(runTask),
		"StopTask":                   inCluster(func(r *request) []iam.Ask { return r.on(r.ofCluster("task", r.text("Task"))) }),
		"DescribeTasks":              inCluster(func(r *request) []iam.Ask { return r.on(r.eachOfCluster("task", r.texts("Tasks"))...) }),
		"ListTasks":                  inCluster(everywhere),
		"TagResource":                each("ResourceArn"),
		"UntagResource":              each("ResourceArn"),
		"ListTagsForResource":        each("ResourceArn"),
	}
}

// inCluster adds the condition key ecs:cluster.
func inCluster(do rule) rule {
	return func(r *request) []iam.Ask {
		r.more["ecs:cluster"] = r.cluster()
		return do(r)
	}
}

// cluster is the ARN of the request's cluster.
func (r *request) cluster() string { return r.arnOf("cluster", r.or("Cluster", "default")) }

// ofCluster is the ARN of what is named within a cluster.
func (r *request) ofCluster(kind, name string) string {
	_, cluster, _ := strings.Cut(r.cluster(), "/")
	return r.arnOf(kind+"/"+cluster, name)
}

func (r *request) eachOfCluster(kind string, names []string) []string {
	var arns []string
	for _, name := range names {
		arns = append(arns, r.ofCluster(kind, name))
	}
	return arns
}

func (r *request) arnsOf(kind string, ids []string) []string {
	var arns []string
	for _, id := range ids {
		arns = append(arns, r.arnOf(kind, id))
	}
	return arns
}

// tasksPrincipal is the service that assumes the roles of tasks.
const tasksPrincipal = "ecs-tasks.amazonaws.com"

func registerTaskDefinition(r *request) []iam.Ask {
	arn := r.arn("task-definition/" + r.text("Family") + ":*")
	asks := r.creating(r.on(arn), "TagResource", arn)
	return append(asks, r.passing(tasksPrincipal, r.text("ExecutionRoleArn"), r.text("TaskRoleArn"))...)
}

// runTask asks for the roles of the task definition too, or for those that replace them.
func runTask(r *request) []iam.Ask {
	arn, execution, task := r.arnOf("task-definition", r.text("TaskDefinition")), "", ""
	out, err := r.services.ECS.DescribeTaskDefinition(r.call, &sdk.DescribeTaskDefinitionInput{TaskDefinition: aws.String(r.text("TaskDefinition"))})
	if err == nil {
		arn = aws.ToString(out.TaskDefinition.TaskDefinitionArn)
		execution, task = aws.ToString(out.TaskDefinition.ExecutionRoleArn), aws.ToString(out.TaskDefinition.TaskRoleArn)
	}
	if overrides := r.field("Overrides"); !overrides.IsNil() {
		execution = instead(overrides.Elem(), "ExecutionRoleArn", execution)
		task = instead(overrides.Elem(), "TaskRoleArn", task)
	}
	tasks := r.ofCluster("task", "*")
	return append(r.creating(r.on(arn), "TagResource", tasks), r.passing(tasksPrincipal, execution, task)...)
}

// instead is a member of overrides where it is set.
func instead(overrides reflect.Value, member, otherwise string) string {
	if text := textOf(overrides.FieldByName(member)); text != "" {
		return text
	}
	return otherwise
}
