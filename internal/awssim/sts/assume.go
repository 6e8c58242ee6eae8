package sts

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"flexgw.io/controller/internal/awssim/core"
)

// defaultSession is how long a session lasts that does not say (AWS STS API reference).
const defaultSession = time.Hour

// AssumeRole gives temporary credentials of the role, in the role's own account.
func (s *Service) AssumeRole(_ *core.Call, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	session, err := s.assume(aws.ToString(in.RoleArn), aws.ToString(in.RoleSessionName), in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	return &sts.AssumeRoleOutput{AssumedRoleUser: session.user, Credentials: session.credentials}, nil
}

// AssumeRoleWithWebIdentity gives temporary credentials of the role to the bearer
// of a token. The token must look like a JWT; its signature and its times are not
// checked, for its issuer does not live by the simulated clock.
func (s *Service) AssumeRoleWithWebIdentity(_ *core.Call, in *sts.AssumeRoleWithWebIdentityInput) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	claims, err := parseToken(aws.ToString(in.WebIdentityToken))
	if err != nil {
		return nil, err
	}
	session, err := s.assume(aws.ToString(in.RoleArn), aws.ToString(in.RoleSessionName), in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	return &sts.AssumeRoleWithWebIdentityOutput{
		AssumedRoleUser:             session.user,
		Audience:                    aws.String(claims.audience()),
		Credentials:                 session.credentials,
		Provider:                    aws.String(strings.TrimPrefix(claims.Issuer, "https://")),
		SubjectFromWebIdentityToken: aws.String(claims.Subject),
	}, nil
}

type session struct {
	user        *types.AssumedRoleUser
	credentials *types.Credentials
}

func (s *Service) assume(roleARN, sessionName string, seconds *int32) (session, error) {
	r, err := parseRole(roleARN)
	if err != nil {
		return session{}, err
	}
	lasts := defaultSession
	if seconds != nil {
		lasts = time.Duration(*seconds) * time.Second
	}
	arn := "arn:" + r.partition + ":sts::" + r.account + ":assumed-role/" + r.name + "/" + sessionName
	if s.roleIDs[roleARN] == "" {
		s.roleIDs[roleARN] = "AROA" + strings.ToUpper(s.world.Hex(17))
	}
	id := s.roleIDs[roleARN] + ":" + sessionName
	s.userIDs[arn] = id
	key := "ASIA" + strings.ToUpper(s.world.Hex(16))
	s.callers[key] = Caller{Account: r.account, ARN: arn}
	return session{
		user: &types.AssumedRoleUser{Arn: aws.String(arn), AssumedRoleId: aws.String(id)},
		credentials: &types.Credentials{
			AccessKeyId:     aws.String(key),
			SecretAccessKey: aws.String(s.world.Letters(40)),
			SessionToken:    aws.String(s.world.Letters(120)),
			Expiration:      aws.Time(s.world.Now().Add(lasts)),
		},
	}, nil
}
