package awssim

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/iam"
)

// TestEveryOperationHasARuleAndEveryRuleAnOperation would catch an operation that is
// always refused, and a rule that asks for a member that the input does not have.
func TestEveryOperationHasARuleAndEveryRuleAnOperation(t *testing.T) {
	s := newTestSim(t)
	rules := authorizationRules()
	operations := map[string]bool{}
	for _, e := range s.endpoints {
		for name, h := range e.handlers {
			call := &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}, Service: e.codec.Model().Name, Operation: name}
			if isFree(call) {
				continue
			}
			key := call.Service + "." + name
			operations[key] = true
			authorize, ok := rules[key]
			if !ok {
				t.Errorf("%s has no rule", key)
				continue
			}
			s.world.Do(func() {
				if asks := authorize(newRequest(call, reflect.New(h.input).Interface(), s.Services)); len(asks) == 0 {
					t.Errorf("%s asks for nothing", key)
				}
			})
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(operations)), slices.Sorted(maps.Keys(rules))); diff != "" {
		t.Errorf("rules (-operations +rules):\n%s", diff)
	}
}

func TestAnOperationWithoutARuleIsRefused(t *testing.T) {
	s := newTestSim(t)
	everything, err := iam.ParseIdentity(policyOf(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthorizer(s.Services)
	a.identity, a.enforced = everything, true
	call := &core.Call{Service: "ecs", Operation: "ListClusters"}
	if refusal := a.refuse(call, &ecs.ListClustersInput{}); refusal != nil {
		t.Errorf("with its rule: %v", refusal)
	}
	delete(a.rules, "ecs.ListClusters")
	if refusal := a.refuse(call, &ecs.ListClustersInput{}); refusal == nil {
		t.Error("without its rule it is allowed")
	}
}

// asked are action and resource of what a request asks for.
func asked(s *Sim, service, operation string, in any) []string {
	var list []string
	call := &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}, Service: service, Operation: operation}
	s.world.Do(func() {
		for _, ask := range authorizationRules()[service+"."+operation](newRequest(call, in, s.Services)) {
			list = append(list, ask.Action+" "+ask.Resource)
		}
	})
	return list
}

func TestWhatIsMadeWithTagsAsksForTaggingAndWhatIsPassedForPassing(t *testing.T) {
	s := newTestSim(t)
	tests := []struct {
		name, service, operation string
		in                       any
		want                     []string
	}{
		{"a security group", "ec2", "CreateSecurityGroup", &ec2.CreateSecurityGroupInput{VpcId: aws.String("vpc-1"), TagSpecifications: []ec2types.TagSpecification{
			{ResourceType: ec2types.ResourceTypeSecurityGroup, Tags: []ec2types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}},
		}}, []string{
			"ec2:CreateSecurityGroup arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1",
			"ec2:CreateSecurityGroup arn:aws:ec2:us-east-1:123456789012:security-group/*",
			"ec2:CreateTags arn:aws:ec2:us-east-1:123456789012:security-group/*",
		}},
		{"a file system without tags", "efs", "CreateFileSystem", &efs.CreateFileSystemInput{}, []string{
			"elasticfilesystem:CreateFileSystem arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/*",
		}},
		{"a file system with tags", "efs", "CreateFileSystem", &efs.CreateFileSystemInput{Tags: []efstypes.Tag{{Key: aws.String("k")}}}, []string{
			"elasticfilesystem:CreateFileSystem arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/*",
			"elasticfilesystem:TagResource arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/*",
		}},
		{"a task definition", "ecs", "RegisterTaskDefinition", &ecs.RegisterTaskDefinitionInput{
			Family: aws.String("f"), ExecutionRoleArn: aws.String("arn:aws:iam::123456789012:role/x"), TaskRoleArn: aws.String("short"),
		}, []string{
			"ecs:RegisterTaskDefinition arn:aws:ecs:us-east-1:123456789012:task-definition/f:*",
			"iam:PassRole arn:aws:iam::123456789012:role/x",
			"iam:PassRole arn:aws:iam::123456789012:role/short",
		}},
		{"a service by cluster and name", "ecs", "UpdateService", &ecs.UpdateServiceInput{Cluster: aws.String("c"), Service: aws.String("s")}, []string{
			"ecs:UpdateService arn:aws:ecs:us-east-1:123456789012:service/c/s",
		}},
		{"a task with other roles", "ecs", "RunTask", &ecs.RunTaskInput{
			TaskDefinition: aws.String("f:1"), Overrides: &ecstypes.TaskOverride{TaskRoleArn: aws.String("arn:aws:iam::123456789012:role/y")},
		}, []string{
			"ecs:RunTask arn:aws:ecs:us-east-1:123456789012:task-definition/f:1",
			"iam:PassRole arn:aws:iam::123456789012:role/y",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, asked(s, test.service, test.operation, test.in)); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTagsOfTheRequestAndOfTheResourceDecide(t *testing.T) {
	s := newTestSim(t)
	enforce(t, s, policyOf(
		`{"Effect":"Allow","Action":"ecs:CreateCluster","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/owner":"us"}}},`+
			`{"Effect":"Allow","Action":"ecs:TagResource","Resource":"*","Condition":{"StringEquals":{"ecs:CreateAction":"CreateCluster"}}},`+
			`{"Effect":"Allow","Action":"ecs:DeleteCluster","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/owner":"us"}}}`))
	client, ctx := ecs.NewFromConfig(config(s, "us-east-1", "test")), t.Context()
	create := func(name, owner string) string {
		_, err := client.CreateCluster(ctx, &ecs.CreateClusterInput{
			ClusterName: aws.String(name), Tags: []ecstypes.Tag{{Key: aws.String("owner"), Value: aws.String(owner)}},
		})
		return codeOf(err)
	}
	remove := func(name string) string {
		_, err := client.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: aws.String(name)})
		return codeOf(err)
	}
	const refused = "AccessDeniedException"
	if got := create("theirs", "them"); got != refused {
		t.Errorf("a cluster with another's tag: %q", got)
	}
	if got := create("ours", "us"); got != "" {
		t.Errorf("a cluster with our tag: %s", got)
	}
	if got := remove("absent"); got != refused {
		t.Errorf("what does not exist has no tags: %q", got)
	}
	_, err := client.TagResource(ctx, &ecs.TagResourceInput{
		ResourceArn: aws.String("arn:aws:ecs:us-east-1:123456789012:cluster/ours"), Tags: []ecstypes.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
	})
	if got := codeOf(err); got != refused {
		t.Errorf("tags on what exists: %q", got)
	}
	if got := remove("ours"); got != "" {
		t.Errorf("deleting ours: %s", got)
	}
}

func TestELBAsksForMoreUntilItHasItsOwnRole(t *testing.T) {
	s := newTestSim(t)
	in := &elbv2.CreateLoadBalancerInput{Name: aws.String("lb"), Type: elbtypes.LoadBalancerTypeEnumNetwork}
	own := "elasticloadbalancing:CreateLoadBalancer arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/lb/*"
	role := "iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"
	first := asked(s, "elbv2", "CreateLoadBalancer", in)
	if first[0] != own || !slices.Contains(first, role) || !slices.Contains(first, "ec2:DescribeInternetGateways *") {
		t.Errorf("the first load balancer asks for %v", first)
	}
	_, err := awsiam.NewFromConfig(config(s, "us-east-1", "test")).CreateServiceLinkedRole(t.Context(), &awsiam.CreateServiceLinkedRoleInput{
		AWSServiceName: aws.String("elasticloadbalancing.amazonaws.com"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{own}, asked(s, "elbv2", "CreateLoadBalancer", in)); diff != "" {
		t.Errorf("with the role (-want +got):\n%s", diff)
	}
}
