package anypoint_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypoint"
)

// sentBy runs a change of an instance, and returns the body that was sent.
func sentBy(t *testing.T, present map[string]any, pattern string, change func(*anypoint.Client) error) map[string]any {
	t.Helper()
	bodies := make(chan []byte, 1)
	p := newPlane(t).issuesTokens().says("GET "+apisPath+"/123", 200, present).
		on(pattern, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			bodies <- body
			reply(w, 200, wireInstance(123))
		})
	client, _ := checkedClient(t, p)
	if err := change(client); err != nil {
		t.Fatal(err)
	}
	var sent map[string]any
	if err := json.Unmarshal(<-bodies, &sent); err != nil {
		t.Fatal(err)
	}
	return sent
}

func TestACreationSendsRouteAndDeployment(t *testing.T) {
	sent := sentBy(t, nil, "POST "+xapisPath, func(c *anypoint.Client) error {
		_, err := c.CreateAPIInstance(t.Context(), env, spec)
		return err
	})
	want := map[string]any{
		"technology": "flexGateway", "providerId": nil, "instanceLabel": "edge",
		"endpoint": map[string]any{
			"deploymentType": "HY", "type": "http", "proxyUri": "http://0.0.0.0:8081/health", "muleVersion4OrAbove": nil, "isCloudHub": nil,
			"referencesUserDomain": nil, "responseTimeout": nil, "tlsContexts": nil,
		},
		"spec":    map[string]any{"groupId": org, "assetId": "health", "version": "1.0.0"},
		"routing": []any{map[string]any{"label": "route", "upstreams": []any{map[string]any{"weight": 100.0, "uri": "https://example.internal", "label": "upstream"}}}},
		"deployment": map[string]any{
			"environmentId": envID, "type": "HY", "expectedStatus": "deployed", "overwrite": false, "targetId": gatewayID, "targetName": "edge", "gatewayVersion": "1.12.3",
		},
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("the creation (-want +got):\n%s", diff)
	}
}

func TestAChangeNamesTheUpstreamThatIsThere(t *testing.T) {
	changed := spec
	changed.Upstream, changed.Asset.Version = "https://other.internal", "2.0.0"
	sent := sentBy(t, wireInstance(123), "PATCH "+xapisPath+"/123", func(c *anypoint.Client) error {
		_, err := c.UpdateAPIInstance(t.Context(), env, 123, changed)
		return err
	})
	for key, want := range map[string]any{
		"upstreams":    []any{map[string]any{"id": "u-1", "uri": "https://other.internal", "label": "upstream"}},
		"routing":      []any{map[string]any{"label": "route", "upstreams": []any{map[string]any{"id": "u-1", "weight": 100.0}}}},
		"assetVersion": "2.0.0",
		"spec":         nil,
	} {
		if diff := cmp.Diff(want, sent[key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
}

func TestAChangeMakesTheUpstreamThatSomebodyTookAway(t *testing.T) {
	present := wireInstance(123)
	present["routing"] = []any{}
	sent := sentBy(t, present, "PATCH "+xapisPath+"/123", func(c *anypoint.Client) error {
		_, err := c.UpdateAPIInstance(t.Context(), env, 123, spec)
		return err
	})
	want := []any{map[string]any{"label": "route", "upstreams": []any{map[string]any{"weight": 100.0, "uri": "https://example.internal", "label": "upstream"}}}}
	if diff := cmp.Diff(want, sent["routing"]); diff != "" || sent["upstreams"] != nil || sent["assetVersion"] != nil {
		t.Errorf("routing (-want +got):\n%s\nupstreams %v, assetVersion %v", diff, sent["upstreams"], sent["assetVersion"])
	}
}

func TestAnInstanceDoesNotGetAnotherAsset(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+apisPath+"/123", 200, wireInstance(123))
	other := spec
	other.Asset.Asset = "other"
	_, err := p.client(t).UpdateAPIInstance(t.Context(), env, 123, other)
	wantKind(t, err, anypoint.KindInvalid)
}

func TestInstancesOfOtherShapesAreRead(t *testing.T) {
	p := newPlane(t).issuesTokens().
		says("GET "+apisPath+"/1", 200, map[string]any{"apiId": 1, "endpoint": map[string]any{"uri": "http://up"}, "spec": map[string]any{"groupId": "g", "assetId": "a", "version": "v"}}).
		says("GET "+apisPath+"/2", 200, map[string]any{"id": "2", "endpoint": nil, "routing": []any{nil}, "deployment": map[string]any{"id": "x", "targetId": nil}}).
		says("GET "+apisPath+"/3", 200, map[string]any{"name": "no instance"})
	client := p.client(t)
	wants(t, &anypoint.APIInstance{ID: 1, Upstream: "http://up", Asset: anypoint.AssetRef{Group: "g", Asset: "a", Version: "v"}})(client.APIInstance(t.Context(), env, 1))
	wants(t, &anypoint.APIInstance{ID: 2, Deployment: &anypoint.Deployment{ID: "x"}})(client.APIInstance(t.Context(), env, 2))
	_, err := client.APIInstance(t.Context(), env, 3)
	wantKind(t, err, anypoint.KindNonsense)
}
