package lifecycle

import (
	"strings"

	"flexgw.io/controller/internal/plan"
)

// verbs are what the controller's calls do to which kinds of resources, by operation. Of
// those that are empty, the resource is part of another one's making or going.
var verbs = map[string]string{
	"CreateSecurityGroup": "create SecurityGroup", "AuthorizeSecurityGroupIngress": "update SecurityGroup",
	"RevokeSecurityGroupIngress": "update SecurityGroup", "DeleteSecurityGroup": "delete SecurityGroup",
	"CreateFileSystem": "create FileSystem", "PutBackupPolicy": "", "DeleteFileSystem": "delete FileSystem",
	"CreateMountTarget": "create MountTargets", "DeleteMountTarget": "delete MountTargets",
	"CreateAccessPoint": "create AccessPoint", "DeleteAccessPoint": "delete AccessPoint",
	"CreateLogGroup": "create LogGroup", "PutRetentionPolicy": "", "DeleteLogGroup": "delete LogGroup",
	"CreateRole": "create Role", "PutRolePolicy": "", "DeleteRolePolicy": "", "DeleteRole": "delete Role",
	"CreateCluster": "create Cluster", "PutClusterCapacityProviders": "update Cluster", "DeleteCluster": "delete Cluster",
	"CreateSecret": "create Secret", "UpdateSecret": "update Secret", "DeleteSecret": "delete Secret",
	"RegisterTaskDefinition": "register TaskDefinition", "DeregisterTaskDefinition": "", "DeleteTaskDefinitions": "delete TaskDefinition",
	"RunTask":           "run RegistrationFile",
	"CreateTargetGroup": "create TargetGroup", "ModifyTargetGroup": "update TargetGroup", "ModifyTargetGroupAttributes": "",
	"DeleteTargetGroup":  "delete TargetGroup",
	"CreateLoadBalancer": "create LoadBalancer", "ModifyLoadBalancerAttributes": "", "DeleteLoadBalancer": "delete LoadBalancer",
	"CreateListener": "create Listener", "DeleteListener": "delete Listener",
	"CreateService": "create Service", "UpdateService": "update Service", "DeleteService": "delete Service",
	"RegisterScalableTarget": "create ScalableTarget", "PutScalingPolicy": "create ScalingPolicy",
	"DeregisterScalableTarget": "delete ScalableTarget", "DeleteScalingPolicy": "delete ScalingPolicy",
}

// tagging are the operations that tag, which plans count as updates.
var tagging = map[string]bool{"TagResource": true, "CreateTags": true, "AddTags": true, "TagRole": true, "TagLogGroup": true}

// effects are the resources and verbs of the calls since some call that have succeeded: a
// kind of resource for each verb, and how many were tagged of each service.
func (b *bench) effects(since int) map[string]int {
	b.t.Helper()
	found := map[string]int{}
	for _, call := range b.sim.Calls()[since:] {
		if isRead(call.Operation) || call.ErrorCode != "" {
			continue
		}
		if tagging[call.Operation] {
			found["tag in "+call.Service]++
			continue
		}
		verb, known := verbs[call.Operation]
		if !known {
			b.t.Errorf("the controller called %s %s, which this test does not know", call.Service, call.Operation)
		}
		if verb != "" {
			found[verb]++
		}
	}
	once(found, "create MountTargets", "delete MountTargets", "update SecurityGroup", "delete TaskDefinition")
	if found["create SecurityGroup"] > 0 {
		delete(found, "update SecurityGroup") // a new group is filled
	}
	return found
}

// once counts what is done in several calls as one.
func once(found map[string]int, keys ...string) {
	for _, key := range keys {
		if found[key] > 0 {
			found[key] = 1
		}
	}
}

// services are the services whose tagging a kind's change of tags is.
var services = map[string]string{
	"SecurityGroup": "ec2", "FileSystem": "efs", "AccessPoint": "efs", "LogGroup": "logs", "Role": "iam", "Secret": "secretsmanager",
	"Service": "ecs", "LoadBalancer": "elbv2", "TargetGroup": "elbv2", "Listener": "elbv2", "ScalableTarget": "application-autoscaling",
}

// promised are the resources and verbs that a plan has, in the same words as effects.
func promised(p *plan.Plan) map[string]int {
	found := map[string]int{}
	for _, s := range p.Steps {
		onlyTags, tags := true, false
		for _, c := range s.Changes {
			isTag := strings.HasPrefix(c.Field, "tags.")
			onlyTags, tags = onlyTags && isTag, tags || isTag
		}
		if tags {
			found["tag in "+services[s.Kind]]++
		}
		switch {
		case s.Action == plan.ActionRestart, tags && onlyTags: // ECS does the one, and the other is counted
		case s.Kind == "RegistrationFile" && s.Action == plan.ActionDelete: // goes with the file system
		case s.Kind == "RegistrationFile":
			found["run RegistrationFile"]++
		case s.Kind == "TaskDefinition" && s.Action != plan.ActionDelete:
			found["register TaskDefinition"]++
		default:
			found[string(s.Action)+" "+s.Kind]++
		}
	}
	once(found, "delete TaskDefinition", "update SecurityGroup")
	return found
}
