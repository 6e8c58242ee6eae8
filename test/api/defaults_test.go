package api_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"flexgw.io/controller/api/v1alpha1"
)

func TestTheAPIServerFillsInTheDefaults(t *testing.T) {
	o := object(t, "defaulted", minimal)
	if err := dryRunCreate(t, o); err != nil {
		t.Fatal(err)
	}
	var got v1alpha1.FlexGatewayDeployment
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &got); err != nil {
		t.Fatal(err)
	}
	want := v1alpha1.FlexGatewayDeploymentSpec{
		Image: "docker.io/mulesoft/flex-gateway:1.12.3",
		Registration: v1alpha1.RegistrationSpec{
			SecretRef: &v1alpha1.SecretKeyReference{Name: "registration", Key: "registration.yaml"},
			Delivery:  v1alpha1.RegistrationDeliveryEFS, RenewBefore: &metav1.Duration{Duration: 720 * time.Hour},
		},
		Mode:    v1alpha1.ModeConnected,
		Network: v1alpha1.NetworkSpec{AssignPublicIP: new(true)},
		Storage: v1alpha1.StorageSpec{
			PerformanceMode: "generalPurpose", ThroughputMode: "elastic", Backup: new(true), Encrypted: new(true),
		},
		Compute: v1alpha1.ComputeSpec{ClusterName: "Flex-GW-ECS-Cluster", CPU: 512, Memory: 1024, StopTimeoutSeconds: 60},
		Ports:   []v1alpha1.PortSpec{{Port: 8081}, {Port: 8082}}, // and no protocol: see TransportProtocol
		LoadBalancer: v1alpha1.LoadBalancerSpec{
			Scheme: "internet-facing",
			HealthCheck: v1alpha1.HealthCheckSpec{
				Port: 8081, Protocol: "TCP", IntervalSeconds: 10, HealthyThreshold: 2, UnhealthyThreshold: 2,
			},
			CrossZone: new(false), DeregistrationDelaySeconds: new(int32(300)),
		},
		Rollout: v1alpha1.RolloutSpec{
			Strategy:              v1alpha1.StrategyRolling,
			MinimumHealthyPercent: new(int32(100)), MaximumPercent: new(int32(200)), ProgressDeadlineSeconds: new(int32(1200)), HistoryLimit: new(int32(10)),
		},
		Logging: v1alpha1.LoggingSpec{RetentionDays: 30},
	}
	if difference := cmp.Diff(want, got.Spec); difference != "" {
		t.Errorf("the defaulted spec (-want +got):\n%s", difference)
	}
}

// TestAClientWithGoTypesGetsTheSameDefaults guards the defaults of the sections' fields:
// such a client sends every section, empty.
func TestAClientWithGoTypesGetsTheSameDefaults(t *testing.T) {
	yamlObject := object(t, "defaulted", minimal)
	if err := dryRunCreate(t, yamlObject); err != nil {
		t.Fatal(err)
	}
	empty := object(t, "defaulted", with(`network: {}`, `storage: {}`, `compute: {}`, `loadBalancer: {healthCheck: {}}`, `rollout: {}`, `logging: {}`))
	if err := dryRunCreate(t, empty); err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(yamlObject.Object["spec"], empty.Object["spec"]); difference != "" {
		t.Errorf("sections left out and empty sections differ (-left out +empty):\n%s", difference)
	}
}

// TestThePartsOfTheAnypointSideHaveDefaults looks at sections that are left out as a rule.
func TestThePartsOfTheAnypointSideHaveDefaults(t *testing.T) {
	o := object(t, "defaulted", registered(anypointWith(""), `probe: {}`, `healthCheckAPI: {upstream: "https://status.example.com"}`))
	if err := dryRunCreate(t, o); err != nil {
		t.Fatal(err)
	}
	var got v1alpha1.FlexGatewayDeployment
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &got); err != nil {
		t.Fatal(err)
	}
	want := v1alpha1.FlexGatewayDeploymentSpec{
		Registration: v1alpha1.RegistrationSpec{Create: &v1alpha1.RegistrationCreate{KeeperImage: "public.ecr.aws/aws-cli/aws-cli:2.31.0"}},
		Anypoint: &v1alpha1.AnypointSpec{
			OrganizationID: "01234567-89ab-cdef-0123-456789abcdef", EnvironmentID: "01234567-89AB-CDEF-0123-456789ABCDEF", ControlPlane: "US",
			CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: "app", ClientIDKey: "clientID", ClientSecretKey: "clientSecret"},
			DeletionPolicy:       v1alpha1.DeletionPolicyDelete, DeletionTimeoutMinutes: 30,
		},
		Probe:          &v1alpha1.ProbeSpec{Enabled: new(true), Port: 3000},
		HealthCheckAPI: &v1alpha1.HealthCheckAPISpec{Port: 8081, BasePath: "/health", Upstream: "https://status.example.com"},
	}
	for name, pair := range map[string][2]any{
		"create": {want.Registration.Create, got.Spec.Registration.Create}, "anypoint": {want.Anypoint, got.Spec.Anypoint},
		"probe": {want.Probe, got.Spec.Probe}, "healthCheckAPI": {want.HealthCheckAPI, got.Spec.HealthCheckAPI},
	} {
		if difference := cmp.Diff(pair[0], pair[1]); difference != "" {
			t.Errorf("%s (-want +got):\n%s", name, difference)
		}
	}
}
