package awscloud

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"flexgw.io/controller/internal/engine"
)

// The reasons of the problems that Classify makes.
const (
	ReasonAccessDenied  = "AccessDenied"
	ReasonQuotaExceeded = "QuotaExceeded"
	ReasonRefused       = "RefusedByAWS"
	ReasonAWSError      = "AWSError"
)

// The pauses after which a class of errors is worth another try.
const (
	busyPause     = 5 * time.Second
	throttlePause = 10 * time.Second
)

// class says what an error code means for the controller.
type class int

const (
	retryable class = iota // the call may succeed if it is repeated
	busy                   // something else has to finish first
	notFound
	exists
	denied
	refused // a person has to change something
	quota
)

// classes sorts AWS's error codes. A code that is missing is retryable.
var classes = map[string]class{
	"AccessDenied":                               denied,
	"AccessDeniedException":                      denied,
	"AuthFailure":                                denied,
	"UnauthorizedOperation":                      denied,
	"UnrecognizedClientException":                denied,
	"InvalidClientTokenId":                       denied,
	"ExpiredToken":                               denied,
	"ExpiredTokenException":                      denied,
	"SignatureDoesNotMatch":                      denied,
	"KMSAccessDeniedException":                   denied,
	"FailedResourceAccessException":              denied,
	"InvalidVpcID.NotFound":                      notFound,
	"InvalidSubnetID.NotFound":                   notFound,
	"InvalidGroup.NotFound":                      notFound,
	"InvalidGroupId.Malformed":                   notFound,
	"InvalidPermission.NotFound":                 notFound,
	"InvalidNetworkInterfaceID.NotFound":         notFound,
	"FileSystemNotFound":                         notFound,
	"MountTargetNotFound":                        notFound,
	"AccessPointNotFound":                        notFound,
	"PolicyNotFound":                             notFound,
	"NoSuchEntity":                               notFound,
	"ResourceNotFoundException":                  notFound,
	"ObjectNotFoundException":                    notFound,
	"LoadBalancerNotFound":                       notFound,
	"TargetGroupNotFound":                        notFound,
	"ListenerNotFound":                           notFound,
	"ClusterNotFoundException":                   notFound,
	"ServiceNotFoundException":                   notFound,
	"InvalidGroup.Duplicate":                     exists,
	"InvalidPermission.Duplicate":                exists,
	"FileSystemAlreadyExists":                    exists,
	"AccessPointAlreadyExists":                   exists,
	"MountTargetConflict":                        exists,
	"EntityAlreadyExists":                        exists,
	"ResourceAlreadyExistsException":             exists,
	"ResourceExistsException":                    exists,
	"DuplicateLoadBalancerName":                  exists,
	"DuplicateTargetGroupName":                   exists,
	"DuplicateListener":                          exists,
	"DependencyViolation":                        busy,
	"InvalidGroup.InUse":                         busy,
	"ResourceInUse":                              busy,
	"FileSystemInUse":                            busy,
	"DeleteConflict":                             busy,
	"DependencyTimeout":                          busy,
	"IncorrectFileSystemLifeCycleState":          busy,
	"IncorrectMountTargetState":                  busy,
	"OperationAbortedException":                  busy,
	"ConcurrentModification":                     busy,
	"ConcurrentUpdateException":                  busy,
	"UpdateInProgressException":                  busy,
	"ServiceNotActiveException":                  busy,
	"ClusterContainsServicesException":           busy,
	"ClusterContainsTasksException":              busy,
	"ClusterContainsContainerInstancesException": busy,
	"ValidationException":                        refused,
	"ValidationError":                            refused,
	"InvalidParameterException":                  refused,
	"InvalidParameterValue":                      refused,
	"InvalidParameterCombination":                refused,
	"InvalidParameter":                           refused,
	"MissingParameter":                           refused,
	"BadRequest":                                 refused,
	"MalformedPolicyDocument":                    refused,
	"UnsupportedFeatureException":                refused,
	"UnsupportedAvailabilityZone":                refused,
	"AvailabilityZonesMismatch":                  refused,
	"InvalidSubnet":                              refused,
	"SubnetNotFound":                             refused,
	"SecurityGroupNotFound":                      refused,
	"IncompatibleProtocols":                      refused,
	"OperationNotPermitted":                      refused,
	"AccessPointLimitExceeded":                   quota,
	"FileSystemLimitExceeded":                    quota,
	"NetworkInterfaceLimitExceeded":              quota,
	"SecurityGroupLimitExceeded":                 quota,
	"RulesPerSecurityGroupLimitExceeded":         quota,
	"NoFreeAddressesInSubnet":                    quota,
	"LimitExceeded":                              quota,
	"LimitExceededException":                     quota,
	"TooManyLoadBalancers":                       quota,
	"TooManyTargetGroups":                        quota,
	"TooManyListeners":                           quota,
}

// Code is AWS's code of an error; empty where AWS did not answer.
func Code(err error) string {
	var answer smithy.APIError
	if errors.As(err, &answer) {
		return answer.ErrorCode()
	}
	return ""
}

func classOf(err error) (class, bool) {
	c, known := classes[Code(err)]
	return c, known
}

// IsNotFound is true where AWS says that the thing is not there.
func IsNotFound(err error) bool { c, ok := classOf(err); return ok && c == notFound }

// IsExists is true where AWS says that such a thing is there already.
func IsExists(err error) bool { c, ok := classOf(err); return ok && c == exists }

// IsBusy is true where AWS says that something else must finish first.
func IsBusy(err error) bool { c, ok := classOf(err); return ok && c == busy }

// IsDenied is true where AWS says that the caller may not.
func IsDenied(err error) bool { c, ok := classOf(err); return ok && c == denied }

// IsThrottle is true where AWS asks for fewer calls. The SDK counts
// LimitExceededException among these; to the services that are called here it means a
// quota.
func IsThrottle(err error) bool {
	if _, known := classOf(err); known {
		return false
	}
	_, ok := retry.DefaultThrottleErrorCodes[Code(err)]
	return ok
}

// Classify turns an error of a call into what the engine acts on: a Wait, or a
// Problem with the reason for a condition.
func Classify(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return engine.WaitFor(busyPause, "the controller ran out of time and continues")
	}
	if IsThrottle(err) {
		return engine.WaitFor(throttlePause, "AWS asks for fewer calls (%s)", Code(err))
	}
	c, known := classOf(err)
	if !known {
		return unknown(err)
	}
	switch c {
	case busy:
		return engine.WaitFor(busyPause, "AWS is busy with it: %s", message(err))
	case denied:
		return &engine.Problem{Reason: ReasonAccessDenied, Err: Plain(err), Message: whyDenied(err)}
	case refused:
		return &engine.Problem{Reason: ReasonRefused, Terminal: true, Err: Plain(err), Message: "AWS refuses what the spec asks for: correct the spec"}
	case quota:
		return &engine.Problem{Reason: ReasonQuotaExceeded, Err: Plain(err), Message: "an AWS quota is used up; ask AWS to raise it or free something"}
	default:
		return unknown(err)
	}
}

// whyDenied tells a permission that is missing from credentials that AWS does not take.
func whyDenied(err error) string {
	switch Code(err) {
	case "AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredToken", "ExpiredTokenException", "SignatureDoesNotMatch":
		return "AWS does not take the manager's credentials: renew or correct them"
	default:
		return "AWS denied the call; see docs/iam.md for the permissions that the controller needs"
	}
}

// unknown is the problem of an error that says nothing of its cause. That AWS does not
// answer is told in the same words of all calls, as it is one trouble and not many.
func unknown(err error) *engine.Problem {
	problem := &engine.Problem{Reason: ReasonAWSError, Err: Plain(err), Message: "AWS answered with an error; the call is repeated"}
	var call *smithy.OperationError
	if isUnanswered(err) && errors.As(err, &call) && innermost(call) == call {
		problem.Message = "AWS does not answer; the call is repeated. If it stays, look at the way from the manager to AWS, and at the AWS Health Dashboard"
		problem.Err = &plain{text: network(err), cause: err}
	}
	return problem
}

// message is AWS's own sentence, without the SDK's frame around it.
func message(err error) string {
	var answer smithy.APIError
	if errors.As(err, &answer) {
		return answer.ErrorCode() + ": " + answer.ErrorMessage()
	}
	return err.Error()
}
