package anypoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	// tokenMargin is how long before its end a token is not used any more.
	tokenMargin = time.Minute
	// tokenLife is that of a token of which Anypoint does not say it.
	tokenLife = 10 * time.Minute
	// refusalLife is how long a refused secret is not tried again. A new secret is another
	// session and is tried at once.
	refusalLife = time.Minute
)

// token is an access token, until the moment from which on it is not used.
type token struct {
	value string
	until time.Time
}

// refusal is that the credentials were refused, until the moment of the next try.
type refusal struct {
	err   error
	until time.Time
}

// accessToken is a token that is good for a while. Callers that need one at the same time
// share one call.
func (s *session) accessToken(ctx context.Context) (string, error) {
	if value, err := s.knownToken(); value != "" || err != nil {
		return value, err
	}
	value, err := shared(ctx, &s.flights, "token", s.timeout+2*longestPace, func(ctx context.Context) (string, error) {
		// Another flight may have ended between the look above and this one.
		if value, err := s.knownToken(); value != "" || err != nil {
			return value, err
		}
		return s.fetchToken(ctx)
	})
	if err != nil && KindOf(err) == 0 {
		return "", fmt.Errorf("anypoint: %s: %w", OperationToken, err)
	}
	return value, err
}

func (s *session) knownToken() (string, error) {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused.err != nil && now.Before(s.refused.until) {
		return "", s.refused.err
	}
	if s.token.value != "" && now.Before(s.token.until) {
		return s.token.value, nil
	}
	return "", nil
}

// forgetToken drops a token that Anypoint has refused, unless there is a newer one.
func (s *session) forgetToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.value == value {
		s.token = token{}
	}
}

// fetchToken asks for a token and remembers it, or that the credentials are refused.
func (s *session) fetchToken(ctx context.Context) (string, error) {
	asked := s.clock.Now()
	var answer struct {
		AccessToken string  `json:"access_token"`
		ExpiresIn   integer `json:"expires_in"`
	}
	err := s.send(ctx, call{
		operation: OperationToken, method: http.MethodPost, path: []string{"accounts", "api", "v2", "oauth2", "token"},
		body: tokenRequest{GrantType: "client_credentials", ClientID: s.by.ClientID, ClientSecret: s.by.ClientSecret},
		out:  &answer,
	}, "")
	if err == nil && answer.AccessToken == "" {
		err = &Error{Kind: KindNonsense, Status: http.StatusOK, Operation: OperationToken, Message: "the answer has no access token"}
	}
	if err != nil {
		return "", s.tokenRefused(err)
	}
	life := time.Duration(answer.ExpiresIn) * time.Second
	if life <= 0 {
		life = tokenLife
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// A token that lives shorter than two margins is used for half of its life.
	s.token = token{value: answer.AccessToken, until: asked.Add(max(life-tokenMargin, life/2))}
	s.refused = refusal{}
	return answer.AccessToken, nil
}

// tokenRefused sorts the errors of the token endpoint: any refusal there is one of the
// credentials, and is remembered.
func (s *session) tokenRefused(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Kind == KindForbidden || (e.Kind == KindInvalid && refusalCodes[e.Code]) {
		e.Kind = KindCredentials
	}
	if e.Kind == KindCredentials {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.refused = refusal{err: e, until: s.clock.Now().Add(refusalLife)}
	}
	return err
}

// refusalCodes are the codes of RFC 6749, section 5.2, that mean the credentials.
var refusalCodes = map[string]bool{"invalid_client": true, "unauthorized_client": true, "invalid_grant": true}

// tokenRequest is the only body that has the secret in it.
type tokenRequest struct {
	GrantType    string `json:"grant_type"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}
