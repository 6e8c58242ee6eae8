package sts

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"flexgw.io/controller/internal/awssim/core"
)

// GetCallerIdentity says who calls.
func (s *Service) GetCallerIdentity(c *core.Call, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{
		Account: aws.String(c.Account),
		Arn:     aws.String(c.Principal),
		UserId:  aws.String(s.userID(c.Account, c.Principal)),
	}, nil
}
