package lifecycle

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/api/v1alpha1"
)

// changesOfPlans are changes of a gateway that is ready, and what a plan has to say of
// them: the actions, in words.
var changesOfPlans = []struct {
	name string
	edit func(*v1alpha1.FlexGatewayDeploymentSpec)
	says []string
}{
	{"nothing", func(*v1alpha1.FlexGatewayDeploymentSpec) {}, nil},
	{"replicas 1 to 4", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = aws.Int32(4) }, []string{"update Service/gateway replicas: 1 -> 4"}},
	{
		"replicas in steps", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Replicas, s.Rollout.MaxReplicaStep = aws.Int32(4), aws.Int32(1)
		},
		[]string{"update Service/gateway replicas: 1 -> 4"},
	},
	{
		"another image", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.9.9" },
		[]string{
			"replace TaskDefinition/gateway flex-gateway.image: IMAGE -> docker.io/mulesoft/flex-gateway:1.9.9",
			"replace TaskDefinition/registration registration-writer.image: IMAGE -> docker.io/mulesoft/flex-gateway:1.9.9",
			"update Service/gateway taskDefinition", "restart Replicas/gateway",
		},
	},
	{
		"more memory and a variable", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Compute.Memory, s.Compute.Environment = 4096, []v1alpha1.EnvironmentVariable{{Name: "A", Value: "b"}}
		},
		[]string{"replace TaskDefinition/gateway memory: 1024 -> 4096; flex-gateway.environment.A: none -> set", "update Service/gateway taskDefinition", "restart Replicas/gateway"},
	},
	{
		"a port more", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Ports = append(s.Ports, v1alpha1.PortSpec{Port: 8083, Protocol: "TCP"})
		},
		[]string{
			"update SecurityGroup/gateway ingress", "create TargetGroup/8083", "create Listener/8083", "replace TaskDefinition/gateway flex-gateway.portMappings: 8081, 8082 -> 8081, 8082, 8083",
			"update Service/gateway taskDefinition", "loadBalancers.8083: none -> TargetGroup/8083", "restart Replicas/gateway",
		},
	},
	{
		"the registration as a variable", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		},
		[]string{
			"replace TaskDefinition/gateway volumes: ", "update Service/gateway taskDefinition", "restart Replicas/gateway", "delete SecurityGroup/storage", "delete FileSystem/storage",
			"delete MountTargets/storage", "delete AccessPoint/storage", "delete TaskDefinition/registration", "delete RegistrationFile/registration.yaml",
		},
	},
	{"a tag", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		s.Tags = map[string]string{"Project": "Flex on ECS", "Team": "edge"}
	}, []string{"update Service/gateway tags.Team: none -> edge"}},
	{
		"an autoscaler", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Replicas, s.Autoscaling = nil, &v1alpha1.AutoscalingSpec{MinReplicas: 1, MaxReplicas: 4, TargetCPUPercent: aws.Int32(60)}
		},
		[]string{"create ScalableTarget/gateway", "create ScalingPolicy/cpu"},
	},
	{"another health check", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.LoadBalancer.HealthCheck.IntervalSeconds = 25 }, []string{"update TargetGroup/8081 healthCheck"}},
}
