package resource

import (
	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// RolloutSettings are how a change of the count or of the revision reaches the tasks.
type RolloutSettings struct {
	// MinimumHealthyPercent and MaximumPercent are ECS's limits while it replaces tasks.
	MinimumHealthyPercent, MaximumPercent int32
	// MaxReplicaStep is by how much the count changes at a time; 0 is all at once.
	MaxReplicaStep int32
	// Paused keeps the service as it is.
	Paused bool
	// Shift is how traffic moves, where tasks are not replaced one after the other.
	Shift Shift
}

// DeploymentLimits are those settings of a deployment that are ECS's to keep.
type DeploymentLimits struct {
	MinimumHealthyPercent, MaximumPercent int32
	// Breaker is true where ECS goes back to the last good revision by itself.
	Breaker bool
}

func (r RolloutSettings) limits() DeploymentLimits {
	return DeploymentLimits{MinimumHealthyPercent: r.MinimumHealthyPercent, MaximumPercent: r.MaximumPercent, Breaker: true}
}

// configuration is what ECS is told. The circuit breaker is always on.
func (r RolloutSettings) configuration() *ecstypes.DeploymentConfiguration {
	c := &ecstypes.DeploymentConfiguration{
		MinimumHealthyPercent: &r.MinimumHealthyPercent, MaximumPercent: &r.MaximumPercent,
		DeploymentCircuitBreaker: &ecstypes.DeploymentCircuitBreaker{Enable: true, Rollback: true},
	}
	r.Shift.configure(c)
	return c
}

// limitsOf reads only what the controller sets; ECS answers with more.
func limitsOf(c *ecstypes.DeploymentConfiguration) DeploymentLimits {
	if c == nil {
		return DeploymentLimits{}
	}
	breaker := c.DeploymentCircuitBreaker
	return DeploymentLimits{
		MinimumHealthyPercent: aws.ToInt32(c.MinimumHealthyPercent), MaximumPercent: aws.ToInt32(c.MaximumPercent),
		Breaker: breaker != nil && breaker.Enable && breaker.Rollback,
	}
}

func (l DeploymentLimits) diff(delta *compare.Delta, observed DeploymentLimits) {
	diff(delta, "deploymentConfiguration.minimumHealthyPercent", l.MinimumHealthyPercent, observed.MinimumHealthyPercent)
	diff(delta, "deploymentConfiguration.maximumPercent", l.MaximumPercent, observed.MaximumPercent)
	diff(delta, "deploymentConfiguration.circuitBreaker", l.Breaker, observed.Breaker)
}
