package resource

import (
	"context"
	"strings"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// Registration is the gateway's registration with the Anypoint Platform, and the file that
// came of it, which is kept in Secrets Manager. A one-shot Fargate task registers the
// gateway, and another renews the registration before its certificate expires; the
// platform itself is asked only before a gateway is registered, and to delete it.
type Registration struct {
	Common
	// File is the secret that keeps the registration file: Secret/identity.
	File *engine.Ref[SecretState]
	// Credentials is the secret with the credentials as JSON: Secret/credentials.
	Credentials    *engine.Ref[SecretState]
	Cluster        *engine.Ref[ClusterState]
	TaskDefinition *engine.Ref[TaskDefinitionState]
	Network        *engine.Ref[NetworkState]
	// SecurityGroups are the groups of the task, and Sources where they come from.
	SecurityGroups func() []string
	Sources        []engine.Need
	// AssignPublicIP gives the task a public address, with which it reaches the platform.
	AssignPublicIP bool

	// Known is true where the gateway was registered when it was looked at last.
	Known bool
	// Environment and GatewayName say what is registered.
	Environment anypoint.Environment
	GatewayName string
	// RenewBefore is how long before its end a certificate is renewed; 0 is never.
	RenewBefore time.Duration
	// Read reads a registration file.
	Read func(content []byte) (RegistrationContent, error)
	// Connect returns the platform for the gateway's own credentials, or for those that
	// ReadCredentials found, where it is given any.
	Connect func(instead *anypoint.Credentials) (Anypoint, error)
	// ReadCredentials reads what Secret/credentials holds.
	ReadCredentials func(content string) (anypoint.Credentials, error)
	// LogGroup and LogPrefix are where the task's containers log to.
	LogGroup, LogPrefix string
	// Removal is set where the registration is on its way out.
	Removal *RegistrationRemoval
	// Brought returns the gateway's id in the registration file that the user brought
	// instead; empty where there is none. A removal leaves the gateway of that id.
	Brought func() string
}

// Anypoint are the calls that a registration makes to the Anypoint Platform.
type Anypoint interface {
	// Gateways lists the gateways of an environment, without those that are deleted.
	Gateways(ctx context.Context, env anypoint.Environment) ([]anypoint.Gateway, error)
	// DeleteGateway deletes a gateway's record; one that is gone is no error.
	DeleteGateway(ctx context.Context, env anypoint.Environment, id string) error
}

// Identity is Registration/gateway.
func (r Registration) Identity() engine.Identity {
	return engine.Identity{Kind: "Registration", Name: "gateway"}
}

// Needs the secret with the file, and all that the task needs. Once the gateway is
// registered, what only a task needs no longer keeps it from being seen.
func (r Registration) Needs() []engine.Need {
	if r.Known {
		needs := []engine.Need{
			engine.Exists(r.File), engine.After(r.Credentials), engine.After(r.Cluster), engine.After(r.TaskDefinition), engine.After(r.Network),
		}
		return append(needs, r.Sources...)
	}
	needs := []engine.Need{
		engine.Exists(r.File), engine.Settled(r.Credentials), engine.Settled(r.Cluster), engine.Settled(r.TaskDefinition), engine.Settled(r.Network),
	}
	return append(needs, r.Sources...)
}

// Wish is how to run the task.
func (r Registration) Wish() (RegisteredWish, error) {
	for _, need := range []struct {
		ready bool
		name  string
	}{
		{r.Credentials.Ready(), "the credentials in Secrets Manager"}, {r.Cluster.Ready(), "the cluster"},
		{r.TaskDefinition.Ready(), "the task definition"}, {r.Network.Ready(), "the network"}, {r.SecurityGroups() != nil, "the security group"},
	} {
		if !need.ready {
			return RegisteredWish{Missing: need.name}, nil
		}
	}
	definition := r.TaskDefinition.Value().ARN
	return RegisteredWish{Definition: definition, Task: &ecs.RunTaskInput{
		Cluster: &r.Cluster.Value().ARN, TaskDefinition: &definition,
		LaunchType: ecstypes.LaunchTypeFargate, StartedBy: ptr(r.startedBy()),
		NetworkConfiguration: awsvpc(r.Network.Value().SubnetIDs(), r.SecurityGroups(), r.AssignPublicIP),
	}}, nil
}

// startedBy marks the tasks; ECS allows 128 characters.
func (r Registration) startedBy() string { return "flexgw-registrar/" + r.Gateway.UID }

// Observe reads the file and, where there is none or where it is due for renewal, looks at
// the tasks. It asks the Anypoint Platform only in a removal after a task without an answer.
func (r Registration) Observe(ctx context.Context, recorded engine.Record) (*RegisteredState, error) {
	state, err := r.stored(ctx, recorded)
	if err != nil {
		return nil, err
	}
	state.Before = recorded.ID
	if !state.Registered() && isAgentID(recorded.ID) {
		state.AgentID = recorded.ID // the file is lost
	}
	if recorded.State == engine.StateDeleting {
		state.leaving = recorded.Since
	}
	if !state.Registered() || r.isDue(state) || r.Removal != nil {
		if state.Tasks, err = r.tasks(ctx); err != nil {
			return nil, err
		}
	}
	if state.AgentID == "" && len(state.Tasks) == 0 && recorded.ID == "" || r.isNothingLeft(ctx, state) {
		return nil, nil
	}
	return state, nil
}

// isAgentID tells the id of a gateway from the ARN of a task.
func isAgentID(recorded string) bool { return recorded != "" && !strings.HasPrefix(recorded, "arn:") }

// WasRegistered is true where a record of the registration has the id of a gateway.
func WasRegistered(records []engine.Record) bool {
	for _, record := range records {
		if record.Identity == (Registration{}).Identity() {
			return isAgentID(record.ID)
		}
	}
	return false
}

// Poll looks at the task that is at work.
func (r Registration) Poll(ctx context.Context, before *RegisteredState) (*RegisteredState, error) {
	if task := before.current(); task != nil && task.Running {
		tasks, err := r.describe(ctx, []string{task.ARN})
		if err != nil {
			return nil, err
		}
		if len(tasks) == 1 && tasks[0].Running {
			return before, nil
		}
	}
	return r.Observe(ctx, engine.Record{Identity: r.Identity(), ID: r.ID(before)})
}

// Owner is ours: the file is in our secret.
func (r Registration) Owner(*RegisteredState) engine.Ownership { return engine.Ours() }

// Diff finds that the gateway is not registered, or that its certificate ends soon, once
// no task is at work and the pause after the last one is over.
func (r Registration) Diff(wish RegisteredWish, observed *RegisteredState) *compare.Delta {
	delta := compare.NewDelta()
	if observed.Overwritten {
		delta.Add("file", "the version before", "overwritten by someone")
		return delta
	}
	if r.mustPause(wish, observed) {
		return delta
	}
	switch {
	case !observed.Registered():
		delta.Add("registration", r.GatewayName, "")
	case r.isDue(observed) && wish.Task != nil:
		delta.Add("certificate", "renewed", "valid until "+observed.Expires.UTC().Format(time.RFC3339))
	}
	return delta
}

// isDue is true where a registration has to be renewed.
func (r Registration) isDue(s *RegisteredState) bool {
	return s.Registered() && r.RenewBefore > 0 && !s.Expires.IsZero() && r.Now().After(s.Expires.Add(-r.RenewBefore))
}

// Create registers the gateway.
func (r Registration) Create(ctx context.Context, wish RegisteredWish) (*RegisteredState, error) {
	return r.start(ctx, wish, &RegisteredState{})
}

// Update registers it again after a failure, renews its registration, or puts the file
// back that someone has written over.
func (r Registration) Update(ctx context.Context, wish RegisteredWish, observed *RegisteredState, _ *compare.Delta) (*RegisteredState, error) {
	if observed.Overwritten {
		return r.restore(ctx, observed)
	}
	return r.start(ctx, wish, observed)
}

// Release leaves the registration as it is: it carries no marks.
func (r Registration) Release(context.Context, *RegisteredState) error { return nil }

// registrarRun is what the task takes as a rule.
const registrarRun = 45 * time.Second

// Settled once there is a registration file. That a renewal is outstanding or has failed
// does not matter to what runs; RenewalFailure tells of it.
func (r Registration) Settled(observed *RegisteredState) error {
	task := observed.current()
	switch {
	case observed.Registered():
		return nil
	case task == nil:
		return engine.WaitFor(registrarPause, "the gateway is not registered yet")
	case task.Running:
		wait := engine.WaitTypically(registrarRun, "a Fargate task is registering the gateway with the Anypoint Platform%s", r.lastTry(observed))
		wait.Code = ReasonRegistering
		return wait
	case task.stored() && r.Now().Sub(task.Stopped) < storedVisible:
		return engine.WaitFor(storedPause, "the registration file has been stored and is about to show in Secrets Manager")
	default:
		return r.failure(observed)
	}
}

// ID is the gateway's id in the Anypoint Platform, else the task that registers it.
func (r Registration) ID(observed *RegisteredState) string {
	if observed.AgentID != "" {
		return observed.AgentID
	}
	if task := observed.current(); task != nil {
		return task.ARN
	}
	return observed.Before
}
