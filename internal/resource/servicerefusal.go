package resource

import (
	"time"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// serviceRefusal keeps trying what ECS refuses with a code that may also mean "not
// yet": it does not see a new listener, cluster or service-linked role for some
// seconds, and says so with InvalidParameterException.
func serviceRefusal(err error) error {
	switch awscloud.Code(err) {
	case "InvalidParameterException":
		return &engine.Problem{Reason: awscloud.ReasonRefused, Err: awscloud.Plain(err), RetryAfter: 10 * time.Second,
			Message: "ECS refuses the service and is asked again; if it stays, correct the spec"}
	case "ClusterNotFoundException":
		return engine.WaitFor(5*time.Second, "ECS does not see the cluster yet")
	}
	return err
}
