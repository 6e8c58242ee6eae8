package elbv2

import "flexgw.io/controller/internal/awssim/core"

// Error codes of Elastic Load Balancing.
const (
	codeValidation           = "ValidationError"
	codeInvalidConfiguration = "InvalidConfigurationRequest"
	codeInvalidSecurityGroup = "InvalidSecurityGroup"
	codeNotPermitted         = "OperationNotPermitted"
	codeResourceInUse        = "ResourceInUse"
)

func invalid(format string, args ...any) error { return core.Errorf(codeValidation, format, args...) }

func misconfigured(format string, args ...any) error {
	return core.Errorf(codeInvalidConfiguration, format, args...)
}

// notSimulated refuses what AWS can do and this simulation cannot.
func notSimulated(what string) error {
	return core.Errorf("NotImplemented", "awssim: %s not simulated", what).WithStatus(501)
}

func errLoadBalancerNotFound(arn string) error {
	return core.Errorf("LoadBalancerNotFound", "Load balancer '%s' not found", arn)
}

func errTargetGroupNotFound(arn string) error {
	return core.Errorf("TargetGroupNotFound", "Target group '%s' not found", arn)
}

func errListenerNotFound(arn string) error {
	return core.Errorf("ListenerNotFound", "Listener '%s' not found", arn)
}
