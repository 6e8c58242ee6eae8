package ecs

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

func (b *bench) quota(q core.Quota, limit int) {
	b.world.Do(func() { b.world.Settings.Quotas[q] = limit })
}

func TestWhatIsMoreThanAQuotaAllowsIsRefused(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		b.quota(core.Clusters, 1)
		refused(b, b.CreateCluster, &sdk.CreateClusterInput{ClusterName: aws.String("second")}, "ClientException: The maximum number of clusters")
		try(b, b.CreateCluster, &sdk.CreateClusterInput{ClusterName: aws.String("flex")}) // it is there already

		b.quota(core.TaskDefinitionBytes, 4<<10)
		long := definition()
		long.ContainerDefinitions[0].Environment = []types.KeyValuePair{{Name: aws.String("LONG"), Value: aws.String(strings.Repeat("x", 4<<10))}}
		refused(b, b.RegisterTaskDefinition, long, "Max allowed length is '4096' bytes.")
		try(b, b.RegisterTaskDefinition, definition())
		b.quota(core.ContainersPerTaskDefinition, 1)
		two := definition()
		two.ContainerDefinitions = append(two.ContainerDefinitions, types.ContainerDefinition{Name: aws.String("second"), Image: aws.String("alpine")})
		refused(b, b.RegisterTaskDefinition, two, "ClientException: Too many containers.")

		b.quota(core.ServicesPerCluster, 1)
		try(b, b.CreateService, serviceOf(1))
		refused(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) { in.ServiceName = aws.String("second") }), "ClientException: The maximum number of services")
	})
}

// The tasks of the definition have half a vCPU each.
func TestNoMoreTasksRunThanTheVCPUsAllow(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		b.quota(core.FargateVCPUs, 1)
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(3, func(in *sdk.CreateServiceInput) { in.DeploymentConfiguration = nil })) // nothing gives up
		b.wait(10 * time.Minute)
		if n := b.describe().RunningCount; n != 2 {
			t.Errorf("%d tasks run with one vCPU, want 2", n)
		}
		b.mustHaveEvent("was unable to place a task. Reason: " + noVCPUs)
		out := try(b, b.RunTask, runOf())
		if len(out.Tasks) != 0 || len(out.Failures) != 1 || aws.ToString(out.Failures[0].Reason) != noVCPUs {
			t.Errorf("RunTask started %d tasks with failures %v", len(out.Tasks), out.Failures)
		}
		b.quota(core.FargateVCPUs, 2)
		b.wait(time.Hour) // the scheduler tries again, ever more rarely
		if n := b.describe().RunningCount; n != 3 {
			t.Errorf("%d tasks run with two vCPUs, want 3", n)
		}
	})
}
