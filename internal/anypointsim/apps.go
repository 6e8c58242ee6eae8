package anypointsim

import (
	"fmt"
	"slices"
)

// What the demo and tests find in a platform that was not made bare: an organization with
// one environment, and a Connected App with all scopes that the controller asks for.
const (
	// DemoOrganization is the organization's id.
	DemoOrganization = "7f0c5e2a-3b1d-4c6e-9a84-d15e0fa2b3c4"
	// DemoEnvironment is the id of its environment.
	DemoEnvironment = "2b9d4f61-8e07-4d35-b6a2-90c1e7f53d48"
	// DemoClientID is the client id of its Connected App.
	DemoClientID = "d3m0c0ffee5e4f7a9b1c2d3e4f506172"
	// DemoClientSecret is the secret of the same. It opens nothing but a simulator.
	DemoClientSecret = "s1mu1at3d5ecre70f7h3d3m0a99e5e7f"
)

// Scope is what a Connected App may do, by the platform's ids (mulesoft/terraform-provider-anypoint,
// internal/constants/scopes.go).
type Scope string

// The scopes that the platform asks for here, with their names in Access Management.
const (
	ViewOrganization Scope = "read:organization"        // View Organization
	ReadServers      Scope = "read:servers"             // Read Servers
	ManageServers    Scope = "manage:servers"           // Manage Servers
	ViewAPIs         Scope = "read:api_configuration"   // View APIs Configuration
	ManageAPIs       Scope = "manage:api_configuration" // Manage APIs Configuration
	DeployProxies    Scope = "manage:api_proxies"       // Deploy API Proxies
	ViewExchange     Scope = "read:exchange"            // Exchange Viewer
	CreateExchange   Scope = "create:exchange"          // Exchange Contributor
)

// scopes are all that the platform asks for; those of Exchange and ViewOrganization belong
// to the organization, the others to an environment.
func scopes() []Scope {
	return []Scope{ViewOrganization, ReadServers, ManageServers, ViewAPIs, ManageAPIs, DeployProxies, ViewExchange, CreateExchange}
}

func (s Scope) ofOrganization() bool {
	return s == ViewOrganization || s == ViewExchange || s == CreateExchange
}

// Grant is a scope in one environment, or in the organization where Environment is empty.
type Grant struct {
	Scope       Scope  `json:"scope"`
	Environment string `json:"environment,omitempty"`
}

// GrantAll are all scopes that the platform asks for, in one environment.
func GrantAll(environment string) []Grant {
	var list []Grant
	for _, scope := range scopes() {
		g := Grant{Scope: scope}
		if !scope.ofOrganization() {
			g.Environment = environment
		}
		list = append(list, g)
	}
	return list
}

// App is a Connected App that acts on its own behalf (client credentials).
type App struct {
	ClientID     string  `json:"clientId"`
	ClientSecret string  `json:"clientSecret"`
	Organization string  `json:"organization"`
	Grants       []Grant `json:"grants"`
}

// may tells whether the app has the scope, in this environment where it belongs to one.
func (a *App) may(scope Scope, environment string) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Scope == scope && (scope.ofOrganization() || g.Environment == environment)
	})
}

// lacks is the first of the scopes that the app does not have, or empty.
func (a *App) lacks(environment string, needed ...Scope) Scope {
	for _, scope := range needed {
		if !a.may(scope, environment) {
			return scope
		}
	}
	return ""
}

// PutOrganization makes an organization, or adds environments to one.
func (s *Sim) PutOrganization(id string, environments ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.state.Organizations[id]
	for _, e := range environments {
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	s.state.Organizations[id] = list
}

// PutApp makes a Connected App, or replaces the one with its client id. Access tokens that
// were given out before go on with its new scopes.
func (s *Sim) PutApp(a App) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.ClientID == "" || a.ClientSecret == "" {
		return fmt.Errorf("a Connected App needs a client id and a secret")
	}
	if _, ok := s.state.Organizations[a.Organization]; !ok {
		return fmt.Errorf("there is no organization %q", a.Organization)
	}
	for _, g := range a.Grants {
		if !slices.Contains(scopes(), g.Scope) {
			return fmt.Errorf("there is no scope %q: the scopes are %v", g.Scope, scopes())
		}
	}
	a.Grants = slices.Clone(a.Grants)
	s.state.Apps[a.ClientID] = &a
	return nil
}

// DeleteApp deletes a Connected App; its tokens are refused from then on. False where
// there is none.
func (s *Sim) DeleteApp(clientID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.state.Apps[clientID]
	delete(s.state.Apps, clientID)
	return ok
}
