package lifecycle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/plan"
)

// planFor is the plan for a gateway as it is wanted, by the tool's own way. The call log
// proves that it writes nothing.
func (b *bench) planFor(kind plan.Kind, wanted *v1alpha1.FlexGatewayDeployment) *plan.Plan {
	b.t.Helper()
	calls := len(b.sim.Calls())
	planner := controllers.Planner{Reconciler: &controllers.Reconciler{
		Reader: b.kube, Cloud: b.reconciler.Cloud, Anypoint: b.reconciler.Anypoint, Clock: b.reconciler.Clock,
	}}
	make := planner.Plan
	if kind == plan.KindDeletion {
		make = planner.PlanDeletion
	}
	planned, err := make(b.t.Context(), wanted)
	b.must(err)
	for _, call := range b.sim.Calls()[calls:] {
		if !isRead(call.Operation) {
			b.t.Errorf("the plan has called %s %s", call.Service, call.Operation)
		}
	}
	if len(b.sim.Calls()) == calls {
		b.t.Error("the plan has not looked at anything")
	}
	in := plan.Input{Kind: kind, Before: b.get(wanted), After: wanted, Report: planned.Report, Account: planned.Account, Region: planned.Region, Zones: planned.Zones, Replicas: planned.Replicas()}
	return plan.Of(in)
}

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

func spec(edit func(*v1alpha1.FlexGatewayDeploymentSpec)) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return edit
}

// changesOfPlans are changes of a gateway that is ready, and what a plan has to say of
// them: the actions, in words.
var changesOfPlans = []struct {
	name string
	edit func(*v1alpha1.FlexGatewayDeploymentSpec)
	says []string
}{
	{"nothing", spec(func(*v1alpha1.FlexGatewayDeploymentSpec) {}), nil},
	{"replicas 1 to 4", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = aws.Int32(4) }), []string{"update Service/gateway replicas: 1 -> 4"}},
	{
		"replicas in steps", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Replicas, s.Rollout.MaxReplicaStep = aws.Int32(4), aws.Int32(1)
		}),
		[]string{"update Service/gateway replicas: 1 -> 4"},
	},
	{
		"another image", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.9.9" }),
		[]string{
			"replace TaskDefinition/gateway flex-gateway.image: IMAGE -> docker.io/mulesoft/flex-gateway:1.9.9",
			"replace TaskDefinition/registration registration-writer.image: IMAGE -> docker.io/mulesoft/flex-gateway:1.9.9",
			"update Service/gateway taskDefinition", "restart Replicas/gateway",
		},
	},
	{
		"more memory and a variable", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Compute.Memory, s.Compute.Environment = 4096, []v1alpha1.EnvironmentVariable{{Name: "A", Value: "b"}}
		}),
		[]string{"replace TaskDefinition/gateway memory: 1024 -> 4096; flex-gateway.environment.A: none -> set", "update Service/gateway taskDefinition", "restart Replicas/gateway"},
	},
	{
		"a port more", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Ports = append(s.Ports, v1alpha1.PortSpec{Port: 8083, Protocol: "TCP"})
		}),
		[]string{
			"update SecurityGroup/gateway ingress", "create TargetGroup/8083", "create Listener/8083", "replace TaskDefinition/gateway flex-gateway.portMappings: 8081, 8082 -> 8081, 8082, 8083",
			"update Service/gateway taskDefinition", "loadBalancers.8083: none -> TargetGroup/8083", "restart Replicas/gateway",
		},
	},
	{
		"the registration as a variable", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		}),
		[]string{
			"replace TaskDefinition/gateway volumes: ", "update Service/gateway taskDefinition", "restart Replicas/gateway", "delete SecurityGroup/storage", "delete FileSystem/storage",
			"delete MountTargets/storage", "delete AccessPoint/storage", "delete TaskDefinition/registration", "delete RegistrationFile/registration.yaml",
		},
	},
	{"a tag", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		s.Tags = map[string]string{"Project": "Flex on ECS", "Team": "edge"}
	}), []string{"update Service/gateway tags.Team: none -> edge"}},
	{
		"an autoscaler", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Replicas, s.Autoscaling = nil, &v1alpha1.AutoscalingSpec{MinReplicas: 1, MaxReplicas: 4, TargetCPUPercent: aws.Int32(60)}
		}),
		[]string{"create ScalableTarget/gateway", "create ScalingPolicy/cpu"},
	},
	{"another health check", spec(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.LoadBalancer.HealthCheck.IntervalSeconds = 25 }), []string{"update TargetGroup/8081 healthCheck"}},
}

// sentences are a plan's steps in words.
func sentences(p *plan.Plan) string {
	var all []string
	for _, s := range p.Steps {
		var changes []string
		for _, c := range s.Changes {
			changes = append(changes, c.String())
		}
		all = append(all, fmt.Sprintf("%s %s %s", s.Action, s.Resource(), strings.Join(changes, "; ")))
	}
	return strings.Join(all, "\n")
}

func TestThePlanOfAChangeIsWhatTheControllerThenDoes(t *testing.T) {
	for _, test := range changesOfPlans {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				gw := gatewayNamed(t, "gw", nil)
				b.create(gw)
				b.untilReady(gw)
				b.untilQuiet(gw)
				wanted := b.get(gw)
				image := wanted.Spec.Image
				test.edit(&wanted.Spec)
				p := b.planFor(plan.KindChange, wanted)
				for _, part := range test.says {
					if part = strings.ReplaceAll(part, "IMAGE", image); !strings.Contains(sentences(p), part) {
						t.Errorf("the plan does not say %q:\n%s", part, sentences(p))
					}
				}
				since := len(b.sim.Calls())
				b.change(gw, test.edit)
				b.untilReady(gw)
				b.untilQuiet(gw)
				got := b.effects(since)
				if test.name == "replicas in steps" {
					once(got, "update Service")
				}
				if diff := cmp.Diff(promised(p), got); diff != "" {
					t.Errorf("effects (-planned +done):\n%s\n%s", diff, sentences(p))
				}
				if p.HasProblems() || p.HasChanges() != (test.says != nil) {
					t.Errorf("problems %v, changes %v", p.Problems, p.Summary)
				}
				if again := b.planFor(plan.KindDrift, b.get(gw)); again.HasChanges() {
					t.Errorf("drift after the change:\n%s", sentences(again))
				}
			})
		})
	}
}

func TestThePlanOfANewGatewayIsWhatTheControllerThenMakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.writeRegistration(gw, registration)
		planned := gw.DeepCopy()
		planned.UID = types.UID("not the one that it will have")
		p := b.planFor(plan.KindChange, planned)
		since := len(b.sim.Calls())
		b.create(gw)
		b.untilReady(gw)
		b.untilQuiet(gw)
		if diff := cmp.Diff(promised(p), b.effects(since)); diff != "" {
			t.Errorf("effects (-planned +done):\n%s\n%s", diff, sentences(p))
		}
		if !p.New || p.HasProblems() || len(p.Summary) != 1 {
			t.Errorf("new %v, problems %v, summary %v", p.New, p.Problems, p.Summary)
		}
		order := map[string]int{}
		for _, s := range p.Steps {
			order[s.Resource()] = s.Order
		}
		if order["FileSystem/storage"] != 1 || order["MountTargets/storage"] != 3 || order["Service/gateway"] != slices.Max(slices.Collect(maps.Values(order))) {
			t.Errorf("order %v", order)
		}
		if p.Cost.Before.High != 0 || p.Cost.After.Low < 50 {
			t.Errorf("cost %s -> %s", p.Cost.Before, p.Cost.After)
		}
	})
}

func TestThePlanOfADeletionIsWhatTheControllerThenDeletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		p := b.planFor(plan.KindDeletion, b.get(gw))
		since := len(b.sim.Calls())
		b.delete(gw)
		got := b.effects(since)
		delete(got, "update Service") // it is scaled to nothing before it goes
		if diff := cmp.Diff(promised(p), got); diff != "" {
			t.Errorf("effects (-planned +done):\n%s\n%s", diff, sentences(p))
		}
		if p.Cost.After.High != 0 || p.Cost.Before.Low < 50 || p.Summary[plan.ActionDelete] != len(p.Steps) {
			t.Errorf("cost %s -> %s, summary %v", p.Cost.Before, p.Cost.After, p.Summary)
		}
	})
}

func TestDriftIsWhatSomeoneHasChangedAndWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		group := b.idOf(gw, "SecurityGroup", "gateway")
		_, err := b.someone().EC2.DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{group}})
		b.must(err)
		_, err = b.someone().ECS.UpdateService(t.Context(), &ecs.UpdateServiceInput{
			Cluster: &gw.Spec.Compute.ClusterName, Service: aws.String(b.idOf(gw, "Service", "gateway")), DesiredCount: aws.Int32(3),
		})
		b.must(err)
		time.Sleep(10 * time.Minute)
		got := sentences(b.planFor(plan.KindDrift, b.get(gw)))
		for _, part := range []string{"update SecurityGroup/gateway tags.Name: none -> ", "update Service/gateway replicas: 3 -> 1"} {
			if !strings.Contains(got, part) {
				t.Errorf("no %q in\n%s", part, got)
			}
		}
	})
}
