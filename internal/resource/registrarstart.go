package resource

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// registrarPause is how soon the next step of a registration is worth a look.
const registrarPause = 5 * time.Second

// deletionPause is how long the platform is given to delete a gateway, which it does after
// it has answered, and nameTakenPause how soon a name is asked for again that may be ours
// to free.
const (
	deletionPause  = 20 * time.Second
	nameTakenPause = time.Minute
)

// start runs the task. It registers only under a name that is free, and writes on the task
// when that was seen: it is a part of the proof that what comes of it is ours.
func (r Registration) start(ctx context.Context, wish RegisteredWish, observed *RegisteredState) (*RegisteredState, error) {
	if wish.Task == nil {
		return nil, engine.WaitFor(registrarPause, "the registration needs %s first", wish.Missing)
	}
	input := *wish.Task
	tags := merged(r.tags("registrar", r.Gateway.Name+"-registrar"), map[string]string{renewsTag: observed.Version})
	if !observed.Registered() {
		free, err := r.freeName(ctx, observed)
		if err != nil {
			return nil, err
		}
		tags[nameFreeTag] = free.UTC().Format(time.RFC3339)
	}
	input.Tags, input.ClientToken = ecsTags(tags), ptr(r.taskToken(wish, observed))
	out, err := r.Cloud.ECS.RunTask(ctx, &input)
	switch awscloud.Code(err) {
	case "ConflictException": // started before, with a tag that says another time
		return nil, engine.WaitFor(registrarPause, "ECS is about to show the task that registers the gateway")
	case "ClientException":
		return nil, r.cannotStart("registers the gateway", err, r.TaskDefinition)
	}
	if err != nil {
		return nil, err
	}
	if len(out.Tasks) == 0 {
		return nil, &engine.Problem{Reason: awscloud.ReasonAWSError, Message: "ECS did not start the task that registers the gateway: " + failures(out.Failures)}
	}
	task := r.registrarTask(out.Tasks[0])
	task.Renews = observed.Version // the answer need not have the tags
	updated := *observed
	updated.Tasks = append([]RegistrarTask{task}, observed.Tasks...)
	return &updated, complete(r.Identity(), task.ARN)
}

// taskToken names the task that came before, so that a repeated call starts none twice and
// a new try is a new task. The hour is for a try after one that ECS has forgotten.
func (r Registration) taskToken(wish RegisteredWish, observed *RegisteredState) string {
	before := observed.Before + observed.Version
	if task := observed.current(); task != nil {
		before = task.ARN
	}
	return token(r.Gateway.UID, "registrar", wish.Definition, before, r.Now().UTC().Truncate(time.Hour).Format(time.RFC3339))
}

// freeName asks the platform for gateways of the name. It returns when there was none. One
// that is proved to be ours, of a task that lost its file, is deleted: its key is lost.
func (r Registration) freeName(ctx context.Context, observed *RegisteredState) (time.Time, error) {
	platform, err := r.Connect(nil)
	if err != nil {
		return time.Time{}, err
	}
	asked := r.Now()
	gateways, err := platform.Gateways(ctx, r.Environment)
	if err != nil {
		return time.Time{}, classified(err)
	}
	for _, g := range gateways {
		if g.Name != r.GatewayName {
			continue
		}
		switch observed.proofOf(g, r.Now()) {
		case proofNone:
			return time.Time{}, r.nameTaken(g, observed)
		case proofPending:
			return time.Time{}, r.nameUndecided(g)
		}
		if err := platform.DeleteGateway(ctx, r.Environment, g.ID); err != nil {
			return time.Time{}, classified(err)
		}
		wait := engine.WaitFor(deletionPause, "an earlier task registered the gateway as %s and its file was lost: that registration has been deleted, and another is about to be made", g.ID)
		wait.Code = ReasonRegistering
		return time.Time{}, wait
	}
	return asked, nil
}

// classified is an error of the Anypoint Platform as the engine acts on it.
func classified(err error) error {
	if known := anypoint.Classify(err); known != nil {
		return known
	}
	return err
}

// nameTaken says who has the name and what to do.
func (r Registration) nameTaken(g anypoint.Gateway, observed *RegisteredState) error {
	whose := "nothing proves that this object has registered it"
	if g.ID == observed.AgentID {
		whose = "this object has registered it, but its registration file is gone from Secrets Manager"
	}
	problem := &engine.Problem{Reason: ReasonGatewayNameTaken, Terminal: true, Message: fmt.Sprintf(
		"the environment has a gateway named %s already: id %s, status %s, and %s. Nothing of it was changed. Choose another spec.anypoint.gatewayName, or delete that gateway in Runtime Manager",
		r.GatewayName, g.ID, g.Status, whose)}
	if observed.mayBeLost() {
		problem.RetryAfter = nameTakenPause // it may be one that is being deleted
	}
	return problem
}

// stop ends a task that is at work.
func (r Registration) stop(ctx context.Context, task *RegistrarTask) error {
	_, err := r.Cloud.ECS.StopTask(ctx, &ecs.StopTaskInput{
		Cluster: &r.Cluster.Value().ARN, Task: &task.ARN, Reason: aws.String("the registration is being removed"),
	})
	if gone(err) != nil {
		return err
	}
	return engine.WaitFor(registrarPause, "ECS is stopping the task that registers the gateway")
}

// assert that the real client is one.
var _ Anypoint = (*anypoint.Client)(nil)
