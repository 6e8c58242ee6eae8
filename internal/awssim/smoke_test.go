package awssim

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// The tests here take one step through each real service with its real client;
// what a service does is tested beside it.

func TestTheRealEC2ClientMakesAGroupInTheDefaultVPC(t *testing.T) {
	ctx, client := t.Context(), ec2.NewFromConfig(config(newTestSim(t), "eu-west-1", "test"))
	vpcs, err := client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []ec2types.Filter{{Name: aws.String("is-default"), Values: []string{"true"}}}})
	if err != nil || len(vpcs.Vpcs) != 1 {
		t.Fatalf("default VPCs = %v, error %v, want one", vpcs, err)
	}
	group, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("g"), Description: aws.String("d"), VpcId: vpcs.Vpcs[0].VpcId,
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeSecurityGroup, Tags: []ec2types.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group.GroupId,
		IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(8081), ToPort: aws.Int32(8081),
			IpRanges: []ec2types.IpRange{{CidrIp: aws.String("203.0.113.7/32")}},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	groups, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{aws.ToString(group.GroupId)}})
	if err != nil || len(groups.SecurityGroups) != 1 || len(groups.SecurityGroups[0].IpPermissions) != 1 {
		t.Fatalf("groups = %v, error %v, want one with one permission", groups, err)
	}
	if got := groups.SecurityGroups[0].IpPermissions[0].IpRanges[0].CidrIp; aws.ToString(got) != "203.0.113.7/32" {
		t.Errorf("CIDR = %s, want 203.0.113.7/32", aws.ToString(got))
	}
}

func TestTheRealEFSClientMakesAFileSystemAndIsToldThatItExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSim(t)
		ctx, client := t.Context(), efs.NewFromConfig(config(s, "us-east-1", "test"))
		in := &efs.CreateFileSystemInput{CreationToken: aws.String("t"), Tags: []efstypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}
		made, err := client.CreateFileSystem(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.CreateFileSystem(ctx, in); codeOf(err) != "FileSystemAlreadyExists" {
			t.Errorf("again: error = %v, want FileSystemAlreadyExists", err)
		}
		time.Sleep(time.Second)
		want := []core.Resource{{
			Service: "efs", Kind: "FileSystem", ID: aws.ToString(made.FileSystemId),
			Account: core.DefaultAccount, Region: "us-east-1", State: "available", Tags: map[string]string{"a": "b"},
		}}
		if diff := cmp.Diff(want, s.Inventory()); diff != "" {
			t.Errorf("inventory (-want +got):\n%s", diff)
		}
		if _, err := client.DeleteFileSystem(ctx, &efs.DeleteFileSystemInput{FileSystemId: made.FileSystemId}); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		if left := s.Inventory(); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestTheRealIAMClientSeesItsRoleInEveryRegion(t *testing.T) {
	s := newTestSim(t)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	if _, err := iam.NewFromConfig(config(s, "us-east-1", "test")).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("r"), AssumeRolePolicyDocument: aws.String(trust),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := iam.NewFromConfig(config(s, "eu-west-1", "test")).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")}); err != nil {
		t.Errorf("from another region: %v", err)
	}
	if _, err := iam.NewFromConfig(config(s, "us-east-1", "AKIA222222222222SIMU")).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")}); codeOf(err) != "NoSuchEntity" {
		t.Errorf("from another account: error = %v, want NoSuchEntity", err)
	}
}

func TestTheRealLogsClientMakesAGroup(t *testing.T) {
	ctx, client := t.Context(), cloudwatchlogs.NewFromConfig(config(newTestSim(t), "us-east-1", "test"))
	if _, err := client.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/flex/x")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("/flex/x"), RetentionInDays: aws.Int32(30)}); err != nil {
		t.Fatal(err)
	}
	groups, err := client.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/flex/")})
	if err != nil || len(groups.LogGroups) != 1 || aws.ToInt32(groups.LogGroups[0].RetentionInDays) != 30 {
		t.Errorf("groups = %v, error %v, want one with 30 days", groups, err)
	}
}

func TestTheRealELBClientMakesATargetGroupAndIsRefusedASecond(t *testing.T) {
	s := newTestSim(t)
	ctx, client := t.Context(), elasticloadbalancingv2.NewFromConfig(config(s, "us-east-1", "test"))
	vpcs, err := ec2.NewFromConfig(config(s, "us-east-1", "test")).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	if err != nil || len(vpcs.Vpcs) != 1 {
		t.Fatalf("VPCs = %v, error %v, want one", vpcs, err)
	}
	in := &elasticloadbalancingv2.CreateTargetGroupInput{
		Name: aws.String("tg"), Protocol: elbtypes.ProtocolEnumTcp, Port: aws.Int32(8081),
		TargetType: elbtypes.TargetTypeEnumIp, VpcId: vpcs.Vpcs[0].VpcId,
	}
	made, err := client.CreateTargetGroup(ctx, in)
	if err != nil || len(made.TargetGroups) != 1 {
		t.Fatalf("made = %v, error %v, want one target group", made, err)
	}
	in.Port = aws.Int32(8082)
	if _, err := client.CreateTargetGroup(ctx, in); codeOf(err) != "DuplicateTargetGroupName" {
		t.Errorf("the same name on another port: error = %v, want DuplicateTargetGroupName", err)
	}
	health, err := client.DescribeTargetHealth(ctx, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: made.TargetGroups[0].TargetGroupArn})
	if err != nil || len(health.TargetHealthDescriptions) != 0 {
		t.Errorf("health = %v, error %v, want no targets", health, err)
	}
}

func TestTheRealSecretsClientReadsBackWhatItWrote(t *testing.T) {
	ctx, client := t.Context(), secretsmanager.NewFromConfig(config(newTestSim(t), "us-east-1", "test"))
	if _, err := client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("flex/x"), SecretBinary: []byte{0, 1, 0xff}}); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("flex/x")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]byte{0, 1, 0xff}, got.SecretBinary); diff != "" {
		t.Errorf("secret (-want +got):\n%s", diff)
	}
}

func TestTheRealECSClientMakesAClusterAndMissesAService(t *testing.T) {
	ctx, client := t.Context(), ecs.NewFromConfig(config(newTestSim(t), "us-east-1", "test"))
	if _, err := client.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: aws.String("c")}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: aws.String("c"), Services: []string{"s"}})
	if err != nil || len(out.Failures) != 1 || aws.ToString(out.Failures[0].Reason) != "MISSING" {
		t.Errorf("services = %v, error %v, want one that is MISSING", out, err)
	}
	if _, err := client.ListServices(ctx, &ecs.ListServicesInput{Cluster: aws.String("nope")}); codeOf(err) != "ClusterNotFoundException" {
		t.Errorf("of another cluster: error = %v, want ClusterNotFoundException", err)
	}
}
