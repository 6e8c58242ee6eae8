package anypoint_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"flexgw.io/controller/internal/anypoint"
)

// served answers every request but those for tokens with a status and a body.
type served struct {
	status int
	body   string
}

// RoundTrip implements http.RoundTripper.
func (s served) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
		_, _ = io.WriteString(w, `{"access_token":"the-token","expires_in":3600}`)
		return w.Result(), nil
	}
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.body)
	return w.Result(), nil
}

// FuzzAnswers reads whatever Anypoint, or something on the way to it, may answer. Every
// call succeeds or has an error of a kind, which is one line without secrets.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		"", "null", "[]", "{}", "<html>", `{"content":null}`, `{"content":[null]}`, `{"content":[{"id":{}}]}`, `{"content":[{"id":1e400}]}`,
		`{"content":[{"id":"g","lastUpdate":-1,"replicas":[{"status":"CONNECTED","count":1e300,"certificateExpirationDates":[9e18]}]}]}`,
		`{"assets":[{"apis":[null]}]}`, `{"id":9999999999999999999}`, `{"id":-1}`, `{"errors":[{"errors":[{"errors":[]}]}]}`,
		`{"message":"Bearer the-token and ` + secret + `\u2028\n"}`, `{"error":{"a":1}}`, "\xff\xfe", `{"message":"\ud800"}`,
	} {
		for _, status := range []int{200, 204, 301, 400, 401, 404, 429, 503, 999} {
			f.Add(status, body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 999 {
			t.Skip("net/http makes no such answers")
		}
		platform := anypoint.NewPlatform(anypoint.Options{HTTP: &http.Client{Transport: served{status, body}}, CallsPerSecond: 1e6})
		client := clientOf(t, platform, "US", app)
		_, listed := client.Gateways(t.Context(), env)
		_, replicas := client.Replicas(t.Context(), env, gatewayID)
		_, asset := client.Asset(t.Context(), ref)
		_, found := client.FindAPIInstances(t.Context(), env, "a", "l")
		_, got := client.APIInstance(t.Context(), env, 1)
		_, created := client.CreateAPIInstance(t.Context(), env, spec)
		for _, err := range []error{listed, replicas, asset, found, got, created, client.DeleteGateway(t.Context(), env, gatewayID)} {
			checkError(t, err)
		}
	})
}

// checkError asserts what holds for every error of a call that was answered.
func checkError(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if anypoint.KindOf(err) == 0 || anypoint.Classify(err) == nil {
		t.Errorf("an error without a kind: %v", err)
	}
	text := err.Error()
	if strings.Contains(text, secret) || strings.Contains(text, "the-token") {
		t.Errorf("an error with a secret: %q", text)
	}
	if strings.ContainsFunc(text, unicode.IsControl) || len([]rune(text)) > 600 {
		t.Errorf("an error that is no line: %q", text)
	}
}
