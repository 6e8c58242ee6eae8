package ecs

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

func runOf(change ...func(*sdk.RunTaskInput)) *sdk.RunTaskInput {
	in := &sdk.RunTaskInput{
		Cluster: aws.String("flex"), TaskDefinition: aws.String("gw"), LaunchType: types.LaunchTypeFargate,
		NetworkConfiguration: testNetwork(), StartedBy: aws.String("tester"),
	}
	for _, c := range change {
		c(in)
	}
	return in
}

// only describes the one task of the cluster, whatever it is meant to do.
func (b *bench) only() types.Task {
	b.t.Helper()
	all := append(b.tasks(types.DesiredStatusRunning), b.tasks(types.DesiredStatusStopped)...)
	if len(all) != 1 {
		b.t.Fatalf("%d tasks, want 1", len(all))
	}
	return all[0]
}

func TestTheLifeOfATask(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.RunTask, runOf())
		var got []string
		note := func() {
			if task := b.only(); len(got) == 0 || got[len(got)-1] != *task.LastStatus {
				got = append(got, *task.LastStatus)
			}
		}
		for range 60 {
			note()
			b.wait(500 * time.Millisecond)
		}
		task := b.only()
		details := map[string]string{}
		for _, d := range task.Attachments[0].Details {
			details[*d.Name] = *d.Value
		}
		want := map[string]string{
			"subnetId": "subnet-a", "networkInterfaceId": "eni-1", "macAddress": "0a:00:00:00:00:01",
			"privateDnsName": "ip-10-0-0-1.ec2.internal", "privateIPv4Address": "10.0.0.1",
		}
		if diff := cmp.Diff(want, details); diff != "" {
			t.Errorf("details of the attachment (-want +got):\n%s", diff)
		}
		if *task.Group != "family:gw" || *task.StartedBy != "tester" || *task.Attachments[0].Status != "ATTACHED" || task.Containers[0].ImageDigest == nil {
			t.Errorf("task = %s by %s, %s", *task.Group, *task.StartedBy, *task.Attachments[0].Status)
		}
		try(b, b.StopTask, &sdk.StopTaskInput{Cluster: aws.String("flex"), Task: task.TaskArn})
		for range 120 { // the gateway drains for 25 s before it ends
			note()
			b.wait(500 * time.Millisecond)
		}
		lives := []string{"PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "STOPPING", "DEPROVISIONING", "STOPPED"}
		if diff := cmp.Diff(lives, got); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		if v := b.only(); v.Version <= task.Version || v.StoppedAt == nil {
			t.Errorf("version %d after %d, stopped at %v", v.Version, task.Version, v.StoppedAt)
		}
	})
}

func TestWhyATaskDoesNotStart(t *testing.T) {
	secret := func(in *sdk.RegisterTaskDefinitionInput) {
		in.ContainerDefinitions[0].Secrets = []types.Secret{{Name: aws.String("FLEX_CONFIG"), ValueFrom: aws.String("arn:aws:secretsmanager:us-east-1:123456789012:secret:reg-AbCdEf")}}
	}
	tests := []struct {
		name    string
		define  func(*sdk.RegisterTaskDefinitionInput)
		arrange func(*fakeAWS)
		private bool
		want    string
	}{
		{name: "missing secret", define: secret, want: "ResourceInitializationError: unable to pull secrets or registry auth"},
		{name: "denied secret", define: secret, arrange: func(f *fakeAWS) { f.denied["secretsmanager:GetSecretValue"] = true }, want: "is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:reg-AbCdEf"},
		{name: "missing log group", arrange: func(f *fakeAWS) { delete(f.groups, testLogGroup) }, want: "The specified log group does not exist"},
		{name: "no mount target", arrange: func(f *fakeAWS) {
			f.mountError = errors.New("failed to invoke EFS utils commands to set up EFS volumes")
		}, want: "ResourceInitializationError: failed to invoke EFS utils commands"},
		{name: "unknown image", define: image("flex-gateway"), want: "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/flex-gateway:latest"},
		{name: "no way to the registry", private: true, want: "dial tcp 44.208.254.194:443: i/o timeout"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				d := definition()
				if test.define != nil {
					test.define(d)
				}
				if test.arrange != nil {
					test.arrange(b.aws)
				}
				try(b, b.RegisterTaskDefinition, d)
				run := runOf()
				if test.private {
					run.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp = types.AssignPublicIpDisabled
				}
				try(b, b.RunTask, run)
				b.wait(time.Minute)
				task := b.only()
				if *task.LastStatus != "STOPPED" || task.StopCode != types.TaskStopCodeTaskFailedToStart || !strings.Contains(*task.StoppedReason, test.want) {
					t.Errorf("task = %s %s %q, want %q", *task.LastStatus, task.StopCode, *task.StoppedReason, test.want)
				}
				if len(b.aws.interfaces) != 0 {
					t.Errorf("network interfaces are left: %v", b.aws.interfaces)
				}
			})
		})
	}
}

func TestRunTaskIsIdempotentByClientToken(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		token := func(in *sdk.RunTaskInput) { in.ClientToken, in.Count = aws.String("one"), aws.Int32(2) }
		first := try(b, b.RunTask, runOf(token)).Tasks
		again := try(b, b.RunTask, runOf(token)).Tasks
		if len(first) != 2 || *first[0].TaskArn != *again[0].TaskArn || *first[1].TaskArn != *again[1].TaskArn {
			t.Errorf("the second call started others: %v, %v", *first[0].TaskArn, *again[0].TaskArn)
		}
		refused(b, b.RunTask, runOf(token, func(in *sdk.RunTaskInput) { in.Count = aws.Int32(3) }), "ConflictException")
		refused(b, b.RunTask, runOf(func(in *sdk.RunTaskInput) { in.Count = aws.Int32(11) }), "InvalidParameterException")
		b.world.Do(func() { b.aws.roleHidden = true })
		refused(b, b.RunTask, runOf(), "ClientException: ECS was unable to assume the role '"+testRole+"'")
		refused(b, b.DeleteCluster, &sdk.DeleteClusterInput{Cluster: aws.String("flex")}, "ClusterContainsTasksException: The Cluster cannot be deleted while Tasks are active.")
	})
}

// writer is a task definition that writes a registration to the file system.
func writer(readOnly bool, line string) *sdk.RegisterTaskDefinitionInput {
	return definition(func(in *sdk.RegisterTaskDefinitionInput) {
		c := &in.ContainerDefinitions[0]
		c.EntryPoint, c.Command = []string{"/bin/sh", "-c"}, []string{line}
		c.HealthCheck = nil
		c.MountPoints[0].ContainerPath, c.MountPoints[0].ReadOnly = aws.String("/registration"), aws.Bool(readOnly)
		c.Secrets = []types.Secret{{Name: aws.String("FLEX_REGISTRATION"), ValueFrom: aws.String("registration")}}
	})
}

const writeLine = `set -eu; umask 022; printf '%s' "$FLEX_REGISTRATION" > /registration/.registration.yaml.new; mv -f /registration/.registration.yaml.new /registration/registration.yaml`

func TestTheWriterReallyWrites(t *testing.T) {
	tests := []struct {
		name     string
		readOnly bool
		line     string
		code     int32
		content  string
	}{
		{name: "the controller's line", line: writeLine, content: testRegistration},
		{name: "a read-only mount", readOnly: true, line: writeLine, code: 1, content: "old"},
		{name: "an unknown command", line: "curl http://example.com > /registration/registration.yaml", code: 127, content: "old"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				b.aws.files["registration.yaml"] = []byte("old")
				b.aws.secrets["registration"] = testRegistration
				try(b, b.RegisterTaskDefinition, writer(test.readOnly, test.line))
				try(b, b.RunTask, runOf())
				b.wait(2 * time.Minute)
				task := b.only()
				if *task.LastStatus != "STOPPED" || task.StopCode != types.TaskStopCodeEssentialContainerExited || *task.StoppedReason != "Essential container in task exited" {
					t.Fatalf("task = %s %s", *task.LastStatus, task.StopCode)
				}
				if got := *task.Containers[0].ExitCode; got != test.code {
					t.Errorf("exit code = %d, want %d; it printed %q", got, test.code, b.aws.lines)
				}
				if got := string(b.aws.files["registration.yaml"]); got != test.content {
					t.Errorf("registration.yaml = %q, want %q", got, test.content)
				}
				if got := b.aws.files.List(); !slices.Equal(got, []string{"registration.yaml"}) {
					t.Errorf("files = %v", got)
				}
			})
		})
	}
}

func TestAGatewayPicksUpARegistrationThatArrivesLater(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		delete(b.aws.files, "registration.yaml")
		b.aws.secrets["registration"] = testRegistration
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.RunTask, runOf())
		b.wait(time.Minute)
		if len(b.aws.listening["10.0.0.1"]) != 0 {
			t.Fatalf("it serves %v without a registration", b.aws.listening)
		}
		try(b, b.RegisterTaskDefinition, writer(false, writeLine))
		try(b, b.RunTask, runOf())
		b.wait(time.Minute)
		if diff := cmp.Diff([]int32{8081}, b.aws.listening["10.0.0.1"]); diff != "" {
			t.Errorf("ports (-want +got):\n%s", diff)
		}
	})
}
