package console

import (
	"strings"
	"testing"

	"flexgw.io/controller/api/v1alpha1"
)

func TestEachResourceHasTheLinkOfItsService(t *testing.T) {
	const balancing = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
	l := Links{Partition: "aws", Region: "us-east-1", Plane: "https://eu1.anypoint.mulesoft.com", Cluster: "flex", Service: "gw-Service"}
	const console = "https://console.aws.amazon.com"
	for _, test := range []struct{ kind, id, want string }{
		{"Network", "vpc-1", console + "/vpc/home?region=us-east-1#VpcDetails:VpcId=vpc-1"},
		{"SecurityGroup", "sg-1", console + "/ec2/home?region=us-east-1#SecurityGroup:groupId=sg-1"},
		{"SecurityGroupRule", "sg-1/tcp/3000", console + "/ec2/home?region=us-east-1#SecurityGroup:groupId=sg-1"},
		{"FileSystem", "fs-1", console + "/efs/home?region=us-east-1#/file-systems/fs-1"},
		{"MountTargets", "fs-1/mount-targets", console + "/efs/home?region=us-east-1#/file-systems/fs-1"},
		{"AccessPoint", "fsap-1", console + "/efs/home?region=us-east-1#/access-points/fsap-1"},
		{"RegistrationFile", "fsap-1/registration.yaml@62ae", console + "/efs/home?region=us-east-1#/access-points/fsap-1"},
		{"RegistrationFile", "arn:aws:ecs:us-east-1:123456789012:task/flex/77", console + "/ecs/v2/clusters/flex/tasks/77/configuration?region=us-east-1"},
		{"LogGroup", "arn:aws:logs:us-east-1:123456789012:log-group:/flexgw/flex/gw", console + "/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fflexgw$252Fflex$252Fgw"},
		{"Role", "arn:aws:iam::123456789012:role/team/gw-execution", console + "/iam/home#/roles/details/gw-execution"},
		{"Cluster", "arn:aws:ecs:us-east-1:123456789012:cluster/flex", console + "/ecs/v2/clusters/flex/services?region=us-east-1"},
		{"TaskDefinition", "arn:aws:ecs:us-east-1:123456789012:task-definition/gw:12", console + "/ecs/v2/task-definitions/gw/12/containers?region=us-east-1"},
		{"Service", "arn:aws:ecs:us-east-1:123456789012:service/flex/gw-Service", console + "/ecs/v2/clusters/flex/services/gw-Service/health?region=us-east-1"},
		{"Replicas", "1 healthy", console + "/ecs/v2/clusters/flex/services/gw-Service/tasks?region=us-east-1"},
		{"ScalableTarget", "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0ec5", console + "/ecs/v2/clusters/flex/services/gw-Service/service-auto-scaling?region=us-east-1"},
		{"ScheduledAction", "morning", console + "/ecs/v2/clusters/flex/services/gw-Service/service-auto-scaling?region=us-east-1"},
		{"LoadBalancer", balancing + "loadbalancer/net/gw/1", console + "/ec2/home?region=us-east-1#LoadBalancer:loadBalancerArn=" + balancing + "loadbalancer/net/gw/1"},
		{"TargetGroup", balancing + "targetgroup/gw/1", console + "/ec2/home?region=us-east-1#TargetGroup:targetGroupArn=" + balancing + "targetgroup/gw/1"},
		{"Listener", balancing + "listener/net/gw/1/2", console + "/ec2/home?region=us-east-1#ELBListenerV2:listenerArn=" + balancing + "listener/net/gw/1/2"},
		{"Secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:flexgw/flex/gw-b54c16-1BL2ni", console + "/secretsmanager/secret?name=flexgw%2Fflex%2Fgw-b54c16&region=us-east-1"},
		{"Registration", "arn:aws:ecs:us-east-1:123456789012:task/flex/77", console + "/ecs/v2/clusters/flex/tasks/77/configuration?region=us-east-1"},
		{"Registration", "7ccc52ed", "https://eu1.anypoint.mulesoft.com/cloudhub/"},
		{"ExchangeAsset", "group/asset/1.0.0", "https://eu1.anypoint.mulesoft.com/exchange/group/asset/1.0.0/"},
		{"APIInstance", "17@abcd", "https://eu1.anypoint.mulesoft.com/apimanager/"},
		{"Service", "", ""},
		{"Unheard", "of", ""},
	} {
		if got := l.Resource(v1alpha1.ResourceStatus{Kind: test.kind, ID: test.id}); got != test.want {
			t.Errorf("%s %q:\n got %s\nwant %s", test.kind, test.id, got, test.want)
		}
	}
}

func TestEachPartitionHasAConsoleOfItsOwn(t *testing.T) {
	for region, want := range map[string]string{
		"eu-central-1":  "https://console.aws.amazon.com/vpc/home?region=eu-central-1#",
		"cn-north-1":    "https://console.amazonaws.cn/vpc/home?region=cn-north-1#",
		"us-gov-west-1": "https://console.amazonaws-us-gov.com/vpc/home?region=us-gov-west-1#",
	} {
		gw := &v1alpha1.FlexGatewayDeployment{}
		gw.Status.Region = region
		if got := Of(gw).Resource(v1alpha1.ResourceStatus{Kind: "Network", ID: "vpc-1"}); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s...", region, got, want)
		}
	}
	none := Links{Partition: "aws-iso", Region: "us-iso-east-1", Cluster: "flex"}
	if got := none.Resource(v1alpha1.ResourceStatus{Kind: "Network", ID: "vpc-1"}) + none.Task("1"); got != "" {
		t.Errorf("a partition whose console is not known has the link %s", got)
	}
}

func TestAGatewayOnAnotherControlPlaneOrOnNoneHasNoOthersLinks(t *testing.T) {
	gw := &v1alpha1.FlexGatewayDeployment{}
	registration := v1alpha1.ResourceStatus{Kind: "Registration", ID: "7ccc52ed"}
	if got := Of(gw).Resource(registration); got != "" {
		t.Errorf("without spec.anypoint: %s", got)
	}
	gw.Spec.Anypoint = &v1alpha1.AnypointSpec{ControlPlane: "GOV"}
	if got := Of(gw).Resource(registration); got != "https://gov.anypoint.mulesoft.com/cloudhub/" {
		t.Errorf("GOV: %s", got)
	}
}

func TestALogStreamIsEscapedAsTheConsoleDoes(t *testing.T) {
	l := Links{Partition: "aws", Region: "us-east-1"}
	want := "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Fgw/log-events/flex-gw$252Fflex-gateway$252F77"
	if got := l.LogStream("/ecs/gw", "flex-gw/flex-gateway/77"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
