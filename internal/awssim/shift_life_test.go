package awssim

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"flexgw.io/controller/internal/awssim/core"
)

// pair puts a second target group beside the gateway's, and makes the role by which ECS
// moves traffic between the two; it returns what the service needs to know of them.
func (g *gatewayLife) pair() (listener string, advanced *ecstypes.AdvancedConfiguration) {
	client, roles := elb.NewFromConfig(g.aws), iam.NewFromConfig(g.aws)
	first := done[*elb.DescribeTargetGroupsOutput](g.t)(client.DescribeTargetGroups(g.ctx, &elb.DescribeTargetGroupsInput{TargetGroupArns: []string{g.targets}})).TargetGroups[0]
	second := done[*elb.CreateTargetGroupOutput](g.t)(client.CreateTargetGroup(g.ctx, &elb.CreateTargetGroupInput{
		Name: aws.String("gateway-b"), Protocol: first.Protocol, Port: first.Port, TargetType: first.TargetType, VpcId: first.VpcId,
	})).TargetGroups[0]
	listeners := done[*elb.DescribeListenersOutput](g.t)(client.DescribeListeners(g.ctx, &elb.DescribeListenersInput{LoadBalancerArn: &first.LoadBalancerArns[0]}))
	listener = *listeners.Listeners[0].ListenerArn
	done[*elb.ModifyListenerOutput](g.t)(client.ModifyListener(g.ctx, &elb.ModifyListenerInput{
		ListenerArn: &listener, DefaultActions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, ForwardConfig: &elbtypes.ForwardActionConfig{
			TargetGroups: []elbtypes.TargetGroupTuple{{TargetGroupArn: &g.targets, Weight: aws.Int32(100)}, {TargetGroupArn: second.TargetGroupArn, Weight: aws.Int32(0)}},
		}}},
	}))
	role := done[*iam.CreateRoleOutput](g.t)(roles.CreateRole(g.ctx, &iam.CreateRoleInput{
		RoleName:                 aws.String("infrastructure"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	})).Role
	done[*iam.AttachRolePolicyOutput](g.t)(roles.AttachRolePolicy(g.ctx, &iam.AttachRolePolicyInput{
		RoleName: role.RoleName, PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"),
	}))
	time.Sleep(time.Minute) // until ECS sees the role
	return listener, &ecstypes.AdvancedConfiguration{
		AlternateTargetGroupArn: second.TargetGroupArn, ProductionListenerRule: &listener, RoleArn: role.Arn,
	}
}

// shared counts to how many of 100 new connections each task definition answers.
func (g *gatewayLife) shared(s *Sim, listener string) map[string]int {
	g.t.Helper()
	client := ecs.NewFromConfig(g.aws)
	listed := done[*ecs.ListTasksOutput](g.t)(client.ListTasks(g.ctx, &ecs.ListTasksInput{Cluster: aws.String("gateways")}))
	tasks := done[*ecs.DescribeTasksOutput](g.t)(client.DescribeTasks(g.ctx, &ecs.DescribeTasksInput{Cluster: aws.String("gateways"), Tasks: listed.TaskArns})).Tasks
	definitions := map[string]string{}
	for _, task := range tasks {
		for _, detail := range task.Attachments[0].Details {
			if aws.ToString(detail.Name) == "networkInterfaceId" {
				definitions[*detail.Value] = *task.Containers[0].Image
			}
		}
	}
	counts := map[string]int{}
	s.World().Do(func() {
		for drawn := range 100 {
			at := 0
			hop, ok := s.ELB.Route(scopeOf(listener), listener, func(n int) int {
				at++
				if at == 1 && n == 100 {
					return drawn
				}
				return drawn % n
			})
			if ok {
				counts[definitions[hop.Interface]]++
			}
		}
	})
	return counts
}

// latest is the service's latest service deployment.
func (g *gatewayLife) latest() ecstypes.ServiceDeployment {
	g.t.Helper()
	client := ecs.NewFromConfig(g.aws)
	list := done[*ecs.ListServiceDeploymentsOutput](g.t)(client.ListServiceDeployments(g.ctx, &ecs.ListServiceDeploymentsInput{
		Cluster: aws.String("gateways"), Service: aws.String("gateway"),
	}))
	return done[*ecs.DescribeServiceDeploymentsOutput](g.t)(client.DescribeServiceDeployments(g.ctx, &ecs.DescribeServiceDeploymentsInput{
		ServiceDeploymentArns: []string{*list.ServiceDeployments[0].ServiceDeploymentArn},
	})).ServiceDeployments[0]
}

// atAPause waits until the deployment waits at a pause.
func (g *gatewayLife) atAPause() (d ecstypes.ServiceDeployment, hook *string) {
	g.t.Helper()
	for range 200 {
		d = g.latest()
		for _, h := range d.LifecycleHookDetails {
			if h.Status == ecstypes.DeploymentLifecycleHookStatusAwaitingAction {
				return d, h.HookId
			}
		}
		time.Sleep(10 * time.Second)
	}
	g.t.Fatalf("no pause: %s at %s", d.Status, d.LifecycleStage)
	return d, nil
}

func TestACanaryOfARealServiceGetsItsShareIsPausedAndPromoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		settings := core.DefaultSettings()
		s, err := New(Options{Settings: &settings, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g := newGatewayLife(t, s)
		g.create()
		listener, advanced := g.pair()
		client := ecs.NewFromConfig(g.aws)
		done[*ecs.UpdateServiceOutput](t)(client.UpdateService(g.ctx, &ecs.UpdateServiceInput{
			Cluster: aws.String("gateways"), Service: aws.String("gateway"), TaskDefinition: aws.String("gateway"),
			LoadBalancers: []ecstypes.LoadBalancer{{
				TargetGroupArn: &g.targets, ContainerName: aws.String("gateway"), ContainerPort: aws.Int32(8081), AdvancedConfiguration: advanced,
			}},
			HealthCheckGracePeriodSeconds: aws.Int32(600),
			DeploymentConfiguration: &ecstypes.DeploymentConfiguration{
				Strategy: ecstypes.DeploymentStrategyCanary, BakeTimeInMinutes: aws.Int32(1),
				CanaryConfiguration: &ecstypes.CanaryConfiguration{CanaryPercent: aws.Float64(10), CanaryBakeTimeInMinutes: aws.Int32(2)},
				LifecycleHooks: []ecstypes.DeploymentLifecycleHook{{
					TargetType:      ecstypes.DeploymentLifecycleHookTargetTypePause,
					LifecycleStages: []ecstypes.DeploymentLifecycleHookStage{ecstypes.DeploymentLifecycleHookStagePreProductionTrafficShift},
				}},
			},
		}))
		const blue, green = "mulesoft/flex-gateway:1.9.0", "mulesoft/flex-gateway:1.9.1"
		for i, want := range []map[string]int{{blue: 100}, {blue: 90, green: 10}} {
			d, hook := g.atAPause()
			if got := g.shared(s, listener); got[blue] != want[blue] || got[green] != want[green] {
				t.Errorf("at pause %d connections go to %v, want %v", i, got, want)
			}
			if i == 0 {
				if data, err := s.Save(); err != nil {
					t.Error(err)
				} else if again, err := Load(Options{}, data); err != nil {
					t.Error(err)
				} else {
					again.Close()
				}
			}
			done[*ecs.ContinueServiceDeploymentOutput](t)(client.ContinueServiceDeployment(g.ctx, &ecs.ContinueServiceDeploymentInput{
				ServiceDeploymentArn: d.ServiceDeploymentArn, HookId: hook,
			}))
		}
		time.Sleep(30 * time.Minute)
		if d := g.latest(); d.Status != ecstypes.ServiceDeploymentStatusSuccessful {
			t.Errorf("in the end the deployment is %s at %s: %s", d.Status, d.LifecycleStage, aws.ToString(d.StatusReason))
		}
		if got := g.shared(s, listener); got[green] != 100 {
			t.Errorf("in the end connections go to %v, want all to green", got)
		}
	})
}
