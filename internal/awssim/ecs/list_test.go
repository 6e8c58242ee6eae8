package ecs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

func TestListTasksFiltersAndPages(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(3))
		b.steady()
		ran := try(b, b.RunTask, runOf()).Tasks[0].TaskArn
		tests := []struct {
			name string
			in   sdk.ListTasksInput
			want int
		}{
			{"all", sdk.ListTasksInput{}, 4},
			{"of the service", sdk.ListTasksInput{ServiceName: aws.String("gw")}, 3},
			{"of the family", sdk.ListTasksInput{Family: aws.String("gw")}, 4},
			{"of another family", sdk.ListTasksInput{Family: aws.String("other")}, 0},
			{"by who started them", sdk.ListTasksInput{StartedBy: aws.String("tester")}, 1},
			{"that stop", sdk.ListTasksInput{DesiredStatus: types.DesiredStatusStopped}, 0},
			{"on EC2", sdk.ListTasksInput{LaunchType: types.LaunchTypeEc2}, 0},
		}
		for _, test := range tests {
			in := test.in
			in.Cluster = aws.String("flex")
			if got := len(try(b, b.ListTasks, &in).TaskArns); got != test.want {
				t.Errorf("tasks %s: %d, want %d", test.name, got, test.want)
			}
		}
		var all []string
		in := &sdk.ListTasksInput{Cluster: aws.String("flex"), MaxResults: aws.Int32(3)}
		for pages := 1; ; pages++ {
			out := try(b, b.ListTasks, in)
			all = append(all, out.TaskArns...)
			if in.NextToken = out.NextToken; in.NextToken == nil {
				if pages != 2 || len(all) != 4 || all[3] != *ran {
					t.Errorf("%d pages with %d tasks, want 2 with 4, the newest last", pages, len(all))
				}
				break
			}
		}
		in.NextToken = aws.String("?")
		refused(b, b.ListTasks, in, "InvalidParameterException: Invalid token in request.")
	})
}

func TestClustersAreMadeOnceAndListed(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		for range 2 {
			try(b, b.CreateCluster, &sdk.CreateClusterInput{ClusterName: aws.String("second")})
		}
		want := []string{"arn:aws:ecs:us-east-1:123456789012:cluster/flex", "arn:aws:ecs:us-east-1:123456789012:cluster/second"}
		if diff := cmp.Diff(want, try(b, b.ListClusters, &sdk.ListClustersInput{}).ClusterArns); diff != "" {
			t.Errorf("clusters (-want +got):\n%s", diff)
		}
		setting := types.ClusterSetting{Name: types.ClusterSettingNameContainerInsights, Value: aws.String("enabled")}
		v := try(b, b.UpdateCluster, &sdk.UpdateClusterInput{Cluster: aws.String("second"), Settings: []types.ClusterSetting{setting}}).Cluster
		if len(v.Settings) != 1 || *v.Settings[0].Value != "enabled" {
			t.Errorf("settings = %+v", v.Settings)
		}
		try(b, b.DeleteCluster, &sdk.DeleteClusterInput{Cluster: aws.String("second")})
		refused(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) { in.Cluster = aws.String("second") }), "ClusterNotFoundException: The referenced cluster was inactive.")
		out := try(b, b.DescribeClusters, &sdk.DescribeClustersInput{Clusters: []string{"second", "none"}})
		if len(out.Clusters) != 1 || *out.Clusters[0].Status != "INACTIVE" || len(out.Failures) != 1 {
			t.Errorf("DescribeClusters = %+v", out)
		}
	})
}

func TestOverridesOfRunTaskReplaceCommandAndEnvironment(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		b.aws.secrets["registration"] = testRegistration
		try(b, b.RegisterTaskDefinition, writer(false, writeLine))
		try(b, b.RunTask, runOf(func(in *sdk.RunTaskInput) {
			in.Overrides = &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{{
				Name: aws.String("flex-gateway"), Command: []string{`printf '%s' "$NOTE" > /registration/note`},
				Environment: []types.KeyValuePair{{Name: aws.String("NOTE"), Value: aws.String("hello")}},
			}}}
		}))
		b.wait(2 * time.Minute)
		if got := string(b.aws.files["note"]); got != "hello" {
			t.Errorf("note = %q, want hello", got)
		}
	})
}

func TestAContainerThatFailsItsCheckIsReplaced(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		b.APIDeployed = false
		try(b, b.RegisterTaskDefinition, definition(func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[0].HealthCheck.Command[1] = "flexctl probe --check=readiness"
		}))
		try(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) {
			in.LoadBalancers, in.HealthCheckGracePeriodSeconds = nil, nil
		}))
		b.wait(20 * time.Minute)
		if d := b.describe().Deployments[0]; d.RolloutState != types.DeploymentRolloutStateFailed {
			t.Errorf("rollout state = %s, want FAILED", d.RolloutState)
		}
		stopped := b.tasks(types.DesiredStatusStopped)
		if len(stopped) == 0 || *stopped[0].StoppedReason != "Task failed container health checks" {
			t.Errorf("stopped tasks: %+v", stopped)
		}
	})
}
