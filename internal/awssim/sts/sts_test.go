package sts

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

func newService(t *testing.T) (*core.World, *Service) {
	t.Helper()
	w := core.NewWorld(clock.Real{}, 1)
	t.Cleanup(w.Close)
	return w, New(w)
}

func TestAnAssumedRoleIsTheCallerOfItsKeysInItsOwnAccount(t *testing.T) {
	w, s := newService(t)
	w.Do(func() {
		out, err := s.AssumeRole(&core.Call{}, &sts.AssumeRoleInput{
			RoleArn:         aws.String("arn:aws:iam::222222222222:role/ops/controller"),
			RoleSessionName: aws.String("flexgw"),
		})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := s.Caller(aws.ToString(out.Credentials.AccessKeyId))
		want := Caller{Account: "222222222222", ARN: "arn:aws:sts::222222222222:assumed-role/controller/flexgw"}
		if !ok || got != want {
			t.Fatalf("Caller = %v, %v, want %v", got, ok, want)
		}
		if lasts := time.Until(*out.Credentials.Expiration); lasts < 59*time.Minute || lasts > time.Hour {
			t.Errorf("the session lasts %v, want an hour", lasts)
		}
		who, err := s.GetCallerIdentity(&core.Call{Scope: core.Scope{Account: got.Account}, Principal: got.ARN}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(aws.ToString(out.AssumedRoleUser.AssumedRoleId), aws.ToString(who.UserId)); diff != "" {
			t.Errorf("UserId (-assumed +identity):\n%s", diff)
		}
	})
}

func TestWhatIsNotARoleCannotBeAssumed(t *testing.T) {
	w, s := newService(t)
	for _, arn := range []string{"flexgw-controller-role", "arn:aws:iam::222222222222:user/somebody", "arn:aws:iam::2:role/short", "arn:aws:iam::222222222222:role/"} {
		t.Run(arn, func(t *testing.T) {
			w.Do(func() {
				_, err := s.AssumeRole(&core.Call{}, &sts.AssumeRoleInput{RoleArn: aws.String(arn), RoleSessionName: aws.String("x")})
				wantCode(t, err, "ValidationError")
			})
		})
	}
}

func TestAWebIdentityTokenNamesItsSubjectAndIssuer(t *testing.T) {
	w, s := newService(t)
	payload := `{"iss":"https://oidc.example","sub":"system:serviceaccount:flexgw:manager","aud":["sts.amazonaws.com"]}`
	token := "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
	w.Do(func() {
		out, err := s.AssumeRoleWithWebIdentity(&core.Call{}, &sts.AssumeRoleWithWebIdentityInput{
			RoleArn:          aws.String("arn:aws:iam::123456789012:role/controller"),
			RoleSessionName:  aws.String("x"),
			WebIdentityToken: aws.String(token),
		})
		if err != nil {
			t.Fatal(err)
		}
		got := []string{aws.ToString(out.Provider), aws.ToString(out.SubjectFromWebIdentityToken), aws.ToString(out.Audience)}
		want := []string{"oidc.example", "system:serviceaccount:flexgw:manager", "sts.amazonaws.com"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("claims (-want +got):\n%s", diff)
		}
	})
}

func TestATokenThatIsNotAJWTIsRefused(t *testing.T) {
	w, s := newService(t)
	for _, token := range []string{"", "opaque", "a.b", "e30.***.c2ln", "e30." + strings.Repeat("A", 8) + ".c2ln"} {
		t.Run(token, func(t *testing.T) {
			w.Do(func() {
				_, err := s.AssumeRoleWithWebIdentity(&core.Call{}, &sts.AssumeRoleWithWebIdentityInput{
					RoleArn: aws.String("arn:aws:iam::123456789012:role/controller"), RoleSessionName: aws.String("x"), WebIdentityToken: aws.String(token),
				})
				wantCode(t, err, "InvalidIdentityToken")
			})
		})
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refusal *core.Error
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("error = %v, want %s", err, code)
	}
}
