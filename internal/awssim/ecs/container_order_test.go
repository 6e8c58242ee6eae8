package ecs

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

// pair is a task of a gateway that depends on a container with the script.
func pair(script string, condition types.ContainerCondition, change ...func(first, second *types.ContainerDefinition)) *sdk.RegisterTaskDefinitionInput {
	return definition(func(in *sdk.RegisterTaskDefinitionInput) {
		second := in.ContainerDefinitions[0]
		second.HealthCheck = nil
		first := types.ContainerDefinition{
			Name: aws.String("first"), Image: second.Image, Essential: aws.Bool(false),
			EntryPoint: []string{"sh", "-c"}, Command: []string{script},
		}
		second.DependsOn = []types.ContainerDependency{{ContainerName: first.Name, Condition: condition}}
		for _, c := range change {
			c(&first, &second)
		}
		in.ContainerDefinitions = []types.ContainerDefinition{second, first}
	})
}

// serves is a first container that is a gateway, which runs until it is stopped.
func serves(first, second *types.ContainerDefinition) {
	first.EntryPoint, first.Command = nil, nil
	first.HealthCheck = &types.HealthCheck{Command: []string{"CMD-SHELL", "flexctl probe --check=liveness"}, Interval: aws.Int32(5)}
	// Two gateways of a task cannot have the same ports.
	first.PortMappings = nil
}

func TestContainersStartInOrder(t *testing.T) {
	timeout := func(first, _ *types.ContainerDefinition) { first.StartTimeout = aws.Int32(30) }
	unhealthy := func(first, _ *types.ContainerDefinition) { first.HealthCheck.Command[1] = "false" }
	tests := []struct {
		name      string
		condition types.ContainerCondition
		script    string
		change    []func(first, second *types.ContainerDefinition)
		// status is the task's after two minutes, and states those of its containers.
		status  string
		states  map[string]string
		reasons string
	}{
		{name: "after the start of a script", condition: types.ContainerConditionStart, script: "exit 1", status: "RUNNING", states: map[string]string{"flex-gateway": "RUNNING", "first": "STOPPED"}},
		{name: "after the end of a script", condition: types.ContainerConditionComplete, script: "exit 1", status: "RUNNING", states: map[string]string{"flex-gateway": "RUNNING", "first": "STOPPED"}},
		{name: "after its success", condition: types.ContainerConditionSuccess, script: "exit 0", status: "RUNNING", states: map[string]string{"flex-gateway": "RUNNING", "first": "STOPPED"}},
		{name: "not after its failure", condition: types.ContainerConditionSuccess, script: "exit 1", status: "STOPPED", states: map[string]string{"flex-gateway": "STOPPED", "first": "STOPPED"}, reasons: "as dependency did not exit successfully."},
		{name: "once it is healthy", condition: types.ContainerConditionHealthy, change: []func(_, _ *types.ContainerDefinition){serves}, status: "RUNNING", states: map[string]string{"flex-gateway": "RUNNING", "first": "RUNNING"}},
		{name: "not before it is healthy", condition: types.ContainerConditionHealthy, change: []func(_, _ *types.ContainerDefinition){serves, unhealthy}, status: "ACTIVATING", states: map[string]string{"flex-gateway": "PENDING", "first": "RUNNING"}},
		{name: "not before its end", condition: types.ContainerConditionComplete, change: []func(_, _ *types.ContainerDefinition){serves}, status: "ACTIVATING", states: map[string]string{"flex-gateway": "PENDING", "first": "RUNNING"}},
		{name: "not after its start timeout", condition: types.ContainerConditionHealthy, change: []func(_, _ *types.ContainerDefinition){serves, unhealthy, timeout}, status: "STOPPED", states: map[string]string{"flex-gateway": "STOPPED", "first": "STOPPED"}, reasons: "has timed out."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				try(b, b.RegisterTaskDefinition, pair(test.script, test.condition, test.change...))
				try(b, b.RunTask, runOf())
				b.wait(2 * time.Minute)
				task := b.only()
				states, reasons := map[string]string{}, ""
				for _, c := range task.Containers {
					states[*c.Name] = *c.LastStatus
					reasons += aws.ToString(c.Reason)
				}
				if diff := cmp.Diff(test.states, states); diff != "" || *task.LastStatus != test.status || !strings.HasSuffix(reasons, test.reasons) {
					t.Errorf("the task is %s (want %s), %s; containers (-want +got):\n%s", *task.LastStatus, test.status, reasons, diff)
				}
				if serving := len(b.aws.listening["10.0.0.1"]) > 0; serving != (test.states["flex-gateway"] == "RUNNING") {
					t.Errorf("listening on %v", b.aws.listening)
				}
			})
		})
	}
}

func TestAChainThatBreaksEndsWithTheTask(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		in := pair("exit 1", types.ContainerConditionStart)
		middle := in.ContainerDefinitions[1]
		middle.Name = aws.String("middle")
		middle.DependsOn = []types.ContainerDependency{{ContainerName: aws.String("first"), Condition: types.ContainerConditionSuccess}}
		in.ContainerDefinitions[0].DependsOn[0].ContainerName = middle.Name
		in.ContainerDefinitions = append(in.ContainerDefinitions, middle)
		task := b.runToEnd(in)
		want := map[string]int32{"flex-gateway": exitNeverRan, "first": 1, "middle": exitNeverRan}
		if diff := cmp.Diff(want, codes(task)); diff != "" {
			t.Errorf("exit codes (-want +got):\n%s", diff)
		}
		if got := aws.ToString(task.Containers[0].Reason); !strings.HasSuffix(got, "because dependency will never start") {
			t.Errorf("reason = %q", got)
		}
	})
}

func TestWhichOrdersAreRefused(t *testing.T) {
	on := func(container, condition string) func(*sdk.RegisterTaskDefinitionInput) {
		return func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[0].DependsOn = []types.ContainerDependency{{ContainerName: aws.String(container), Condition: types.ContainerCondition(condition)}}
		}
	}
	tests := []struct {
		name   string
		change func(*sdk.RegisterTaskDefinitionInput)
		want   string
	}{
		{"an unknown container", on("nobody", "START"), "ClientException: Cannot depend on container + 'nobody' because it does not exist"},
		{"the success of an essential one", func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[1].Essential = nil
		}, "ClientException: A dependency container with SUCCESS or COMPLETE condition cannot be an essential container"},
		{"the health of one without a check", on("first", "HEALTHY"), "must have a health check"},
		{"an unknown condition", on("first", "WHENEVER"), "Invalid container dependency condition 'WHENEVER'"},
		{"itself", on("flex-gateway", "START"), "should not have a cycle"},
		{"one that depends on it", func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[1].DependsOn = []types.ContainerDependency{{ContainerName: aws.String("flex-gateway"), Condition: types.ContainerConditionStart}}
		}, "should not have a cycle"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				in := pair("exit 0", types.ContainerConditionSuccess)
				test.change(in)
				refused(b, b.RegisterTaskDefinition, in, test.want)
			})
		})
	}
}
