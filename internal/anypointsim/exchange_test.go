package anypointsim

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

const assetsPath = "/exchange/api/v2/assets/" + DemoOrganization

// publish sends an asset as a form, and returns the status and the answer.
func (l *lab) publish(version string, sync bool, fields map[string]string) (int, string) {
	l.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		form.WriteField(name, value)
	}
	form.Close()
	headers := map[string]string{"Authorization": "Bearer " + l.token, "Content-Type": form.FormDataContentType()}
	if sync {
		headers["x-sync-publication"] = "true"
	}
	path := "/exchange/api/v2/organizations/" + DemoOrganization + "/assets/" + DemoOrganization + "/health/" + version
	response, text, err := l.send("POST", path, body.String(), headers)
	if err != nil {
		l.Fatal(err)
	}
	return response.StatusCode, text
}

func httpAPI() map[string]string {
	return map[string]string{"name": "Health", "type": "http-api", "properties.apiVersion": "v1", "properties.assetLink": "http://example.internal"}
}

func TestAnAssetIsPublishedReadAndDeleted(t *testing.T) {
	l := newLab(t)
	l.want(404, "GET", assetsPath+"/health/1.0.0", "")
	if status, text := l.publish("1.0.0", true, httpAPI()); status != 201 || !strings.Contains(text, `"assetId":"health"`) {
		t.Fatalf("status %d: %s", status, text)
	}
	for _, path := range []string{"/health/1.0.0", "/health/1.0.0/asset", "/health/asset"} {
		o := l.want(200, "GET", assetsPath+path, "")
		if o.text("version") != "1.0.0" || o.text("type") != "http-api" || o.text("productAPIVersion") != "v1" || o.text("groupId") != DemoOrganization {
			t.Errorf("%s: %v", path, o)
		}
	}
	l.want(204, "DELETE", assetsPath+"/health/1.0.0", "")
	l.want(404, "GET", assetsPath+"/health/1.0.0", "")
	l.want(404, "DELETE", assetsPath+"/health/1.0.0", "")
}

func TestCoordinatesAreUsedOnceButAfterAHardDelete(t *testing.T) {
	l := newLab(t)
	hard := map[string]string{"Authorization": "Bearer " + l.token, "X-Delete-Type": "hard-delete"}
	taken := func(when string) {
		t.Helper()
		if status, text := l.publish("1.0.0", true, httpAPI()); status != 409 || !strings.Contains(text, "ASSET_PRE_CONDITIONS_FAILED") {
			t.Errorf("%s: status %d: %s", when, status, text)
		}
	}
	l.publish("1.0.0", true, httpAPI())
	taken("while it is there")
	l.want(204, "DELETE", assetsPath+"/health/1.0.0", "")
	taken("after a soft delete")
	if got := l.sim.Inventory(); len(got) != 0 {
		t.Errorf("inventory %v, want nothing", got)
	}
	if response, text, err := l.send("DELETE", assetsPath+"/health/1.0.0", "", hard); err != nil || response.StatusCode != http.StatusNoContent {
		t.Fatalf("hard delete of what was deleted softly: %v %s %v", response, text, err)
	}
	if status, text := l.publish("1.0.0", true, httpAPI()); status != 201 {
		t.Errorf("after a hard delete: status %d: %s", status, text)
	}
}

func TestWhoDoesNotWaitForPublicationAsks(t *testing.T) {
	l := newLab(t)
	status, text := l.publish("1.0.0", false, httpAPI())
	if status != 202 {
		t.Fatalf("status %d: %s", status, text)
	}
	_, link, _ := strings.Cut(text, `"publicationStatusLink":"`)
	link, _, _ = strings.Cut(strings.TrimPrefix(link, l.url), `"`)
	if o := l.want(200, "GET", link, ""); o.text("status") != "running" {
		t.Errorf("at once: %v", o)
	}
	l.want(404, "GET", assetsPath+"/health/1.0.0", "")
	l.clock.step(DefaultDelays().Publication)
	if o := l.want(200, "GET", link, ""); o.text("status") != "completed" {
		t.Errorf("later: %v", o)
	}
	l.want(200, "GET", assetsPath+"/health/1.0.0", "")
}

func TestWhatExchangeAsksForMustBeThere(t *testing.T) {
	l := newLab(t)
	for _, field := range []string{"name", "type", "properties.apiVersion", "properties.assetLink"} {
		fields := httpAPI()
		delete(fields, field)
		if status, text := l.publish("1.0.0", true, fields); status != 400 || !strings.Contains(text, field) {
			t.Errorf("without %s: status %d: %s", field, status, text)
		}
	}
	if status, text := l.publish("one", true, httpAPI()); status != 400 {
		t.Errorf("version one: status %d: %s", status, text)
	}
	l.want(400, "POST", "/exchange/api/v2/organizations/"+DemoOrganization+"/assets/g/a/1.0.0", "{}")
}

func TestAnAssetWithAPIInstancesStays(t *testing.T) {
	l := newLab(t)
	gateway, _ := l.readyGateway("gw")
	l.publish("1.0.0", true, httpAPI())
	id := l.createAPI(gateway, 8081, "/health")
	l.want(409, "DELETE", assetsPath+"/health/1.0.0", "")
	l.want(204, "DELETE", apisPath+"/"+id, "")
	l.want(204, "DELETE", assetsPath+"/health/1.0.0", "")
}
