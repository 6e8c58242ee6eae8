package ec2

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/core"
)

func vpcNotFound(id string) error {
	return core.Errorf("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", id)
}

func subnetNotFound(id string) error {
	return core.Errorf("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", id)
}

func interfaceNotFound(id string) error {
	return core.Errorf("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist", id)
}

func ruleNotFound(id string) error {
	return core.Errorf("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist", id)
}

func groupNotFound(id string) error {
	if !strings.HasPrefix(id, "sg-") {
		return core.Errorf("InvalidGroupId.Malformed", `Invalid id: "%s" (expecting "sg-...")`, id)
	}
	return core.Errorf("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
}

func invalidValue(format string, args ...any) error {
	return core.Errorf("InvalidParameterValue", format, args...)
}

func missingParameter(name string) error {
	return core.Errorf("MissingParameter", "The request must contain the parameter %s", name)
}

// dryRun answers a call that asks only whether it would be allowed. EC2 says so
// with an error whose status is 412.
func dryRun(flag *bool) error {
	if !aws.ToBool(flag) {
		return nil
	}
	return core.Errorf("DryRunOperation", "Request would have succeeded, but DryRun flag is set.").
		WithStatus(http.StatusPreconditionFailed)
}
