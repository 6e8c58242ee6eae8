package ecs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim/platform"
)

const (
	identitySecret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:flexgw/identity-AbCdEf"
	cliImage       = "public.ecr.aws/aws-cli/aws-cli:2.31.0"
	putToken       = "0123456789abcdef0123456789abcdef"
)

// registerScript is how a registration is made, and how its failures are told apart.
const registerScript = `set -u; umask 077
if said=$(flexctl registration create --client-id="$ANYPOINT_CLIENT_ID" --client-secret="$ANYPOINT_CLIENT_SECRET" --organization="$ANYPOINT_ORGANIZATION" \
  --environment="$ANYPOINT_ENVIRONMENT" --anypoint-url="$ANYPOINT_URL" --connected=true --output-directory=/registration "$GATEWAY_NAME" 2>&1)
then exit 0; fi
printf '%s\n' "$said"
case "$said" in
*'same name already exists'*|*'409 Conflict'*) exit 70 ;;   # the name is taken
*'file already exists'*) exit 71 ;;
*'handler returned neither'*) exit 72 ;;
*'401'*|*nauthorized*|*'invalid_client'*) exit 73 ;;
esac
exit 1`

// registrar is a task of two containers: the first writes a registration to a volume of
// the task, the second puts it into Secrets Manager.
func registrar(script string, change ...func(*sdk.RegisterTaskDefinitionInput)) *sdk.RegisterTaskDefinitionInput {
	return definition(append([]func(*sdk.RegisterTaskDefinitionInput){func(in *sdk.RegisterTaskDefinitionInput) {
		in.TaskRoleArn = aws.String(testRole)
		in.Volumes = []types.Volume{{Name: aws.String("registration")}}
		mounts := []types.MountPoint{{SourceVolume: aws.String("registration"), ContainerPath: aws.String("/registration")}}
		logs := in.ContainerDefinitions[0].LogConfiguration
		flexctl, keeper := types.ContainerDefinition{
			Name: aws.String("flexctl"), Image: in.ContainerDefinitions[0].Image, Essential: aws.Bool(false), User: aws.String("0"),
			EntryPoint: []string{"/bin/sh", "-c"}, Command: []string{script}, MountPoints: mounts, LogConfiguration: logs,
		}, types.ContainerDefinition{
			Name: aws.String("keeper"), Image: aws.String(cliImage), MountPoints: mounts, LogConfiguration: logs,
			DependsOn: []types.ContainerDependency{{ContainerName: aws.String("flexctl"), Condition: types.ContainerConditionSuccess}},
			Command: []string{
				"secretsmanager", "put-secret-value", "--secret-id", identitySecret,
				"--secret-string", "file:///registration/registration.yaml", "--client-request-token", putToken,
			},
		}
		for name, value := range map[string]string{
			"ANYPOINT_CLIENT_ID": "me", "ANYPOINT_CLIENT_SECRET": "secret", "ANYPOINT_ORGANIZATION": "org", "ANYPOINT_ENVIRONMENT": "env",
			"ANYPOINT_URL": testPlane, "GATEWAY_NAME": "gw-1",
		} {
			flexctl.Environment = append(flexctl.Environment, types.KeyValuePair{Name: aws.String(name), Value: aws.String(value)})
		}
		in.ContainerDefinitions = []types.ContainerDefinition{flexctl, keeper}
	}}, change...)...)
}

// withAnypoint gives the bench a platform whose certificates last a year.
func (b *bench) withAnypoint(t *testing.T) *fakeAnypoint {
	f := newFakeAnypoint(t, b.world.Now().Add(365*24*time.Hour))
	b.deps.Anypoint = f
	f.OnDeployment(b.deployed)
	b.aws.secrets[identitySecret] = ""
	return f
}

// runToEnd runs a task until it has stopped.
func (b *bench) runToEnd(in *sdk.RegisterTaskDefinitionInput) types.Task {
	b.t.Helper()
	try(b, b.RegisterTaskDefinition, in)
	try(b, b.RunTask, runOf())
	b.wait(3 * time.Minute)
	task := b.only()
	if *task.LastStatus != "STOPPED" {
		b.t.Fatalf("the task is %s; it printed %q", *task.LastStatus, b.aws.lines)
	}
	return task
}

// codes are the exit codes of a task's containers by name; -1 is none.
func codes(task types.Task) map[string]int32 {
	all := map[string]int32{}
	for _, c := range task.Containers {
		all[*c.Name] = *orDefault(c.ExitCode, -1)
	}
	return all
}

func TestTheRegistrarRegistersAndKeepsTheFile(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.withAnypoint(t)
		task := b.runToEnd(registrar(registerScript))
		if diff := cmp.Diff(map[string]int32{"flexctl": 0, "keeper": 0}, codes(task)); diff != "" {
			t.Errorf("exit codes (-want +got):\n%s\nit printed %q", diff, b.aws.lines)
		}
		if task.StopCode != types.TaskStopCodeEssentialContainerExited || task.StartedAt == nil {
			t.Errorf("it stopped with %s, started at %v", task.StopCode, task.StartedAt)
		}
		if got := b.aws.secrets[identitySecret]; got != f.file {
			t.Errorf("the secret is %q", got)
		}
		want := []platform.Registration{{
			Plane: testPlane, By: platform.Credentials{ClientID: "me", ClientSecret: "secret"},
			Organization: "org", Environment: "env", Name: "gw-1", Connected: true,
		}}
		if diff := cmp.Diff(want, f.asked); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
	})
}

func TestTheRegistrarTellsFailuresApart(t *testing.T) {
	tests := []struct {
		said string
		code int32
	}{
		{"reg facade call returned error response: HTTP/1.1 400 Bad Request: an active target with the same name already exists in this organization and environment", 70},
		{"rpc error: code = Internal desc = handler returned neither error nor response message", 72},
		{"invalid_client", 73},
		{"the sky is falling", 1},
	}
	for _, test := range tests {
		t.Run(test.said, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				b.withAnypoint(t).refuses = errors.New(test.said)
				task := b.runToEnd(registrar(registerScript))
				if diff := cmp.Diff(map[string]int32{"flexctl": test.code, "keeper": exitNeverRan}, codes(task)); diff != "" {
					t.Errorf("exit codes (-want +got):\n%s\nit printed %q", diff, b.aws.lines)
				}
				if task.StopCode != types.TaskStopCodeTaskFailedToStart || *task.StoppedReason != "Task failed to start" {
					t.Errorf("it stopped with %s, %s", task.StopCode, *task.StoppedReason)
				}
				want := fmt.Sprintf("CannotStartContainerError: dependency graph: failed to resolve container ordering dependency "+
					"[flexctl(docker.io/mulesoft/flex-gateway:1.12.3) (STOPPED->RUNNING) - Exit: %d] for target [keeper(%s) (NONE->RUNNING)] as dependency did not exit successfully.", test.code, cliImage)
				if got := aws.ToString(task.Containers[1].Reason); got != want {
					t.Errorf("reason = %q, want %q", got, want)
				}
				if !strings.Contains(strings.Join(b.aws.lines, "\n"), test.said) {
					t.Errorf("it printed %q", b.aws.lines)
				}
			})
		})
	}
}

func TestWhatTheKeeperIsRefused(t *testing.T) {
	keep := func(args ...string) func(*sdk.RegisterTaskDefinitionInput) {
		return func(in *sdk.RegisterTaskDefinitionInput) { in.ContainerDefinitions[1].Command = args }
	}
	put := []string{"secretsmanager", "put-secret-value", "--secret-id", identitySecret, "--secret-string"}
	tests := []struct {
		name    string
		change  func(*sdk.RegisterTaskDefinitionInput)
		arrange func(*fakeAWS)
		code    int32
		says    string
	}{
		{
			name: "by the role's policies", arrange: func(f *fakeAWS) { f.denied["secretsmanager:PutSecretValue"] = true }, code: 254,
			says: "An error occurred (AccessDeniedException) when calling the PutSecretValue operation: User: arn:aws:sts::123456789012:assumed-role/gateway-execution/",
		},
		{
			name: "by Secrets Manager", arrange: func(f *fakeAWS) { delete(f.secrets, identitySecret) }, code: 254,
			says: "An error occurred (ResourceNotFoundException) when calling the PutSecretValue operation: Secrets Manager can't find the specified secret.",
		},
		{name: "without a role", change: func(in *sdk.RegisterTaskDefinitionInput) { in.TaskRoleArn = nil }, code: 253, says: "Unable to locate credentials."},
		{name: "without the file", change: keep(append(put, "file:///nope")...), code: 252, says: "Unable to load paramfile file:///nope: [Errno 2] No such file or directory: '/nope'"},
		{name: "with a short token", change: keep(append(put, "x", "--client-request-token", "short")...), code: 252, says: "Invalid length for parameter ClientRequestToken, value: 5, valid min length: 32"},
		{name: "without a secret", change: keep("secretsmanager", "put-secret-value"), code: 252, says: "aws: error: the following arguments are required: --secret-id"},
		{name: "with an unknown option", change: keep(append(put, "x", "--mystery")...), code: 252, says: "Unknown options: unknown flag: --mystery"},
		{name: "with an unknown command", change: keep("s3", "ls"), code: 252, says: "aws: error: argument command: Invalid choice"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				b.withAnypoint(t)
				if test.arrange != nil {
					test.arrange(b.aws)
				}
				in := registrar(registerScript)
				if test.change != nil {
					test.change(in)
				}
				task := b.runToEnd(in)
				if diff := cmp.Diff(map[string]int32{"flexctl": 0, "keeper": test.code}, codes(task)); diff != "" {
					t.Errorf("exit codes (-want +got):\n%s", diff)
				}
				if said := strings.Join(b.aws.lines, "\n"); !strings.Contains(said, test.says) {
					t.Errorf("it printed %q, want %q", said, test.says)
				}
			})
		})
	}
}

func TestAnEmptyVolumeBelongsToRoot(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		f := b.withAnypoint(t)
		task := b.runToEnd(registrar(registerScript, func(in *sdk.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].User = nil }))
		if codes(task)["flexctl"] != 1 || !strings.Contains(strings.Join(b.aws.lines, "\n"), "Error: open /registration/registration.yaml: permission denied") {
			t.Errorf("exit codes %v; it printed %q", codes(task), b.aws.lines)
		}
		if len(f.asked) != 1 {
			t.Errorf("the gateway was registered %d times, want once: the file is written afterwards", len(f.asked))
		}
	})
}
