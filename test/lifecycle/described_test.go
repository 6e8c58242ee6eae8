package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/ecs"
)

// failure is a gateway that fails, and what kubectl describe tells of it first.
type failure struct {
	name string
	edit func(*v1alpha1.FlexGatewayDeploymentSpec)
	// harm is done before the gateway is made.
	harm   func(*bench)
	reason string
	// says are the resource, AWS's reason and what to do, in Ready's message.
	says []string
}

// withoutStorage makes a gateway that is quick to start its tasks.
func withoutStorage(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
}

func failingCalls(f awssim.Fault) func(*bench) {
	return func(b *bench) {
		_, err := b.sim.SetFault(f)
		b.must(err)
	}
}

func (b *bench) inTrouble(t ecs.Troubles) { b.sim.World().Do(func() { b.sim.ECS.SetTroubles(t) }) }

var failures = []failure{
	{"the registration is none", nil, nil, v1alpha1.ReasonRegistrationInvalid, []string{"Secret/registration", "does not hold a registration file", `as "flexctl registration create" writes it`}},
	{
		"no such image", and(withoutStorage, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/no-such-gateway:1.0.0" }), nil,
		v1alpha1.ReasonRolloutFailed, []string{"Service/gateway", "CannotPullContainerError", "check spec.image", "change the spec"},
	},
	{
		"the container ends", withoutStorage, func(b *bench) { b.inTrouble(ecs.Troubles{Crash: []string{"flex-gateway"}}) },
		v1alpha1.ReasonRolloutFailed, []string{"Service/gateway", "exit code 1", "the log group has"},
	},
	{
		"health checks fail", withoutStorage, func(b *bench) { b.inTrouble(ecs.Troubles{NeverHealthy: []string{"flex-gateway"}}) },
		v1alpha1.ReasonRolloutFailed, []string{"Service/gateway", "health checks", "change the spec"},
	},
	{
		"a call is denied", nil, failingCalls(awssim.Fault{Service: "elbv2", Operation: "CreateLoadBalancer", Code: "AccessDenied", Message: "User: u is not authorized"}),
		v1alpha1.ReasonAccessDenied, []string{"LoadBalancer/gateway", "CreateLoadBalancer: AccessDenied: User: u is not authorized", "docs/iam.md"},
	},
	{
		"the credentials have expired", nil, failingCalls(awssim.Fault{Service: "ecs", Operation: "CreateCluster", Code: "ExpiredTokenException", Message: "expired"}),
		v1alpha1.ReasonAccessDenied, []string{"Cluster/cluster", "ExpiredTokenException", "the manager's credentials: renew"},
	},
	{
		"a quota is used up", nil, failingCalls(awssim.Fault{Service: "efs", Operation: "CreateFileSystem", Code: "FileSystemLimitExceeded", Message: "You have reached the maximum"}),
		"QuotaExceeded", []string{"FileSystem/storage", "FileSystemLimitExceeded", "ask AWS to raise it"},
	},
	{
		"no such VPC", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Network.VPCID = "vpc-0123456789abcdef0" }, nil,
		"RefusedByAWS", []string{"Network/vpc", "vpc-0123456789abcdef0 has no subnets", "check spec.network.vpcID"},
	},
	{
		"no such ConfigMap", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Config = []v1alpha1.ConfigSource{inConfigMap} }, nil,
		v1alpha1.ReasonConfigMissing, []string{"Secret/configuration", "there is no ConfigMap " + extra, "create it, or remove the entry"},
	},
	{
		"AWS does not answer", nil, failingCalls(awssim.Fault{Service: "efs", Cut: awssim.CutBefore}),
		"AWSError", []string{"FileSystem/storage", "AWS does not answer", "the way from the manager to AWS"},
	},
	{
		"AWS fails", nil, failingCalls(awssim.Fault{Service: "logs", Operation: "CreateLogGroup", Code: "ServiceUnavailableException", Message: "try later"}),
		"AWSError", []string{"LogGroup/logs", "CreateLogGroup: ServiceUnavailableException: try later", "the call is repeated"},
	},
}

// TestEachFailureSaysWhatItIsAboutWhyAndWhatToDo reads Ready's message as a newcomer does,
// and has each trouble told by one event, however often it is met.
func TestEachFailureSaysWhatItIsAboutWhyAndWhatToDo(t *testing.T) {
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", f.edit)
				if f.harm != nil {
					f.harm(b)
				}
				b.create(gw)
				if f.reason == v1alpha1.ReasonRegistrationInvalid {
					b.writeRegistration(gw, "just some text")
				}
				b.until(gw, "failing", hasReason(f.reason))
				for range 5 {
					_, _ = b.reconcile(gw) // the error is what has it repeated
				}
				said := readyMessage(b.get(gw))
				for _, words := range f.says {
					if !strings.Contains(said, words) {
						t.Errorf("Ready says %q, without %q", said, words)
					}
				}
				if strings.Contains(said, "RequestID") || strings.Contains(said, "operation error") {
					t.Errorf("Ready says %q, in the SDK's words", said)
				}
				if first := b.get(gw).Status.Conditions[0].Type; first != v1alpha1.ConditionReady {
					t.Errorf("the first condition is %s", first)
				}
				var warnings []string
				for _, told := range b.told {
					if strings.HasPrefix(told, "Warning") {
						warnings = append(warnings, told)
					}
				}
				if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "Warning "+f.reason+" ") {
					t.Errorf("events: %q, want one", warnings)
				}
			})
		})
	}
}

func TestADeletionThatSomeoneElseHoldsUpNamesWhatAndWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		group := b.idOf(gw, "SecurityGroup", "gateway")
		other, err := b.someone().EC2.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
			GroupName: aws.String("other"), Description: aws.String("other"), VpcId: &b.get(gw).Status.Network.VPCID,
		})
		b.must(err)
		rule := []ec2types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(1), ToPort: aws.Int32(1), UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: &group}}}}
		_, err = b.someone().EC2.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: other.GroupId, IpPermissions: rule})
		b.must(err)
		b.must(b.kube.Delete(t.Context(), gw))
		b.until(gw, "held up", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return strings.HasPrefix(readyMessage(gw), "still in AWS: SecurityGroup/gateway; ")
		})
		if said := readyMessage(b.get(gw)); !strings.Contains(said, group+" is still used") || !strings.Contains(said, "a rule of another group that names it, must be removed by hand") {
			t.Errorf("Ready says %q", said)
		}
		_, err = b.someone().EC2.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: other.GroupId, IpPermissions: rule})
		b.must(err)
		b.until(gw, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
	})
}
