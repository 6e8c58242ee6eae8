package ecs

import (
	"fmt"

	"flexgw.io/controller/internal/awssim/core"
)

// Error codes of Amazon ECS.
const (
	codeAccessDenied       = "AccessDeniedException"
	codeClient             = "ClientException"
	codeClusterNotFound    = "ClusterNotFoundException"
	codeClusterHasServices = "ClusterContainsServicesException"
	codeClusterHasTasks    = "ClusterContainsTasksException"
	codeConflict           = "ConflictException"
	codeInvalidParameter   = "InvalidParameterException"
	codeInUse              = "ResourceInUseException"
	codePlatformUnknown    = "PlatformUnknownException"
	codeResourceNotFound   = "ResourceNotFoundException"
	codeServiceNotActive   = "ServiceNotActiveException"
	codeServiceNotFound    = "ServiceNotFoundException"
	codeUnsupportedFeature = "UnsupportedFeatureException"
)

// reasonMissing is the reason in the failures of the Describe operations.
const reasonMissing = "MISSING"

// The states of clusters, services and deployments.
const (
	statusActive   = "ACTIVE"
	statusInactive = "INACTIVE"
	statusDraining = "DRAINING"
	statusPrimary  = "PRIMARY"
)

const (
	// taskPrincipal is who assumes the roles of tasks.
	taskPrincipal = "ecs-tasks.amazonaws.com"
	// networkRequester is who makes the network interfaces of tasks.
	networkRequester = "amazon-ecs"
)

func clientError(format string, args ...any) *core.Error {
	return core.Errorf(codeClient, format, args...)
}

func invalidParameter(format string, args ...any) *core.Error {
	return core.Errorf(codeInvalidParameter, format, args...)
}

// unassumable is AWS's sentence about a role that is too new, gone, or that does
// not trust ECS tasks.
func unassumable(role string) string {
	return fmt.Sprintf("ECS was unable to assume the role '%s' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.", role)
}

// notAuthorizedToPass is IAM's sentence about a role that the caller may not pass,
// which is also what it says of one that it cannot see yet.
func notAuthorizedToPass(principal, role string) *core.Error {
	return core.Errorf(codeAccessDenied, "User: %s is not authorized to perform: iam:PassRole on resource: %s because no identity-based policy allows the iam:PassRole action", principal, role)
}
