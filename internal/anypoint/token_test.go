package anypoint

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestATokenIsFetchedOnceAndGatewaysAreListed(t *testing.T) {
	tokens := 0
	mux := http.NewServeMux()
	mux.HandleFunc("POST /accounts/api/v2/oauth2/token", func(w http.ResponseWriter, _ *http.Request) {
		tokens++
		_, _ = w.Write([]byte(`{"access_token":"t","expires_in":3600}`))
	})
	mux.HandleFunc("GET /standalone/api/v1/organizations/o/environments/e/gateways", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer t" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write([]byte(`{"content":[{"id":"g","name":"edge","status":"CONNECTED"},{"id":"h","name":"edge","status":"DELETED"}]}`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	client, err := NewPlatform(Options{Endpoint: server.URL}).Client("US", Credentials{ClientID: "id", ClientSecret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		gateways, err := client.Gateways(t.Context(), Environment{Organization: "o", ID: "e"})
		if err != nil || len(gateways) != 1 || gateways[0].ID != "g" {
			t.Fatalf("Gateways() = %v, %v; want g without the tombstone", gateways, err)
		}
	}
	if tokens != 1 {
		t.Errorf("%d tokens were fetched, want 1", tokens)
	}
}
