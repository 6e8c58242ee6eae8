package contract

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"flexgw.io/controller/internal/anypoint"
)

const gateways = "/standalone/api/v1/organizations/o/environments/e/gateways"

func TestTheContractNamesWhatIsWrong(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, method, path, body string
		without                  string
		status                   int
		answer                   string
		want                     string
	}{
		{name: "nothing", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", status: 200, answer: `{"content":[]}`},
		{name: "a refusal without a body", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", status: 401},
		{name: "a path that is not used", method: "GET", path: "/accounts/api/me", want: "no matching operation"},
		{name: "a page that is too large", method: "GET", path: gateways + "?pageSize=200&pageNumber=0", want: "pageSize"},
		{name: "no token", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", without: "Authorization", want: "no bearer token"},
		{name: "no environment in the headers", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", without: "X-ANYPNT-ENV-ID", want: "X-ANYPNT-ENV-ID"},
		{name: "a gateway without an id", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", status: 200, answer: `{"content":[{"name":"g"}]}`, want: "answer"},
		{name: "a list without content", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", status: 200, answer: `{}`, want: "content"},
		{name: "an empty list", method: "GET", path: gateways + "?pageSize=100&pageNumber=0", status: 200, want: "answer"},
		{name: "a key that nobody knows", method: "POST", path: "/accounts/api/v2/oauth2/token", status: 200, answer: `{"access_token":"t"}`, body: `{"grant_type":"client_credentials","client_id":"i","client_secret":"s","scope":"all"}`, want: "scope"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil)
			for name, value := range map[string]string{"Authorization": "Bearer t", "X-ANYPNT-ORG-ID": "o", "X-ANYPNT-ENV-ID": "e", "Content-Type": "application/json"} {
				if name != test.without {
					r.Header.Set(name, value)
				}
			}
			_, err := c.Check(t.Context(), Exchange{
				Request: r, RequestBody: []byte(test.body), Status: test.status, Body: []byte(test.answer),
				Header: http.Header{"Content-Type": {"application/json"}},
			})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("Check() = %v, want something with %q", err, test.want)
			}
		})
	}
}

func TestEveryOperationSaysItsSource(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range c.description.Paths.Map() {
		for method, operation := range item.Operations() {
			if !strings.Contains(operation.Description, "TFP") && !strings.Contains(operation.Description, "DX") && !strings.Contains(operation.Description, "DOCS") {
				t.Errorf("%s %s names no source", method, path)
			}
			if operation.OperationID != anypoint.OperationToken && len(anypoint.Scopes(operation.OperationID)) == 0 {
				t.Errorf("%s is not an operation of the client, or its scopes are missing", operation.OperationID)
			}
		}
	}
}
