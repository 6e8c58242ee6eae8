package gateway

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// secretContent must never leave the Secret but to Secrets Manager.
const secretContent = "spec: {platformConnection: {agentId: very-secret}}"

// deployment is the gateway of the guide with the API server's defaults.
func deployment() *v1alpha1.FlexGatewayDeployment {
	return &v1alpha1.FlexGatewayDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "flex-gw-demo-dev-01", UID: "7b6cd1f5-0f0e-4d5c-9c59-4f0a3f6e1d11"},
		Spec: v1alpha1.FlexGatewayDeploymentSpec{
			Image:        "docker.io/mulesoft/flex-gateway:1.12.3",
			Registration: v1alpha1.RegistrationSpec{Delivery: v1alpha1.RegistrationDeliveryEFS},
			Storage:      v1alpha1.StorageSpec{PerformanceMode: "generalPurpose", ThroughputMode: "elastic", Backup: new(true), Encrypted: new(true)},
			Compute:      v1alpha1.ComputeSpec{ClusterName: "Flex-GW-ECS-Cluster", CPU: 512, Memory: 1024, StopTimeoutSeconds: 60},
			Ports:        []v1alpha1.PortSpec{{Port: 8081, Protocol: "TCP"}, {Port: 8082, Protocol: "TCP"}},
			LoadBalancer: v1alpha1.LoadBalancerSpec{
				Scheme:      "internet-facing",
				HealthCheck: v1alpha1.HealthCheckSpec{Port: 8081, Protocol: "TCP", IntervalSeconds: 10, HealthyThreshold: 2, UnhealthyThreshold: 2},
			},
			Logging: v1alpha1.LoggingSpec{RetentionDays: 30},
		},
	}
}

// inputOf is what a stack of the gateway is made of, without a cloud to call.
func inputOf(gw *v1alpha1.FlexGatewayDeployment, records ...engine.Record) Input {
	return Input{
		Gateway: gw, Records: records, Cloud: &awscloud.Clients{Account: "123456789012", Region: "us-east-1"},
		Registration: func() (resource.RegistrationContent, error) {
			return resource.RegistrationContent{Text: secretContent, Digest: "digest", AgentID: "very-secret"}, nil
		},
		Now: time.Now,
	}
}

// given is a resource that is there with a state that the test chose.
type given[O any] struct {
	name  string
	state O
}

var errReadOnly = errors.New("a given resource is only read")

func (g given[O]) Identity() engine.Identity { return engine.Identity{Kind: "Given", Name: g.name} }
func (g given[O]) Needs() []engine.Need      { return nil }
func (g given[O]) Wish() (struct{}, error)   { return struct{}{}, nil }
func (g given[O]) Observe(context.Context, engine.Record) (*O, error) {
	return &g.state, nil
}
func (g given[O]) Owner(*O) engine.Ownership                    { return engine.External() }
func (g given[O]) Diff(struct{}, *O) *compare.Delta             { return nil }
func (g given[O]) Create(context.Context, struct{}) (*O, error) { return nil, errReadOnly }
func (g given[O]) Update(context.Context, struct{}, *O, *compare.Delta) (*O, error) {
	return nil, errReadOnly
}
func (g given[O]) Delete(context.Context, *O) error { return errReadOnly }
func (g given[O]) Settled(*O) error                 { return nil }
func (g given[O]) ID(*O) string                     { return g.name }

// inputs are what the task definitions refer to.
type inputs struct {
	vpc       *engine.Ref[resource.NetworkState]
	role      *engine.Ref[resource.RoleState]
	logs      *engine.Ref[resource.LogGroupState]
	directory *engine.Ref[resource.AccessPointState]
	secret    *engine.Ref[resource.SecretState]
}

func givenInputs(t *testing.T) inputs {
	t.Helper()
	s := engine.NewStack(nil, nil, time.Now)
	in := inputs{
		vpc: engine.Add(s, "", given[resource.NetworkState]{"vpc", resource.NetworkState{
			VPC: "vpc-1", Subnets: []resource.Subnet{{ID: "subnet-b"}, {ID: "subnet-a"}},
		}}),
		role: engine.Add(s, "", given[resource.RoleState]{"role", resource.RoleState{ARN: "arn:aws:iam::123456789012:role/execution"}}),
		logs: engine.Add(s, "", given[resource.LogGroupState]{"logs", resource.LogGroupState{}}),
		directory: engine.Add(s, "", given[resource.AccessPointState]{"directory", resource.AccessPointState{
			AccessPointID: "fsap-0123456789abcdef0", FileSystem: "fs-0123456789abcdef0",
		}}),
		secret: engine.Add(s, "", given[resource.SecretState]{"secret", resource.SecretState{
			ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:flexgw/flex/one-AbCdEf", Version: "version-1", Digest: "0123456789abcdef",
		}}),
	}
	if r := s.Apply(t.Context()); !r.Done() {
		t.Fatalf("the given resources are not there: %v", r.Err())
	}
	return in
}
