package anypoint_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypoint/contract"
)

var (
	ref  = anypoint.AssetRef{Group: org, Asset: "health", Version: "1.0.0"}
	spec = anypoint.APIInstanceSpec{
		Asset: ref, Label: "edge", Port: 8081, BasePath: "/health", Upstream: "https://example.internal",
		GatewayID: gatewayID, GatewayName: "edge", GatewayVersion: "1.12.3",
	}
)

// wireInstance is an instance as API Manager sends it.
func wireInstance(id int) map[string]any {
	return map[string]any{
		"id": id, "instanceLabel": "edge", "groupId": org, "assetId": "health", "assetVersion": "1.0.0", "status": "active", "technology": "flexGateway",
		"endpoint":   map[string]any{"proxyUri": "http://0.0.0.0:8081/health", "uri": nil, "deploymentType": "HY"},
		"deployment": map[string]any{"id": 5, "targetId": gatewayID, "targetName": "edge", "gatewayVersion": "1.12.3", "expectedStatus": "deployed", "type": "HY"},
		"routing":    []any{map[string]any{"label": "route", "upstreams": []any{map[string]any{"id": "u-1", "weight": 100, "uri": "https://example.internal", "label": "upstream"}}}},
	}
}

var instance = anypoint.APIInstance{
	ID: 123, Label: "edge", ProxyURI: "http://0.0.0.0:8081/health", Status: "active", Upstream: "https://example.internal", Asset: ref,
	Deployment: &anypoint.Deployment{ID: "5", GatewayID: gatewayID, GatewayName: "edge", GatewayVersion: "1.12.3", ExpectedStatus: "deployed"},
}

func day(year int, month time.Month, d, hour int) time.Time {
	return time.Date(year, month, d, hour, 0, 0, 0, time.UTC)
}

// workingPlane answers every operation as MuleSoft describes it.
func workingPlane(t *testing.T) *plane {
	const asset = "/exchange/api/v2/assets/" + org + "/health/1.0.0"
	return newPlane(t).issuesTokens().
		says("GET "+gatewaysPath, 200, page(wireGateway(gatewayID, "edge", "CONNECTED"), wireGateway("old", "edge", "DELETED"))).
		says("DELETE "+gatewaysPath+"/"+gatewayID, 202, nil).
		says("DELETE "+gatewaysPath+"/old", 400, map[string]any{"message": "This target was already deleted"}).
		says("GET "+gatewaysPath+"/old", 200, wireGateway("old", "edge", "DELETED")).
		says("GET "+gatewaysPath+"/"+gatewayID+"/replicas", 200, page(map[string]any{
			"id": "r-1", "targetId": gatewayID, "gatewayVersion": "1.13.3", "status": "CONNECTED", "connectedAt": "2026-11-25T09:00:00.000Z", "disconnectedAt": nil,
			"configurationStatus": map[string]any{"status": "UP_TO_DATE", "message": nil}, "name": "ip-10-0-0-7.default", "certificateExpirationDate": "2028-11-25T10:00:00.00Z",
		})).
		says("GET "+asset, 200, map[string]any{"groupId": org, "assetId": "health", "version": "1.0.0", "name": "Health", "type": "http-api", "status": "published", "versionGroup": "v1"}).
		says("POST /exchange/api/v2/organizations/"+org+"/assets/"+org+"/health/1.0.0", 201, map[string]any{"groupId": org}).
		says("DELETE "+asset, 204, nil).
		says("GET "+apisPath, 200, map[string]any{"total": 1, "assets": []any{map[string]any{"assetId": "health", "groupId": org, "apis": []any{wireInstance(123)}}}}).
		says("GET "+apisPath+"/123", 200, wireInstance(123)).
		says("DELETE "+apisPath+"/123", 204, nil).
		says("POST "+xapisPath, 201, wireInstance(123)).
		says("PATCH "+xapisPath+"/123", 200, wireInstance(123))
}

// checkedClient is a client of a plane whose exchanges must all keep to the contract.
func checkedClient(t *testing.T, p *plane) (*anypoint.Client, *contract.Checked) {
	t.Helper()
	checked := contract.Handler(t, p.mux)
	server := httptest.NewServer(checked)
	t.Cleanup(server.Close)
	return p.client(t, func(o *anypoint.Options) { o.Endpoint = server.URL }), checked
}

func TestEveryOperationKeepsToTheContract(t *testing.T) {
	client, checked := checkedClient(t, workingPlane(t))
	ctx := t.Context()
	gateway := anypoint.Gateway{
		ID: gatewayID, Name: "edge", Status: "CONNECTED", Connected: 2, Disconnected: 1,
		CertificateExpirations: []time.Time{day(2028, 11, 24, 10), day(2028, 11, 25, 10)}, LastUpdate: time.Date(2026, 7, 21, 14, 29, 7, 690e6, time.UTC),
	}
	wants(t, []anypoint.Gateway{gateway})(client.Gateways(ctx, env))
	wants(t, []anypoint.Replica{{
		ID: "r-1", Name: "ip-10-0-0-7.default", Status: "CONNECTED", ConfigurationStatus: "UP_TO_DATE", Version: "1.13.3",
		ConnectedAt: day(2026, 11, 25, 9), CertificateExpires: day(2028, 11, 25, 10),
	}})(client.Replicas(ctx, env, gatewayID))
	wants(t, &anypoint.Asset{AssetRef: ref, Name: "Health", Type: "http-api", Status: "published", APIVersion: "v1"})(client.Asset(ctx, ref))
	wants(t, []anypoint.APIInstance{instance})(client.FindAPIInstances(ctx, env, "health", "edge"))
	wants(t, &instance)(client.APIInstance(ctx, env, 123))
	wants(t, &instance)(client.CreateAPIInstance(ctx, env, spec))
	wants(t, &instance)(client.UpdateAPIInstance(ctx, env, 123, spec))
	for name, err := range map[string]error{
		"PublishAsset":            client.PublishAsset(ctx, ref, "Health", "https://example.internal", "v1"),
		"DeleteAsset":             client.DeleteAsset(ctx, ref),
		"DeleteAPIInstance":       client.DeleteAPIInstance(ctx, env, 123),
		"DeleteGateway":           client.DeleteGateway(ctx, env, gatewayID),
		"DeleteGateway, again":    client.DeleteGateway(ctx, env, "old"),
		"DeleteGateway, unknown":  client.DeleteGateway(ctx, env, "unknown"),
		"DeleteAPIInstance, gone": client.DeleteAPIInstance(ctx, env, 7),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	described, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range described.Operations() {
		if checked.Seen(operation) == 0 {
			t.Errorf("%s is described and was not called", operation)
		}
	}
}

// wants compares what an operation returns.
func wants[T any](t *testing.T, want T) func(T, error) {
	return func(got T, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%T: %v", want, err)
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%T (-want +got):\n%s", want, diff)
		}
	}
}

func TestWhatIsNotThereIsNoError(t *testing.T) {
	client := newPlane(t).issuesTokens().
		says("/", 404, map[string]any{"name": "NotFoundError", "message": "not found"}).client(t)
	ctx := t.Context()
	if asset, err := client.Asset(ctx, ref); asset != nil || err != nil {
		t.Errorf("Asset() = %v, %v; want nil, nil", asset, err)
	}
	if found, err := client.APIInstance(ctx, env, 7); found != nil || err != nil {
		t.Errorf("APIInstance() = %v, %v; want nil, nil", found, err)
	}
	for name, err := range map[string]error{
		"DeleteAsset": client.DeleteAsset(ctx, ref), "DeleteAPIInstance": client.DeleteAPIInstance(ctx, env, 7), "DeleteGateway": client.DeleteGateway(ctx, env, "g"),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := client.UpdateAPIInstance(ctx, env, 7, spec)
	wantKind(t, err, anypoint.KindNotFound)
	_, err = client.Gateways(ctx, env)
	wantKind(t, err, anypoint.KindNotFound)
}

func TestAGatewayThatCannotBeDeletedIsAnError(t *testing.T) {
	client := newPlane(t).issuesTokens().
		says("DELETE "+gatewaysPath+"/g", 400, map[string]any{"message": "There are APIs deployed to it"}).
		says("GET "+gatewaysPath+"/g", 200, wireGateway("g", "edge", "CONNECTED")).client(t)
	err := client.DeleteGateway(t.Context(), env, "g")
	wantKind(t, err, anypoint.KindInvalid)
	if want := "anypoint: DeleteGateway: 400 Bad Request: There are APIs deployed to it"; err.Error() != want {
		t.Errorf("the error is %q, want %q", err, want)
	}
}

func TestAnEmptyIDIsNotSent(t *testing.T) {
	p := newPlane(t).issuesTokens().says("/", 204, nil)
	client := p.client(t)
	for _, id := range []string{"", ".", ".."} {
		wantKind(t, client.DeleteGateway(t.Context(), env, id), anypoint.KindInvalid)
		wantKind(t, client.DeleteAsset(t.Context(), anypoint.AssetRef{Group: org, Asset: "health", Version: id}), anypoint.KindInvalid)
	}
	if n := p.count("/"); n != 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestAnIDIsOneElementOfThePath(t *testing.T) {
	seen := make(chan string, 1)
	client := newPlane(t).issuesTokens().on("/", func(w http.ResponseWriter, r *http.Request) {
		seen <- r.URL.EscapedPath()
		reply(w, 204, nil)
	}).client(t)
	if err := client.DeleteGateway(t.Context(), env, "../../x?y"); err != nil {
		t.Fatal(err)
	}
	if got, want := <-seen, gatewaysPath+"/..%2F..%2Fx%3Fy"; got != want {
		t.Errorf("the path is %s, want %s", got, want)
	}
}
