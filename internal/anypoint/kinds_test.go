package anypoint_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"flexgw.io/controller/internal/anypoint"
)

func TestAnswersHaveKinds(t *testing.T) {
	const html = "<!DOCTYPE html><html>Log in to the proxy as admin:hunter2</html>"
	for _, test := range []struct {
		name         string
		status       int
		body         string
		kind         anypoint.Kind
		code, saying string
	}{
		{"credentials", 401, `{"error":"invalid_token","message":"bad token"}`, anypoint.KindCredentials, "invalid_token", "bad token"},
		{"Unauthorized in plain text", 401, "Unauthorized", anypoint.KindCredentials, "", ""},
		{"a missing scope", 403, `{"name":"ForbiddenError","message":"You may not"}`, anypoint.KindForbidden, "ForbiddenError", "You may not"},
		{"unknown", 404, `{"error":"Not Found","message":"Resource not found"}`, anypoint.KindNotFound, "", "Resource not found"},
		{"there already", 409, `conflict executing operation`, anypoint.KindConflict, "", ""},
		{"not ready, by name", 400, `{"name":"GatewayNotReadyError","message":"starting"}`, anypoint.KindNotReady, "GatewayNotReadyError", "starting"},
		{"not ready, in a list", 400, `{"errors":[{"type":"x"},{"type":"GatewayNotReadyError","message":"starting"}]}`, anypoint.KindNotReady, "GatewayNotReadyError", "starting"},
		{"not ready, in the sentence", 400, `{"message":"GatewayNotReadyError: starting"}`, anypoint.KindNotReady, "GatewayNotReadyError", "GatewayNotReadyError: starting"},
		{"refused", 400, `{"errors":[{"type":"object","keyword":"required","message":"should have spec"}]}`, anypoint.KindInvalid, "object", "should have spec"},
		{"refused with a number for a code", 422, `{"code":1007,"message":"no"}`, anypoint.KindInvalid, "1007", "no"},
		{"refused without a word", 400, ``, anypoint.KindInvalid, "", ""},
		{"the server fails", 500, `{"message":"boom"}`, anypoint.KindServer, "", "boom"},
		{"the load balancer fails", 503, html, anypoint.KindServer, "", "a page instead of an answer"},
		{"a page says 404", 404, html, anypoint.KindNonsense, "", "a page instead of an answer"},
		{"a page says 403", 403, html, anypoint.KindNonsense, "", "a page instead of an answer"},
		{"a page says 200", 200, html, anypoint.KindNonsense, "", "a page instead of an answer"},
		{"half an answer", 200, `{"content":[{"id":"hunter2`, anypoint.KindNonsense, "", "not the JSON"},
		{"an empty answer", 200, ``, anypoint.KindNonsense, "", "not the JSON"},
		{"another answer", 200, `{"hunter2":1}`, anypoint.KindNonsense, "", "no content"},
		{"a redirect without a place", 302, ``, anypoint.KindNonsense, "", "redirect"},
		{"an endless answer", 200, `{"content":[],"x":"` + strings.Repeat("hunter2", 1<<20) + `"}`, anypoint.KindNonsense, "", "too long"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}).client(t)
			_, err := client.Gateways(t.Context(), env)
			var e *anypoint.Error
			if !errors.As(err, &e) {
				t.Fatalf("Gateways() = %v, want an *Error", err)
			}
			if e.Kind != test.kind || e.Code != test.code || !strings.Contains(e.Message, test.saying) || (test.saying == "" && e.Message != "") {
				t.Errorf("the error is %v, code %q, message %q; want %v, %q, %q", e.Kind, e.Code, e.Message, test.kind, test.code, test.saying)
			}
			if e.Status != test.status || e.Operation != anypoint.OperationListGateways {
				t.Errorf("the error is of %s with %d, want ListGateways with %d", e.Operation, e.Status, test.status)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error tells the body: %v", err)
			}
		})
	}
}

// A login page that a proxy sends with 200 deletes nothing.
func TestAPageIsNoSuccess(t *testing.T) {
	client := newPlane(t).issuesTokens().on("/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>hello</html>")
	}).client(t)
	wantKind(t, client.DeleteGateway(t.Context(), env, "g"), anypoint.KindNonsense)
	wantKind(t, client.PublishAsset(t.Context(), ref, "Health", "https://example.internal", "v1"), anypoint.KindNonsense)
}

func TestMessagesHaveNoSecretsAndOneLine(t *testing.T) {
	said := "no " + secret + " and token-1,\n Authorization: Bearer eyJhbGciOi.x.y \t" + strings.Repeat("é", 300)
	client := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 400, map[string]any{"message": said, "code": "code of " + secret}).client(t)
	_, err := client.Gateways(t.Context(), env)
	text := err.Error()
	for _, hidden := range []string{secret, "token-1", "eyJ", "\n", "\t"} {
		if strings.Contains(text, hidden) {
			t.Errorf("the error has %q in it: %s", hidden, text)
		}
	}
	if !strings.Contains(text, "no (secret) and (secret), Authorization: Bearer (secret)") || !strings.HasSuffix(text, "é…") || len([]rune(text)) > 300 {
		t.Errorf("the error is %q", text)
	}
}

func TestUnknownFieldsAndStatesAreNoErrors(t *testing.T) {
	client := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, map[string]any{"content": []any{
		map[string]any{"id": 42, "name": nil, "status": "HIBERNATING", "lastUpdate": 1764064800000, "moon": true, "replicas": []any{
			map[string]any{"status": "CONNECTED", "count": "3", "certificateExpirationDates": []any{"soon", nil, "2028-11-25T10:00:00"}},
			map[string]any{"status": "DREAMING", "count": 7},
		}},
		map[string]any{"name": "no id"},
	}}).client(t)
	got, err := client.Gateways(t.Context(), env)
	if err != nil || len(got) != 1 {
		t.Fatalf("Gateways() = %v, %v; want one", got, err)
	}
	g := got[0]
	if g.ID != "42" || g.Status != "HIBERNATING" || g.Connected != 3 || g.Disconnected != 0 || !g.LastUpdate.Equal(day(2025, 11, 25, 10)) ||
		len(g.CertificateExpirations) != 1 || !g.CertificateExpirations[0].Equal(day(2028, 11, 25, 10)) {
		t.Errorf("Gateways() = %+v", g)
	}
}
