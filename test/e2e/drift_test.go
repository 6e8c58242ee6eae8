package e2e_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/test/e2e/rig"
)

func TestWhatIsChangedBehindTheControllersBackIsPutRight(t *testing.T) {
	before := stack.AWS().Inventory()
	g := stack.Apply(t, "drift", "drifting", rig.Spec())
	g.AwaitReady(t)
	cloud := stack.In(t, "us-east-1")

	t.Run("a rule that is gone comes back with the next regular look", func(t *testing.T) {
		group := g.ResourceID(t, "SecurityGroup", "gateway")
		rules := clientRules(t, cloud, group)
		if len(rules) == 0 {
			t.Fatal("the group lets no client in")
		}
		_, err := cloud.EC2.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, SecurityGroupRuleIds: rules[:1]})
		if err != nil {
			t.Fatal(err)
		}
		g.AwaitEvent(t, "DriftCorrected", "SecurityGroup/gateway")
		if got := clientRules(t, cloud, group); len(got) != len(rules) {
			t.Errorf("%d rules let clients in, want %d", len(got), len(rules))
		}
		g.AwaitReady(t)
		g.WantSettled(t)
	})

	t.Run("a service that is gone is made anew when somebody touches the object", func(t *testing.T) {
		service := g.ResourceID(t, "Service", "gateway")
		_, err := cloud.ECS.DeleteService(t.Context(), &ecs.DeleteServiceInput{
			Cluster: &g.Get(t).Spec.Compute.ClusterName, Service: &service, Force: aws.Bool(true),
		})
		if err != nil {
			t.Fatal(err)
		}
		g.Annotate(t, "example.com/look", "now")
		g.AwaitEvent(t, "DriftCorrected", "Service/gateway")
		gw := g.AwaitReady(t)
		if gw.Status.ReadyReplicas != 1 {
			t.Errorf("%d replicas serve, want 1", gw.Status.ReadyReplicas)
		}
		g.WantSettled(t)
		wantMadeOf(t, before, aGateway)
	})

	g.Delete(t)
	g.AwaitGone(t)
	stack.WantInventory(t, before)
}

// clientRules are the ids of the rules that let CIDRs in.
func clientRules(t *testing.T, cloud *awscloud.Clients, group string) []string {
	t.Helper()
	out, err := cloud.EC2.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{
		Filters: []ec2types.Filter{{Name: aws.String("group-id"), Values: []string{group}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, rule := range out.SecurityGroupRules {
		if rule.CidrIpv4 != nil && !aws.ToBool(rule.IsEgress) {
			ids = append(ids, aws.ToString(rule.SecurityGroupRuleId))
		}
	}
	return ids
}
