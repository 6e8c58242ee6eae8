package anypointsim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// What flexctl prints. Known are the sentences for a name that is taken and for scopes that
// are missing (MuleSoft's page on troubleshooting registrations); the others are written in
// the form of the first.
var (
	errNameTaken = facadeError(http.StatusBadRequest, "an active target with the same name already exists in this organization and environment")
	errScopes    = errors.New("rpc error: code = Internal desc = handler returned neither error nor response message")
	errInvalid   = facadeError(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"Client authentication failed"}`)
	errToken     = facadeError(http.StatusUnauthorized, "the registration token is invalid or has expired")
	errUnknown   = facadeError(http.StatusNotFound, "target not found")
)

func facadeError(status int, message string) error {
	return fmt.Errorf("reg facade call returned error response: HTTP/1.1 %d %s %s", status, http.StatusText(status), message)
}

// neededToRegister are the scopes that MuleSoft's documentation asks for.
func neededToRegister() []Scope { return []Scope{ReadServers, ManageServers, ViewOrganization} }

// Create implements platform.Platform. Assumption: an organization or an environment that
// the Connected App does not know is one in which it has no scopes.
func (s *Sim) Create(at time.Time, r platform.Registration) (file []byte, err error) {
	err = s.flexctl(at, opRegister, "flexctl", "registration create", func() error {
		file, err = s.register(at, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (s *Sim) register(at time.Time, r platform.Registration) ([]byte, error) {
	token, err := s.identify(at, r.By, r.Organization, r.Environment, neededToRegister()...)
	if err != nil {
		return nil, err
	}
	if r.Name == "" {
		return nil, facadeError(http.StatusBadRequest, "the name of the target is missing")
	}
	if slices.ContainsFunc(s.state.Gateways, func(g *gateway) bool {
		return g.Name == r.Name && g.Organization == token.Organization && g.Environment == token.Environment && !g.deleted(at)
	}) {
		return nil, errNameTaken
	}
	g := &gateway{
		ID: s.chance.uuid(), Organization: token.Organization, Environment: token.Environment, Name: r.Name,
		Plane: r.Plane, Local: !r.Connected, Updated: at,
	}
	file, err := s.issue(g, at)
	if err != nil {
		return nil, err
	}
	token.Used = true
	s.state.Gateways = append(s.state.Gateways, g)
	return file, nil
}

// issue makes a file with a new key and a new certificate.
func (s *Sim) issue(g *gateway, at time.Time) ([]byte, error) {
	chain, key, err := s.ca.issue(g.ID, placeOf(g.Plane).region, at)
	if err != nil {
		return nil, facadeError(http.StatusInternalServerError, err.Error())
	}
	return writeRegistration(g, chain, key), nil
}

// identify finds out where the credentials may do what needs these scopes. What it returns
// for a Connected App is a registration token as the app could have made it.
func (s *Sim) identify(at time.Time, by platform.Credentials, organization, environment string, needed ...Scope) (*registrationToken, error) {
	if by.Token != "" {
		token, ok := s.state.Registrations[by.Token]
		if !ok || token.Used || !at.Before(token.Expires) {
			return nil, errToken
		}
		return token, nil
	}
	app, ok := s.state.Apps[by.ClientID]
	if !ok || app.ClientSecret != by.ClientSecret {
		return nil, errInvalid
	}
	known := app.Organization == organization && slices.Contains(s.state.Organizations[organization], environment)
	if !known || app.lacks(environment, needed...) != "" {
		return nil, errScopes
	}
	return &registrationToken{ClientID: app.ClientID, Organization: organization, Environment: environment}, nil
}

// Renew implements platform.Platform. The certificate of the given file goes on being valid
// until it expires.
func (s *Sim) Renew(at time.Time, plane string, by platform.Credentials, file []byte) (renewed []byte, err error) {
	err = s.flexctl(at, opRenew, "flexctl", "registration renew", func() error {
		renewed, err = s.renew(at, plane, by, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	return renewed, nil
}

func (s *Sim) renew(at time.Time, plane string, by platform.Credentials, file []byte) ([]byte, error) {
	g, token, err := s.holder(at, by, file)
	if err != nil {
		return nil, err
	}
	moved := *g
	if plane != "" && placeOf(plane) == placeOf(g.Plane) {
		moved.Plane = plane // the same region at another URL
	}
	renewed, err := s.issue(&moved, at)
	if err == nil {
		token.Used, g.Updated = true, at
	}
	return renewed, err
}

// holder is the gateway of a file, if these credentials may manage it.
func (s *Sim) holder(at time.Time, by platform.Credentials, file []byte) (*gateway, *registrationToken, error) {
	g, _, err := s.holderOf(file)
	if err != nil {
		return nil, nil, err
	}
	token, err := s.identify(at, by, g.Organization, g.Environment, ManageServers)
	if err != nil {
		return nil, nil, err
	}
	if g.deleted(at) || token.Organization != g.Organization || token.Environment != g.Environment {
		return nil, nil, errUnknown
	}
	return g, token, nil
}

// Delete implements platform.Platform.
func (s *Sim) Delete(at time.Time, by platform.Credentials, file []byte) error {
	return s.flexctl(at, opUnregister, "flexctl", "registration delete", func() error {
		g, _, err := s.holder(at, by, file)
		if err != nil {
			return err
		}
		if no := s.dropGateway(g, at); no != nil {
			return facadeError(no.status, no.message)
		}
		return nil
	})
}

// flexctl does what is asked for by a container instead of by a client at the wire, with the
// same faults; those that only delay do not apply, because a container does not wait here.
func (s *Sim) flexctl(at time.Time, operation, method, path string, fn func() error) error {
	record := CallRecord{Time: at, Operation: operation, Method: method, Path: path}
	f := s.strike(operation, at)
	record.Fault = f.names
	err := f.refuses()
	if err == nil {
		s.do(at, func() { err = fn() })
		if err == nil {
			err = f.loses()
		}
	}
	if err != nil {
		record.Error = err.Error()
	}
	s.log.add(record)
	return err
}
