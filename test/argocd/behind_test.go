package argocd_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

func TestWhatSomebodyEditsByHandIsTakenBack(t *testing.T) {
	t.Parallel()
	a := add(t, "dev", "edited")
	a.settled(t)
	a.witness.forget(a)

	edited := a.Get(t).Generation
	a.Change(t, func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Network.AllowedCIDRs = []string{"0.0.0.0/0"}
		spec.Tags["Project"] = "Somebody's"
	})
	rig.Eventually(t, "another generation by Argo CD", func() bool { return a.Get(t).Generation > edited+1 })
	t.Logf("from the edit to Healthy: %s", a.settled(t))
	if spec := a.Get(t).Spec; len(spec.Network.AllowedCIDRs) != 1 || spec.Network.AllowedCIDRs[0] != "203.0.113.7/32" || spec.Tags["Project"] != "Flex on ECS" {
		t.Errorf("the spec has the clients %v and the tags %v, want those of Git", spec.Network.AllowedCIDRs, spec.Tags)
	}
	a.wantSyncs(t, synced, outOfSync, synced)
}

func TestWhatSomebodyBreaksInAWSIsMendedAndArgoCDStaysCalm(t *testing.T) {
	t.Parallel()
	a := add(t, "dev", "broken")
	a.settled(t)
	cloud := stack.In(t, "us-east-1")

	t.Run("a rule that is gone", func(t *testing.T) {
		a.witness.forget(a)
		rules, err := cloud.EC2.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{
			Filters: []ec2types.Filter{{Name: aws.String("group-id"), Values: []string{a.ResourceID(t, "SecurityGroup", "gateway")}}},
		})
		must(t, err)
		for _, rule := range rules.SecurityGroupRules {
			if aws.ToBool(rule.IsEgress) || rule.CidrIpv4 == nil {
				continue
			}
			_, err := cloud.EC2.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{
				GroupId: rule.GroupId, SecurityGroupRuleIds: []string{*rule.SecurityGroupRuleId},
			})
			must(t, err)
		}
		a.AwaitEvent(t, "DriftCorrected", "SecurityGroup/gateway")
		a.settled(t)
		a.wantServed(t)
		a.wantSyncs(t, synced)
		a.wantOnly(t, healthy, progressing)
	})
	t.Run("the service that is gone", func(t *testing.T) {
		a.witness.forget(a)
		_, err := cloud.ECS.DeleteService(t.Context(), &ecs.DeleteServiceInput{
			Cluster: &a.Get(t).Spec.Compute.ClusterName, Service: aws.String(a.ResourceID(t, "Service", "gateway")), Force: aws.Bool(true),
		})
		must(t, err)
		a.AwaitEvent(t, "DriftCorrected", "Service/gateway")
		a.settled(t)
		a.wantServed(t)
		a.wantSyncs(t, synced)
		a.wantHealths(t, healthy, progressing, healthy)
	})
}
