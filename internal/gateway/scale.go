package gateway

import (
	"context"

	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// Scale sends a new replica count straight to the service that was recorded, before a
// walk looks at everything else: one call, and no new revision. It does nothing where
// the count is as it was, where someone else owns it, or where no service has been
// made. It returns whether it called.
func Scale(ctx context.Context, in Input) (bool, error) {
	wanted := in.Gateway.Spec.Replicas
	if wanted == nil || *wanted == in.Gateway.Status.DesiredReplicas {
		return false, nil
	}
	for _, record := range in.Records {
		if record.Kind == "Service" && record.ID != "" && (record.State == engine.StateReady || record.State == engine.StateWaiting) {
			return true, resource.ScaleService(ctx, in.Cloud, record.ID, *wanted)
		}
	}
	return false, nil
}
