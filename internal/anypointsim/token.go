package anypointsim

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// tokenRequest is what a Connected App sends for an access token, in JSON or as a form.
type tokenRequest struct {
	GrantType    string `json:"grant_type"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

func parseTokenRequest(c *call) (tokenRequest, bool) {
	var in tokenRequest
	if kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err == nil && kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(c.body))
		return tokenRequest{form.Get("grant_type"), form.Get("client_id"), form.Get("client_secret")}, err == nil
	}
	err := json.Unmarshal(c.body, &in)
	return in, err == nil
}

// createToken is the OAuth 2.0 client credentials grant of Access Management.
func (s *Sim) createToken(c *call) (answer, *refusal) {
	in, ok := parseTokenRequest(c)
	if !ok {
		return answer{}, refusef(http.StatusBadRequest, "invalid_request", "the body is neither JSON nor a form")
	}
	if in.GrantType != "client_credentials" {
		return answer{}, refusef(http.StatusBadRequest, "unsupported_grant_type", "the simulator knows client_credentials only")
	}
	app, ok := s.state.Apps[in.ClientID]
	if !ok || app.ClientSecret != in.ClientSecret {
		return answer{}, refusef(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	}
	c.app = app
	token := s.chance.uuid()
	s.state.Bearers[token] = bearer{ClientID: app.ClientID, Expires: c.now.Add(s.delays.Token)}
	return answer{http.StatusOK, map[string]any{
		"access_token": token, "token_type": "bearer", "expires_in": int(s.delays.Token / time.Second),
	}}, nil
}

// createRegistrationToken makes a token that registers one gateway.
func (s *Sim) createRegistrationToken(c *call) (answer, *refusal) {
	token := s.chance.uuid()
	s.state.Registrations[token] = &registrationToken{
		ClientID: c.app.ClientID, Organization: c.org, Environment: c.env, Expires: c.now.Add(s.delays.Registration),
	}
	return answer{http.StatusOK, map[string]string{"registrationToken": token}}, nil
}

// RevokeTokens makes the platform refuse all access tokens that it has given out.
func (s *Sim) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.state.Bearers)
}
