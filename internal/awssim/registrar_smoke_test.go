package awssim

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
)

// registrarLife makes, through the real clients, a task that registers a gateway and keeps
// the file in a secret.
type registrarLife struct {
	*gatewayLife
	role, identity string
}

// prepare makes a secret without a value, and a role that may put one there and read the
// credentials.
func (g *registrarLife) prepare(putOn string) {
	g.network()
	secrets := secretsmanager.NewFromConfig(g.aws)
	identity := done[*secretsmanager.CreateSecretOutput](g.t)(secrets.CreateSecret(g.ctx, &secretsmanager.CreateSecretInput{Name: aws.String("identity")}))
	credentials := done[*secretsmanager.CreateSecretOutput](g.t)(secrets.CreateSecret(g.ctx, &secretsmanager.CreateSecretInput{
		Name: aws.String("credentials"), SecretString: aws.String(`{"clientID":"me","clientSecret":"hush"}`),
	}))
	client := iam.NewFromConfig(g.aws)
	role := done[*iam.CreateRoleOutput](g.t)(client.CreateRole(g.ctx, &iam.CreateRoleInput{
		RoleName:                 aws.String("registrar"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	}))
	if putOn == "" {
		putOn = *identity.ARN
	}
	done[*iam.PutRolePolicyOutput](g.t)(client.PutRolePolicy(g.ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String("registrar"), PolicyName: aws.String("registrar"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"secretsmanager:PutSecretValue","Resource":"` + putOn + `"},
			{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"` + *credentials.ARN + `"}]}`),
	}))
	g.role, g.identity = *role.Role.Arn, *identity.ARN
	secret := func(name, key string) ecstypes.Secret {
		return ecstypes.Secret{Name: &name, ValueFrom: aws.String(*credentials.ARN + ":" + key + "::")}
	}
	mounts := []ecstypes.MountPoint{{SourceVolume: aws.String("registration"), ContainerPath: aws.String("/registration")}}
	time.Sleep(time.Minute) // until ECS sees the role
	done[*ecs.CreateClusterOutput](g.t)(ecs.NewFromConfig(g.aws).CreateCluster(g.ctx, &ecs.CreateClusterInput{ClusterName: aws.String("gateways")}))
	done[*ecs.RegisterTaskDefinitionOutput](g.t)(ecs.NewFromConfig(g.aws).RegisterTaskDefinition(g.ctx, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("registrar"), NetworkMode: ecstypes.NetworkModeAwsvpc, Cpu: aws.String("256"), Memory: aws.String("512"),
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate}, ExecutionRoleArn: &g.role, TaskRoleArn: &g.role,
		Volumes: []ecstypes.Volume{{Name: aws.String("registration")}},
		ContainerDefinitions: []ecstypes.ContainerDefinition{
			{
				Name: aws.String("flexctl"), Image: aws.String("mulesoft/flex-gateway:1.12.3"), Essential: aws.Bool(false), User: aws.String("0"),
				EntryPoint: []string{"/bin/sh", "-c"}, MountPoints: mounts,
				Command: []string{`flexctl registration create --client-id="$ID" --client-secret="$SECRET" --organization=o --environment=e --connected=true --output-directory=/registration gw || exit 70`},
				Secrets: []ecstypes.Secret{secret("ID", "clientID"), secret("SECRET", "clientSecret")},
			},
			{
				Name: aws.String("keeper"), Image: aws.String("public.ecr.aws/aws-cli/aws-cli:2.31.0"), MountPoints: mounts,
				DependsOn: []ecstypes.ContainerDependency{{ContainerName: aws.String("flexctl"), Condition: ecstypes.ContainerConditionSuccess}},
				Command: []string{
					"secretsmanager", "put-secret-value", "--secret-id", g.identity, "--secret-string", "file:///registration/registration.yaml",
					"--client-request-token", "0123456789abcdef0123456789abcdef",
				},
			},
		},
	}))
}

// run runs the task to its end and returns the exit codes.
func (g *registrarLife) run() map[string]int32 {
	client := ecs.NewFromConfig(g.aws)
	ran := done[*ecs.RunTaskOutput](g.t)(client.RunTask(g.ctx, &ecs.RunTaskInput{
		Cluster: aws.String("gateways"), TaskDefinition: aws.String("registrar"), LaunchType: ecstypes.LaunchTypeFargate,
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
			Subnets: g.subnets[:1], SecurityGroups: []string{g.group}, AssignPublicIp: ecstypes.AssignPublicIpEnabled,
		}},
	}))
	time.Sleep(5 * time.Minute)
	tasks := done[*ecs.DescribeTasksOutput](g.t)(client.DescribeTasks(g.ctx, &ecs.DescribeTasksInput{Cluster: aws.String("gateways"), Tasks: []string{*ran.Tasks[0].TaskArn}})).Tasks
	codes := map[string]int32{}
	for _, c := range tasks[0].Containers {
		codes[*c.Name] = aws.ToInt32(c.ExitCode)
	}
	return codes
}

func TestARegistrationReachesItsSecret(t *testing.T) {
	tests := []struct {
		name    string
		refuses error
		putOn   string
		codes   map[string]int32
		version string
	}{
		{name: "as it should", codes: map[string]int32{"flexctl": 0, "keeper": 0}, version: "0123456789abcdef0123456789abcdef"},
		{name: "not without the platform", refuses: errors.New("invalid_client"), codes: map[string]int32{"flexctl": 70, "keeper": 143}},
		{name: "not without the permission", putOn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:other", codes: map[string]int32{"flexctl": 0, "keeper": 254}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				house := &openHouse{replicas: map[string]string{}, file: registration, refuses: test.refuses}
				s, err := New(Options{Settings: lively(), Seed: 1, Anypoint: house})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				g := &registrarLife{gatewayLife: newGatewayLife(t, s)}
				g.prepare(test.putOn)
				if diff := cmp.Diff(test.codes, g.run()); diff != "" {
					t.Errorf("exit codes (-want +got):\n%s", diff)
				}
				value, err := secretsmanager.NewFromConfig(g.aws).GetSecretValue(g.ctx, &secretsmanager.GetSecretValueInput{SecretId: &g.identity})
				if test.version == "" {
					if err == nil {
						t.Errorf("the secret has a value: %q", *value.SecretString)
					}
					return
				}
				if err != nil || *value.SecretString != registration || *value.VersionId != test.version {
					t.Errorf("the secret is %+v, error %v", value, err)
				}
			})
		})
	}
}
