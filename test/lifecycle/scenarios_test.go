package lifecycle

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	corev1 "k8s.io/api/core/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
)

// someone are the clients of someone else in the same account.
func (b *bench) someone() *awscloud.Clients {
	b.t.Helper()
	clients, err := b.reconciler.Cloud.In(b.t.Context(), "us-east-1")
	if err != nil {
		b.t.Fatal(err)
	}
	return clients
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// idOf is the id of a resource in the status.
func (b *bench) idOf(gw *v1alpha1.FlexGatewayDeployment, kind, name string) string {
	for _, r := range b.get(gw).Status.Resources {
		if r.Kind == kind && r.Name == name {
			return r.ID
		}
	}
	b.t.Fatalf("%s/%s is not in status.resources", kind, name)
	return ""
}

func (b *bench) someoneDeletesTheService(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	_, err := b.someone().ECS.DeleteService(b.t.Context(), &ecs.DeleteServiceInput{
		Cluster: aws.String("Flex-GW-ECS-Cluster"), Service: aws.String(b.idOf(gw, "Service", "gateway")), Force: aws.Bool(true),
	})
	b.must(err)
}

// ready makes a gateway and waits until it serves.
func (b *bench) ready(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	b.create(gw)
	b.untilReady(gw)
	b.settled(gw)
}

func TestEachChangeOfTheSpecTouchesOnlyWhatItMust(t *testing.T) {
	tests := []struct {
		name string
		edit func(*v1alpha1.FlexGatewayDeploymentSpec)
		// revisions is how many task definitions are registered because of it.
		revisions int
		// calls are operations that must be seen because of it.
		calls []string
	}{
		{"replicas", func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 3 }, 0, []string{"ecs.UpdateService"}},
		{"memory", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Compute.Memory = 2048 }, 1, []string{"ecs.UpdateService"}},
		{"environment", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Compute.Environment = []v1alpha1.EnvironmentVariable{{Name: "FLEX_SERVICE_ENVOY_DRAIN_TIME", Value: "30"}}
		}, 1, []string{"ecs.UpdateService"}},
		{"image", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.13.0" }, 2, []string{"ecs.UpdateService"}},
		{"retention", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Logging.RetentionDays = 90 }, 0, []string{"logs.PutRetentionPolicy"}},
		{"allowed CIDRs", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Network.AllowedCIDRs = []string{"198.51.100.0/24", "2001:db8::/32"}
		},
			0, []string{"ec2.AuthorizeSecurityGroupIngress", "ec2.RevokeSecurityGroupIngress"}},
		{"health check", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.LoadBalancer.HealthCheck.IntervalSeconds = 15 },
			0, []string{"elbv2.ModifyTargetGroup", "ecs.UpdateService"}},
		{"health check more often than its default timeout", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.LoadBalancer.HealthCheck.IntervalSeconds = 5 },
			0, []string{"elbv2.ModifyTargetGroup"}},
		{"deregistration delay", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.LoadBalancer.DeregistrationDelaySeconds = aws.Int32(60) },
			0, []string{"elbv2.ModifyTargetGroupAttributes"}},
		{"cross zone", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.LoadBalancer.CrossZone = aws.Bool(true) },
			0, []string{"elbv2.ModifyLoadBalancerAttributes"}},
		{"listener port", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Ports[1].ListenerPort = 443 }, 0, []string{"elbv2.ModifyListener"}},
		{"backup", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Storage.Backup = aws.Bool(false) }, 0, []string{"efs.PutBackupPolicy"}},
		{"throughput", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Storage.ThroughputMode = "bursting" }, 0, []string{"efs.UpdateFileSystem"}},
		{"tags", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Tags["Team"] = "edge" }, 0,
			[]string{"ec2.CreateTags", "efs.TagResource", "logs.TagResource", "iam.TagRole", "secretsmanager.TagResource", "elbv2.AddTags", "ecs.TagResource"}},
		{"another port", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Ports = append(s.Ports, v1alpha1.PortSpec{Port: 8083, Protocol: "TCP"})
		}, 1, []string{"elbv2.CreateTargetGroup", "elbv2.CreateListener", "ecs.UpdateService"}},
		{"a port less", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Ports = s.Ports[:1] }, 1,
			[]string{"elbv2.DeleteListener", "elbv2.DeleteTargetGroup", "ecs.UpdateService"}},
		{"delivery by environment", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		}, 1, []string{"efs.DeleteFileSystem", "efs.DeleteMountTarget", "ecs.UpdateService"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.ready(gw)
				registered := b.calls("ecs", "RegisterTaskDefinition")
				before := map[string]int{}
				for _, call := range test.calls {
					service, operation, _ := strings.Cut(call, ".")
					before[call] = b.calls(service, operation)
				}
				b.change(gw, test.edit)
				b.untilReady(gw)
				b.settled(gw)
				if n := b.calls("ecs", "RegisterTaskDefinition") - registered; n != test.revisions {
					t.Errorf("%d revisions were registered, want %d", n, test.revisions)
				}
				for _, call := range test.calls {
					service, operation, _ := strings.Cut(call, ".")
					if b.calls(service, operation) == before[call] {
						t.Errorf("%s was not called", call)
					}
				}
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestTheRegistrationIsWrittenAnewWhenItsSecretChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		first := b.get(gw).Status
		for _, content := range []string{registration + "# renewed\n", registration} {
			b.writeRegistration(gw, content)
			b.until(gw, "on another revision", func(gw *v1alpha1.FlexGatewayDeployment) bool {
				return isReady(gw) && gw.Status.TaskDefinition != first.TaskDefinition
			})
			b.settled(gw)
			first = b.get(gw).Status
		}
		if n := b.calls("ecs", "RunTask"); n != 3 {
			t.Errorf("the registration was written %d times, want 3", n)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestTheDeliveryCanGoThereAndBackAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		want := withoutTraces(b.inventory())
		for _, delivery := range []v1alpha1.RegistrationDelivery{v1alpha1.RegistrationDeliveryEnvironment, v1alpha1.RegistrationDeliveryEFS} {
			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Registration.Delivery = delivery })
			b.untilReady(gw)
			b.settled(gw)
		}
		// The gateway's definition has three revisions now: with the first file system,
		// without any, and with the second.
		want["ecs TaskDefinition"] += 2
		if diff := cmp.Diff(want, withoutTraces(b.inventory())); diff != "" {
			t.Errorf("AWS there and back again (-want +got):\n%s", diff)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestTheRegistrationAppearsNowhereInTheClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		seen, err := json.Marshal([]any{b.get(gw).Status, b.told, b.inventory()})
		b.must(err)
		for _, family := range []string{"TaskDefinition/gateway", "TaskDefinition/registration"} {
			_, name, _ := strings.Cut(family, "/")
			out, err := b.someone().ECS.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(b.idOf(gw, "TaskDefinition", name))})
			b.must(err)
			definition, err := json.Marshal(out.TaskDefinition)
			b.must(err)
			seen = append(seen, definition...)
		}
		if strings.Contains(string(seen), secretMarker) {
			t.Error("the registration's key stands in the status, an event, the inventory or a task definition")
		}
	})
}

func TestWhatIsBrokenBehindItsBackIsPutRightAtTheNextLook(t *testing.T) {
	tests := []struct {
		name string
		harm func(*bench, *v1alpha1.FlexGatewayDeployment)
		told []string
	}{
		{"a rule of the storage group is revoked", func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			group := b.idOf(gw, "SecurityGroup", "storage")
			out, err := b.someone().EC2.DescribeSecurityGroups(b.t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
			b.must(err)
			_, err = b.someone().EC2.RevokeSecurityGroupIngress(b.t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: out.SecurityGroups[0].IpPermissions})
			b.must(err)
		}, []string{"DriftCorrected", "SecurityGroup/storage"}},
		{"the world is let in", func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			_, err := b.someone().EC2.AuthorizeSecurityGroupIngress(b.t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: aws.String(b.idOf(gw, "SecurityGroup", "gateway")),
				IpPermissions: []ec2types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22),
					IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}},
			})
			b.must(err)
		}, []string{"DriftCorrected", "SecurityGroup/gateway", "0.0.0.0/0"}},
		{"the owner tags are taken away", func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			group := b.idOf(gw, "SecurityGroup", "gateway")
			_, err := b.someone().EC2.DeleteTags(b.t.Context(), &ec2.DeleteTagsInput{Resources: []string{group}})
			b.must(err)
		}, []string{"DriftCorrected", "SecurityGroup/gateway", "tags"}},
		{"the service is deleted", (*bench).someoneDeletesTheService, []string{"DriftCorrected", "Service/gateway", "was gone"}},
		{"the count is changed", func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			_, err := b.someone().ECS.UpdateService(b.t.Context(), &ecs.UpdateServiceInput{
				Cluster: aws.String("Flex-GW-ECS-Cluster"), Service: aws.String(b.idOf(gw, "Service", "gateway")), DesiredCount: aws.Int32(5),
			})
			b.must(err)
		}, []string{"DriftCorrected", "Service/gateway", "replicas: 5 -> 1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.ready(gw)
				test.harm(b, gw)
				time.Sleep(lookEvery)
				b.until(gw, "put right", func(gw *v1alpha1.FlexGatewayDeployment) bool { return isReady(gw) && b.hasTold(test.told...) })
				b.settled(gw)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestABadImageIsRolledBackAndNotTriedAgainUntilTheSpecChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		good := b.get(gw).Status.TaskDefinition
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/no-such-gateway:1.0.0" })
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.until(gw, "served by the old revision", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.TaskDefinition == good })
		updates := b.calls("ecs", "UpdateService")
		for range 6 { // an hour of looks
			time.Sleep(lookEvery)
			_, err := b.reconcile(gw)
			b.must(err)
		}
		if n := b.calls("ecs", "UpdateService"); n != updates {
			t.Errorf("the service was updated %d times after the rollback", n-updates)
		}
		st := b.get(gw).Status
		if !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionAvailable) || !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionStalled) || st.Phase != v1alpha1.PhaseDegraded {
			t.Errorf("phase %s, conditions:\n%s", st.Phase, b.describe(gw))
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.12.3" })
		b.untilReady(gw)
		b.settled(gw)
		if now := b.get(gw).Status.TaskDefinition; now != good {
			t.Errorf("the old content runs as %s, want the old revision %s", now, good)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAFirstRevisionThatNeverStartsIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
			s.Image = "docker.io/mulesoft/no-such-gateway:1.0.0"
		})
		b.create(gw)
		b.until(gw, "given up", hasReason(v1alpha1.ReasonRolloutFailed))
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.12.3" })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestWithoutAReplicaCountSomeoneElseOwnsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = nil })
		b.ready(gw)
		_, err := b.someone().ECS.UpdateService(t.Context(), &ecs.UpdateServiceInput{
			Cluster: aws.String("Flex-GW-ECS-Cluster"), Service: aws.String(b.idOf(gw, "Service", "gateway")), DesiredCount: aws.Int32(3),
		})
		b.must(err)
		time.Sleep(lookEvery)
		b.until(gw, "three", func(gw *v1alpha1.FlexGatewayDeployment) bool { return isReady(gw) && gw.Status.ReadyReplicas == 3 })
		b.settled(gw)
	})
}

func TestZeroReplicasAreReadyAndSaySo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 0 })
		b.untilReady(gw)
		if ready := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReady); ready.Reason != v1alpha1.ReasonScaledToZero {
			t.Errorf("Ready is %s: %s", ready.Reason, ready.Message)
		}
		if last := b.told[len(b.told)-1]; !strings.HasSuffix(last, "spec.replicas is 0") {
			t.Errorf("the event says %q", last)
		}
	})
}

func TestAMissingRegistrationIsReportedAndMendsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.must(b.kube.Create(t.Context(), gw.DeepCopy()))
		b.until(gw, "reported", hasReason(v1alpha1.ReasonRegistrationSecretMissing))
		b.writeRegistration(gw, "just some text")
		b.until(gw, "reported", hasReason(v1alpha1.ReasonRegistrationInvalid))
		b.writeRegistration(gw, registration)
		b.untilReady(gw)
		b.settled(gw)

		b.must(b.kube.Delete(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: gw.Namespace, Name: gw.Spec.Registration.SecretRef.Name}}))
		b.delete(gw)
		b.empty()
	})
}

func TestGatewaysShareAClusterAndTheLastRemovesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		one, two := gatewayNamed(t, "one", nil), gatewayNamed(t, "two", nil)
		b.ready(one)
		b.ready(two)
		if n := kinds(b.inventory())["ecs Cluster"]; n != 1 {
			t.Errorf("%d clusters, want 1", n)
		}
		b.delete(one)
		b.settled(two)
		b.delete(two)
		b.empty()
	})
}

func TestWhatWasThereBeforeIsUsedAndLeftAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		_, err := b.someone().ECS.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("Flex-GW-ECS-Cluster")})
		b.must(err)
		before := b.inventory()
		gw := gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		if changes := b.plan(gw).Changes(); len(changes) != 0 {
			t.Errorf("a plan after apply has changes: %v", changes)
		}
		b.delete(gw)
		after := b.inventory()
		if len(after) != len(before) || len(after) != 1 || len(after[0].Tags) != 0 {
			t.Errorf("before %v, after %v", before, after)
		}
	})
}

func TestAResourceOfSomeoneElseIsAConflictThatNamesTheOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		one := gatewayNamed(t, "one", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Logging.LogGroupName = "/shared/logs" })
		two := gatewayNamed(t, "two", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Logging.LogGroupName = "/shared/logs" })
		b.ready(one)
		b.create(two)
		b.until(two, "refused", hasReason(v1alpha1.ReasonConflict))
		if ready := meta.FindStatusCondition(b.get(two).Status.Conditions, v1alpha1.ConditionReady); !strings.Contains(ready.Message, "flex/one") {
			t.Errorf("the message does not name the owner: %s", ready.Message)
		}
		b.delete(two)
		b.settled(one)
		b.delete(one)
		b.empty()
	})
}

func TestRetainLeavesEverythingRunningAndOwnedByNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		b.ready(gw)
		before := kinds(b.inventory())
		b.delete(gw)
		after := b.inventory()
		for kind, n := range before {
			if kinds(after)[kind] != n {
				t.Errorf("%s: %d before, %d after", kind, n, kinds(after)[kind])
			}
		}
		for _, r := range after {
			if uid := r.Tags[awscloud.TagOwnerUID]; uid != "" && r.Kind != "Task" {
				t.Errorf("%s %s still belongs to %s", r.Service, r.Kind, uid)
			}
		}
		if !b.hasTold("Retained", "Service/gateway") || !b.hasTold("Retained", "FileSystem/storage") {
			t.Error("no event says what stays")
		}
	})
}

func TestASteadyGatewayCostsAtMost150CallsInAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		var start time.Time
		calls := 0
		for start = time.Now(); time.Since(start) < 10*time.Hour; {
			before := len(b.sim.Calls())
			after, err := b.reconcile(gw)
			b.must(err)
			calls += len(b.sim.Calls()) - before
			time.Sleep(after)
		}
		if perHour := float64(calls) / time.Since(start).Hours(); perHour > 150 {
			t.Errorf("%.0f calls in an hour", perHour)
		} else {
			t.Logf("%.0f calls in an hour", perHour)
		}
	})
}

func TestAGatewayIsMadeWithAtMost40Calls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		if n := len(b.sim.Calls()); n > 40 {
			t.Errorf("%d calls", n)
		} else {
			t.Logf("%d calls", n)
		}
	})
}

func TestAGatewayIsRemovedWithAtMost200Calls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		before := len(b.sim.Calls())
		b.delete(gw)
		b.empty()
		if n := len(b.sim.Calls()) - before; n > 200 {
			t.Errorf("%d calls", n)
		} else {
			t.Logf("%d calls", n)
		}
	})
}
