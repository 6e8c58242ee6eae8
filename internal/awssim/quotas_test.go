package awssim

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"flexgw.io/controller/internal/awssim/core"
)

// Each makes things until its quota, which is one, is exceeded. New regions have one
// security group.
func TestEachServiceRefusesWhatItsQuotaDoesNotAllow(t *testing.T) {
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	tests := []struct {
		quota   core.Quota
		allowed int
		code    string
		make    func(t *testing.T, c aws.Config, name string) error
	}{
		{core.SecurityGroups, 0, "SecurityGroupLimitExceeded", func(t *testing.T, c aws.Config, name string) error {
			_, err := ec2.NewFromConfig(c).CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name})
			return err
		}},
		{core.FileSystems, 1, "FileSystemLimitExceeded", func(t *testing.T, c aws.Config, name string) error {
			_, err := efs.NewFromConfig(c).CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{CreationToken: &name})
			return err
		}},
		{core.Roles, 1, "LimitExceeded", func(t *testing.T, c aws.Config, name string) error {
			_, err := iam.NewFromConfig(c).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
			return err
		}},
		{core.LogGroups, 1, "LimitExceededException", func(t *testing.T, c aws.Config, name string) error {
			_, err := cloudwatchlogs.NewFromConfig(c).CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
			return err
		}},
		{core.TargetGroups, 1, "TooManyTargetGroups", func(t *testing.T, c aws.Config, name string) error {
			vpcs, err := ec2.NewFromConfig(c).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
			if err != nil {
				return err
			}
			_, err = elb.NewFromConfig(c).CreateTargetGroup(t.Context(), &elb.CreateTargetGroupInput{
				Name: &name, Protocol: elbtypes.ProtocolEnumTcp, Port: aws.Int32(8081), TargetType: elbtypes.TargetTypeEnumIp, VpcId: vpcs.Vpcs[0].VpcId,
			})
			return err
		}},
	}
	for _, test := range tests {
		t.Run(string(test.quota), func(t *testing.T) {
			s := newTestSim(t)
			s.World().Do(func() { s.World().Settings.Quotas = map[core.Quota]int{test.quota: 1} })
			c := config(s, "us-east-1", "test")
			if test.allowed > 0 {
				if err := test.make(t, c, "first"); err != nil {
					t.Fatal(err)
				}
			}
			if err := test.make(t, c, "more"); codeOf(err) != test.code {
				t.Errorf("error %v, want %s", err, test.code)
			}
			s.World().Do(func() { s.World().Settings.Quotas[test.quota] = 2 })
			if err := test.make(t, c, "more"); err != nil {
				t.Errorf("with a quota of 2: %v", err)
			}
		})
	}
}
