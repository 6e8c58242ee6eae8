package secretsmanager

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/awssim/core"
)

// Recovery windows, in days (API reference of DeleteSecret).
const (
	minWindow     = 7
	defaultWindow = 30
	maxWindow     = 30
)

// DeleteSecret schedules a secret for deletion after a recovery window, in which
// its name stays taken. With ForceDeleteWithoutRecovery it is gone at once, except
// that its name stays taken for core.SecretDeleteVisible; a secret that does not
// exist, or is scheduled already, is no error then.
func (s *Service) DeleteSecret(c *core.Call, in *sdk.DeleteSecretInput) (*sdk.DeleteSecretOutput, error) {
	force := aws.ToBool(in.ForceDeleteWithoutRecovery)
	days := int64(defaultWindow)
	if in.RecoveryWindowInDays != nil {
		days = *in.RecoveryWindowInDays
	}
	switch {
	case force && in.RecoveryWindowInDays != nil:
		return nil, core.Errorf(codeInvalidParameter, "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
	case days < minWindow || days > maxWindow:
		return nil, core.Errorf(codeInvalidParameter, "The RecoveryWindowInDays value must be between %d and %d days (inclusive).", minWindow, maxWindow)
	case force:
		return s.deleteAtOnce(c, in.SecretId), nil
	}
	sec, err := s.inUse(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	window := time.Duration(days) * 24 * time.Hour
	s.schedule(c.Scope, sec, window)
	return &sdk.DeleteSecretOutput{ARN: aws.String(sec.arn), Name: aws.String(sec.name), DeletionDate: aws.Time(sec.deleted.Add(window))}, nil
}

// deleteAtOnce deletes a secret without recovery.
func (s *Service) deleteAtOnce(c *core.Call, id *string) *sdk.DeleteSecretOutput {
	out := &sdk.DeleteSecretOutput{ARN: id, Name: id, DeletionDate: aws.Time(s.world.Now())}
	if sec, ok := s.find(c.Scope, aws.ToString(id)); ok {
		sec.end.Cancel()
		sec.forced = true
		s.schedule(c.Scope, sec, s.world.Delay(core.SecretDeleteVisible))
		out.ARN, out.Name = aws.String(sec.arn), aws.String(sec.name)
	}
	return out
}

// schedule lets the secret, with its name, end after a while.
func (s *Service) schedule(sc core.Scope, sec *secret, after time.Duration) {
	sec.deleted = s.world.Now()
	sec.end = s.world.After(after, func() { delete(*s.secrets.In(sc), sec.name) })
}

// RestoreSecret cancels the deletion of a secret. One that is not scheduled for
// deletion stays as it is.
func (s *Service) RestoreSecret(c *core.Call, in *sdk.RestoreSecretInput) (*sdk.RestoreSecretOutput, error) {
	sec, err := s.lookup(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	sec.end.Cancel()
	sec.end, sec.deleted = nil, time.Time{}
	return &sdk.RestoreSecretOutput{ARN: aws.String(sec.arn), Name: aws.String(sec.name)}, nil
}
