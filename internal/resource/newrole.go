package resource

import (
	"time"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// How long AWS takes to show a new role, or a new policy of it, to ECS: as a rule some
// seconds, and so often it is asked. What ECS refuses within newFor of the change need not
// mean anything; after that a permission is missing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (eventual consistency)
const (
	roleVisibility = 4 * time.Second
	newFor         = time.Minute
	deniedRetry    = 10 * time.Second
)

// isNew is true for what is as it is for a moment only.
func (c Common) isNew(since time.Time) bool {
	return !since.IsZero() && c.Now().Sub(since) < newFor
}

// isNewRole is true for a role that was made or changed a moment ago. One that was brought
// was there before.
func (c Common) isNewRole(role *engine.Ref[RoleState]) bool {
	return role.Value() != nil && !role.Value().brought && c.isNew(role.Since())
}

// cannotStart is what it means that ECS refuses to start a task: right after the revision
// was registered, that IAM does not show the role to ECS yet.
func (c Common) cannotStart(what string, err error, revision *engine.Ref[TaskDefinitionState]) error {
	if c.isNew(revision.Since()) {
		return engine.WaitFor(roleVisibility, "IAM takes some seconds to show a new role to ECS, which cannot start the task that %s yet", what)
	}
	return &engine.Problem{Reason: awscloud.ReasonAWSError, Err: awscloud.Plain(err), RetryAfter: deniedRetry,
		Message: "ECS cannot start the task that " + what + ", and is asked again"}
}
