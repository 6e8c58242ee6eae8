package resource

import (
	"fmt"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// refused explains that the port and the path are taken, or that there is no gateway for
// the API: two answers must say so, as each may be wrong.
func (a APIInstance) refused(err error, wish anypoint.APIInstanceSpec) error {
	switch anypoint.KindOf(err) {
	case anypoint.KindConflict:
	case anypoint.KindInvalid, anypoint.KindNotFound:
		if a.Unlisted != nil {
			return a.Unlisted
		}
		return err
	default:
		return err
	}
	return &engine.Problem{Reason: anypoint.ReasonError, RetryAfter: longestDeployment, Err: err, Message: fmt.Sprintf(
		"API Manager refuses the API at port %d, path %s: another one on this gateway may have them; remove that one or choose another spec.healthCheckAPI.basePath", wish.Port, wish.BasePath)}
}
