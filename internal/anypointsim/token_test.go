package anypointsim

import (
	"strings"
	"testing"
	"time"
)

func TestATokenIsGivenForTheRightCredentialsOnly(t *testing.T) {
	const jsonBody, form = "application/json", "application/x-www-form-urlencoded"
	right := `{"grant_type":"client_credentials","client_id":"` + DemoClientID + `","client_secret":"` + DemoClientSecret + `"}`
	tests := []struct {
		name, kind, body string
		status           int
		says             string
	}{
		{"JSON", jsonBody, right, 200, `"token_type":"bearer"`},
		{"a form", form, "grant_type=client_credentials&client_id=" + DemoClientID + "&client_secret=" + DemoClientSecret, 200, `"expires_in":3600`},
		{"a wrong secret", jsonBody, strings.Replace(right, DemoClientSecret, "x", 1), 401, `"error":"invalid_client"`},
		{"an unknown client", jsonBody, strings.Replace(right, DemoClientID, "x", 1), 401, `"error":"invalid_client"`},
		{"another grant", jsonBody, strings.Replace(right, "client_credentials", "password", 1), 400, `"error":"unsupported_grant_type"`},
		{"no JSON", jsonBody, "grant_type=client_credentials", 400, `"error":"invalid_request"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			response, text, err := l.send("POST", "/accounts/api/v2/oauth2/token", test.body, map[string]string{"Content-Type": test.kind})
			if err != nil || response.StatusCode != test.status || !strings.Contains(text, test.says) {
				t.Errorf("status %v, body %s, error %v; want %d with %s", response.StatusCode, text, err, test.status, test.says)
			}
		})
	}
}

func TestATokenOpensEverythingUntilItExpires(t *testing.T) {
	l := newLab(t)
	l.clock.step(time.Hour - time.Second)
	l.want(200, "GET", gatewaysPath, "")
	l.clock.step(time.Second)
	l.want(401, "GET", gatewaysPath, "")
	l.token = l.login(DemoClientID, DemoClientSecret)
	l.want(200, "GET", gatewaysPath, "")
	l.sim.RevokeTokens()
	l.want(401, "GET", gatewaysPath, "")
	for _, path := range []string{apisPath, "/exchange/api/v2/assets/g/a/1.0.0", proxiesPath + "/1/deployments"} {
		l.want(401, "GET", path, "")
	}
	l.token = ""
	l.want(401, "GET", gatewaysPath, "")
}

func TestWhoLacksAScopeIsToldWhich(t *testing.T) {
	tests := []struct {
		scope        Scope
		method, path string
	}{
		{ReadServers, "GET", gatewaysPath},
		{ReadServers, "GET", gatewaysPath + "/x/replicas"},
		{ManageServers, "DELETE", gatewaysPath + "/x"},
		{ManageServers, "POST", strings.TrimSuffix(gatewaysPath, "s") + "tokens"},
		{ViewAPIs, "GET", apisPath},
		{ManageAPIs, "POST", xapisPath},
		{DeployProxies, "POST", proxiesPath + "/1/deployments"},
		{ViewExchange, "GET", "/exchange/api/v2/assets/g/a/1.0.0"},
		{CreateExchange, "DELETE", "/exchange/api/v2/assets/g/a/1.0.0"},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			l := newLab(t)
			var grants []Grant
			for _, g := range GrantAll(DemoEnvironment) {
				if g.Scope != test.scope {
					grants = append(grants, g)
				}
			}
			grants = append(grants, Grant{Scope: test.scope, Environment: "another"})
			if test.scope.ofOrganization() {
				grants = grants[:len(grants)-1]
			}
			if err := l.sim.PutApp(App{ClientID: "poor", ClientSecret: "s", Organization: DemoOrganization, Grants: grants}); err != nil {
				t.Fatal(err)
			}
			l.token = l.login("poor", "s")
			if o := l.want(403, test.method, test.path, "{}"); !strings.Contains(o.text("message"), string(test.scope)) {
				t.Errorf("answer %v, want the name of %s", o, test.scope)
			}
		})
	}
}

func TestForeignAndUnknownPlacesAreRefused(t *testing.T) {
	l := newLab(t)
	l.sim.PutOrganization("other", "e")
	tests := []struct {
		name, method, path string
		status             int
	}{
		{"another organization", "GET", "/standalone/api/v1/organizations/other/environments/e/gateways", 403},
		{"an unknown organization", "GET", "/standalone/api/v1/organizations/none/environments/e/gateways", 403},
		{"an unknown environment", "GET", "/standalone/api/v1/organizations/" + DemoOrganization + "/environments/none/gateways", 404},
		{"an unknown path", "GET", "/cloudhub/api/applications", 404},
		{"a method that a path does not have", "PUT", gatewaysPath, 405},
		{"the xapi of one API, which can be changed only", "GET", xapisPath + "/1", 405},
		{"deleting at the path of publishing", "DELETE", "/exchange/api/v2/organizations/" + DemoOrganization + "/assets/g/a/1.0.0", 405},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if o := (&lab{T: t, url: l.url, token: l.token}).want(test.status, test.method, test.path, ""); o.text("message") == "" {
				t.Errorf("answer %v, want a message", o)
			}
		})
	}
}
