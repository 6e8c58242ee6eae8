package iam

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"flexgw.io/controller/internal/awssim/core"
)

// serviceLinkedRoles are the names of the service-linked roles of the services
// that the simulation knows (IAM user guide, "AWS services that work with IAM").
var serviceLinkedRoles = map[string]string{
	"ecs.amazonaws.com":                         "AWSServiceRoleForECS",
	"elasticloadbalancing.amazonaws.com":        "AWSServiceRoleForElasticLoadBalancing",
	"elasticfilesystem.amazonaws.com":           "AWSServiceRoleForAmazonElasticFileSystem",
	"ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
	"backup.amazonaws.com":                      "AWSServiceRoleForBackup",
}

// CreateServiceLinkedRole makes the role of a service, which nobody but the
// service can change.
func (s *Service) CreateServiceLinkedRole(c *core.Call, in *sdk.CreateServiceLinkedRoleInput) (*sdk.CreateServiceLinkedRoleOutput, error) {
	service := aws.ToString(in.AWSServiceName)
	name, ok := serviceLinkedRoles[service]
	if !ok {
		return nil, core.Errorf("InvalidInput", "Service %s does not have a service-linked role that is simulated.", service)
	}
	if in.CustomSuffix != nil {
		return nil, core.Errorf("InvalidInput", "Custom suffix is not allowed for %s", service)
	}
	path := serviceRolePath + service + "/"
	if s.RoleExists(c.Account, roleARN(c, path, name)) {
		return nil, core.Errorf("InvalidInput", "Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	trust, err := s.parseTrust(c.Account, fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":[%q]},"Action":["sts:AssumeRole"]}]}`, service))
	if err != nil {
		return nil, err
	}
	r := s.newRole(c, path, name, trust)
	r.serviceLinked, r.description = true, aws.ToString(in.Description)
	return &sdk.CreateServiceLinkedRoleOutput{Role: r.describe()}, nil
}
