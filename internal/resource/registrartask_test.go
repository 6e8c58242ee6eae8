package resource

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// registrarEnd is a task that has ended, with the exit codes of its two containers.
func registrarEnd(flexctl, keeper *int32, began bool, reason string) ecstypes.Task {
	container := func(name string, exit *int32, began bool) ecstypes.Container {
		c := ecstypes.Container{Name: &name, ExitCode: exit}
		if began {
			c.RuntimeId = aws.String("runtime")
		}
		return c
	}
	return ecstypes.Task{
		TaskArn: aws.String("arn:aws:ecs:us-east-1:123456789012:task/cluster/0123"), LastStatus: aws.String("STOPPED"), StoppedReason: &reason,
		CreatedAt: aws.Time(noon), StoppedAt: aws.Time(noon.Add(time.Minute)),
		Containers: []ecstypes.Container{container(RegistrarContainer, flexctl, began), container(KeeperContainer, keeper, keeper != nil)},
		Tags:       []ecstypes.Tag{{Key: aws.String(nameFreeTag), Value: aws.String(noon.Add(-time.Second).Format(time.RFC3339))}},
	}
}

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// registrar is a registration at a time, without a cloud.
func registrar(now time.Time) Registration {
	return Registration{Common: Common{Now: func() time.Time { return now }}, GatewayName: "gw", LogGroup: "/flexgw/flex/gw", LogPrefix: "flex-gw", RenewBefore: 30 * 24 * time.Hour}
}

func TestEachEndOfTheTaskThatRegistersHasItsReason(t *testing.T) {
	code := aws.Int32
	for _, test := range []struct {
		name     string
		task     ecstypes.Task
		reason   string
		terminal bool
		// proves is true where a gateway that is there afterwards may be ours.
		proves bool
		words  string
	}{
		{"the name is taken", registrarEnd(code(70), nil, true, ""), ReasonGatewayNameTaken, false, false, "flex-gw/flexctl/0123 in log group /flexgw/flex/gw"},
		{"a file is there", registrarEnd(code(71), nil, true, ""), ReasonRegistrationFileExists, false, true, "flex-gw/flexctl/0123"},
		{"scopes are missing", registrarEnd(code(72), nil, true, ""), anypoint.ReasonScopesMissing, true, false, "Manage Servers"},
		{"the credentials are refused", registrarEnd(code(73), nil, true, ""), anypoint.ReasonCredentialsRefused, true, false, "Secret"},
		{"flexctl failed", registrarEnd(code(1), nil, true, ""), ReasonRegistrationFailed, false, true, "exit code 1"},
		{"flexctl was killed", registrarEnd(nil, nil, true, "Task stopped by user"), ReasonRegistrationFailed, false, true, "Task stopped by user"},
		{"flexctl ran out of memory", registrarEnd(code(137), nil, true, ""), ReasonRegistrationFailed, false, true, "exit code 137"},
		{"the image is not there", registrarEnd(nil, nil, false, "CannotPullContainerError: no such image"), ReasonRegistrationTaskFailed, false, false, "CannotPullContainerError"},
		{"the keeper failed", registrarEnd(code(0), code(254), true, ""), ReasonRegistrationNotStored, false, true, "exit code 254"},
		{"the keeper never ran", registrarEnd(code(0), nil, true, "CannotPullContainerError"), ReasonRegistrationNotStored, false, true, "CannotPullContainerError"},
		{"all went well", registrarEnd(code(0), code(0), true, ""), "", false, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := registrar(noon.Add(70 * time.Second))
			state := &RegisteredState{Tasks: []RegistrarTask{r.registrarTask(test.task)}}
			proved := state.proofOf(anypoint.Gateway{ID: "id", Name: "gw", Status: anypoint.StatusDisconnected, LastUpdate: noon.Add(30 * time.Second)}, noon.Add(time.Hour))
			if (proved == proofComplete) != test.proves {
				t.Errorf("the proof that a gateway is ours: %v", proved)
			}
			if test.reason == "" {
				if !state.current().stored() {
					t.Errorf("task %+v, want a file that is stored", state.current())
				}
				return
			}
			p := r.failure(state)
			if p.Reason != test.reason || p.Terminal != test.terminal || !strings.Contains(p.Message, test.words) {
				t.Errorf("problem %+v", p)
			}
			if (p.RetryAfter > 0) == test.terminal {
				t.Errorf("the next try comes after %v", p.RetryAfter)
			}
		})
	}
}

func TestATaskThatIsAtWorkHasNotEnded(t *testing.T) {
	task := registrarEnd(aws.Int32(0), nil, true, "")
	task.LastStatus = aws.String("PENDING") // the keeper is about to start
	if got := registrar(noon).registrarTask(task); !got.Running {
		t.Errorf("%+v, want a running task", got)
	}
	task.Containers[1].ExitCode = aws.Int32(0)
	task.LastStatus = aws.String("DEPROVISIONING")
	if got := registrar(noon).registrarTask(task); got.Running || !got.stored() {
		t.Errorf("%+v, want one that has stored the file", got)
	}
}

func TestWhenTheNextTryIsDue(t *testing.T) {
	registered := RegisteredState{RegistrationContent: RegistrationContent{Text: "file", AgentID: "id", Expires: noon}, Version: "v1"}
	ended := func(outcome outcome, renews string, ago time.Duration, now time.Time) RegistrarTask {
		return RegistrarTask{ARN: ago.String(), Definition: "definition:1", Renews: renews, Stopped: now.Add(-ago), outcome: outcome}
	}
	with := func(s RegisteredState, tasks ...RegistrarTask) *RegisteredState { s.Tasks = tasks; return &s }
	due := noon.Add(-29 * 24 * time.Hour)
	for _, test := range []struct {
		name       string
		now        time.Time
		state      *RegisteredState
		definition string
		want       bool
	}{
		{"nothing is registered", noon, with(RegisteredState{Before: "arn:forgotten"}), "definition:1", true},
		{"a task is at work", noon, with(RegisteredState{}, RegistrarTask{Running: true}), "definition:1", false},
		{"a failure is fresh", noon, with(RegisteredState{}, ended(outcomeFailed, "", 50*time.Second, noon)), "definition:1", false},
		{"a failure is a minute old", noon, with(RegisteredState{}, ended(outcomeFailed, "", 61*time.Second, noon)), "definition:1", true},
		{"the third failure is a minute old", noon, with(RegisteredState{}, ended(outcomeFailed, "", 61*time.Second, noon), ended(outcomeFailed, "", 5*time.Minute, noon), ended(outcomeFailed, "", 9*time.Minute, noon)), "definition:1", false},
		{"scopes were missing half an hour ago", noon, with(RegisteredState{}, ended(outcomeScopesMissing, "", 30*time.Minute, noon)), "definition:1", false},
		{"scopes were missing an hour ago", noon, with(RegisteredState{}, ended(outcomeScopesMissing, "", 61*time.Minute, noon)), "definition:1", true},
		{"the credentials are others since", noon, with(RegisteredState{}, ended(outcomeCredentialsRefused, "", time.Second, noon)), "definition:2", true},
		{"the file is about to show", noon, with(RegisteredState{}, ended(outcomeStored, "", time.Second, noon)), "definition:1", false},
		{"the certificate is fresh", noon.Add(-31 * 24 * time.Hour), with(registered), "definition:1", false},
		{"the certificate ends soon", due, with(registered), "definition:1", true},
		{"the certificate has ended", noon.Add(time.Hour), with(registered), "definition:1", true},
		{"a renewal failed half an hour ago", due, with(registered, ended(outcomeFailed, "v1", 30*time.Minute, due)), "definition:1", false},
		{"a renewal failed an hour ago", due, with(registered, ended(outcomeFailed, "v1", 61*time.Minute, due)), "definition:1", true},
		{"the renewal before succeeded", due, with(registered, ended(outcomeStored, "v0", time.Minute, due)), "definition:1", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			wish := RegisteredWish{Definition: test.definition, Task: &ecs.RunTaskInput{}}
			if got := len(registrar(test.now).Diff(wish, test.state).Differences) > 0; got != test.want {
				t.Errorf("due: %v", got)
			}
		})
	}
}

func TestARegistrationOutlivesAFailedRenewal(t *testing.T) {
	r := registrar(noon)
	state := &RegisteredState{
		RegistrationContent: RegistrationContent{Text: "file", AgentID: "id", Expires: noon.Add(time.Hour)}, Version: "v1",
		Tasks: []RegistrarTask{{Renews: "v1", Stopped: noon, outcome: outcomeFailed, detail: "exit code 1"}},
	}
	if err := r.Settled(state); err != nil {
		t.Errorf("not settled: %v", err)
	}
	if renewing, failure := state.Renewal(); renewing || failure == nil || failure.Reason != ReasonRegistrationFailed {
		t.Errorf("renewing %v, failure %v", renewing, failure)
	}
}

func TestARemovalGivesUpAfterItsTime(t *testing.T) {
	refused := &anypoint.Error{Kind: anypoint.KindCredentials, Operation: anypoint.OperationToken, Status: 401}
	removal := RegistrationRemoval{Since: noon, GiveUpAfter: 30 * time.Minute}
	state := &RegisteredState{RegistrationContent: RegistrationContent{AgentID: "id"}}
	var wait *engine.Wait
	if err := registrar(noon.Add(29*time.Minute)).giveUpOrWait(removal, state, refused); !errors.As(err, &wait) || wait.Code != anypoint.ReasonCredentialsRefused || !strings.Contains(wait.Reason, "id") {
		t.Errorf("after 29 minutes: %v, want a wait with the reason", err)
	}
	var left *engine.Left
	if err := registrar(noon.Add(30*time.Minute)).giveUpOrWait(removal, state, refused); !errors.As(err, &left) || !left.Unwanted || !strings.Contains(left.Message, "gw (id)") {
		t.Errorf("after 30 minutes: %+v, want the gateway left, by its name and id", left)
	}
}
