package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// refusing answers no request.
type refusing struct{}

func (refusing) Do(*http.Request) (*http.Response, error) { return nil, errors.New("nobody answers") }

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("nobody answers")
}

// refusingCloud is an account that answers nothing.
func refusingCloud() *awscloud.Clients {
	cfg := aws.Config{
		Region: "us-east-1", HTTPClient: refusing{}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.AnonymousCredentials{},
	}
	return &awscloud.Clients{
		Account: "123456789012", Region: "us-east-1",
		EC2: ec2.NewFromConfig(cfg), EFS: efs.NewFromConfig(cfg), ECS: ecs.NewFromConfig(cfg), ELB: elbv2.NewFromConfig(cfg), IAM: iam.NewFromConfig(cfg),
		Logs: cloudwatchlogs.NewFromConfig(cfg), Scaling: applicationautoscaling.NewFromConfig(cfg), Secrets: secretsmanager.NewFromConfig(cfg),
	}
}

// anypointRecords are an inventory of all that there is of the Anypoint side.
func anypointRecords() []engine.Record {
	var records []engine.Record
	for id, identity := range map[string]engine.Identity{
		"arn:credentials": {Kind: "Secret", Name: "credentials"}, "arn:identity": {Kind: "Secret", Name: "identity"},
		"arn:configuration": {Kind: "Secret", Name: "configuration"}, "arn:registrar": {Kind: "TaskDefinition", Name: "registrar"},
		"arn:role": {Kind: "Role", Name: "registrar"}, "agent": {Kind: "Registration", Name: "gateway"},
		"group/asset/1.0.0": {Kind: "ExchangeAsset", Name: "health-check"}, "17@abcd": {Kind: "APIInstance", Name: "health-check"},
		"sg-1/tcp/3000": {Kind: "SecurityGroupRule", Name: "3000"},
	} {
		records = append(records, engine.Record{Identity: identity, ID: id, State: engine.StateReady})
	}
	return records
}

// TestNoEditOfTheAnypointSideEndsInAPanic takes parts of the spec of a gateway that has them
// all, in all combinations, also those that the API server would refuse today: an object may
// be older than its rules. The cloud answers nothing, so that each walk ends in problems.
func TestNoEditOfTheAnypointSideEndsInAPanic(t *testing.T) {
	parts := []func(*v1alpha1.FlexGatewayDeploymentSpec){
		func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Anypoint = nil },
		func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.HealthCheckAPI = nil },
		func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Registration.Create = nil },
		func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Probe, s.Config = nil, nil },
		func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		},
		func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.HealthCheckAPI = &v1alpha1.HealthCheckAPISpec{} },
	}
	cloud := refusingCloud()
	for taken := range 1 << len(parts) {
		for _, deleted := range []bool{false, true} {
			for name, records := range map[string][]engine.Record{"new": nil, "made": anypointRecords()} {
				t.Run(fmt.Sprintf("%06b deleted=%t %s", taken, deleted, name), func(t *testing.T) {
					gw := deployment()
					gw.Spec.Anypoint = &v1alpha1.AnypointSpec{OrganizationID: "org", EnvironmentID: "env", ControlPlane: "US"}
					gw.Spec.HealthCheckAPI = &v1alpha1.HealthCheckAPISpec{Asset: &v1alpha1.ExchangeAssetReference{}, Port: 8081, BasePath: "/health", Upstream: "https://example.com"}
					gw.Spec.Registration.Create = &v1alpha1.RegistrationCreate{}
					gw.Spec.Probe = &v1alpha1.ProbeSpec{Port: 3000}
					gw.Spec.Config = []v1alpha1.ConfigSource{{}}
					for i, take := range parts {
						if taken&(1<<i) != 0 {
							take(&gw.Spec)
						}
					}
					if deleted {
						now := metav1.Now()
						gw.DeletionTimestamp = &now
					}
					in := inputOf(gw, records...)
					in.Cloud = cloud
					in.Anypoint = anypoint.NewPlatform(anypoint.Options{HTTP: &http.Client{Transport: refusing{}}})
					in.Credentials = func() (anypoint.Credentials, string, error) {
						return anypoint.Credentials{ClientID: "id", ClientSecret: "secret"}, "digest", nil
					}
					in.Documents = func() (string, string, error) { return "text", "digest", nil }
					stack := Stack(in)
					stack.Plan(t.Context())
					Stack(in).Delete(t.Context())
					if report := Stack(in).Apply(t.Context()); report.Done() || len(report.Problems()) == 0 {
						t.Error("a cloud that refuses everything has made a gateway")
					}
					stack.Content()
				})
			}
		}
	}
}
