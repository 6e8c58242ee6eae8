package anypointsim

import (
	"fmt"
	"strings"
	"testing"
)

// apiJSON is the body of the one call that makes and deploys an API.
func apiJSON(gateway string, port int, path string) string {
	return fmt.Sprintf(`{"technology":"flexGateway","providerId":null,"instanceLabel":"health-check",
		"endpoint":{"deploymentType":"HY","muleVersion4OrAbove":null,"type":"http","isCloudHub":null,"proxyUri":"http://0.0.0.0:%d%s","tlsContexts":null},
		"spec":{"groupId":%q,"assetId":"health","version":"1.0.0"},
		"routing":[{"label":"r1","upstreams":[{"weight":100,"uri":"http://example.internal:8080","label":"u1"}],"rules":{"methods":"GET","path":"/.*"}}],
		"deployment":{"environmentId":%q,"type":"HY","expectedStatus":"deployed","overwrite":false,"targetId":%q,"targetName":"gw","gatewayVersion":"1.12.3"}}`,
		port, path, DemoOrganization, DemoEnvironment, gateway)
}

// createAPI makes an API on a gateway and returns its id.
func (l *lab) createAPI(gateway string, port int, path string) string {
	l.Helper()
	return apiID(l.want(201, "POST", xapisPath, apiJSON(gateway, port, path)))
}

func TestAnAPIIsMadeFoundChangedAndDeleted(t *testing.T) {
	l := newLab(t)
	gateway, _ := l.readyGateway("gw")
	l.publish("1.0.0", true, httpAPI())
	id := l.createAPI(gateway, 8081, "/health/")
	o := l.want(200, "GET", apisPath+"/"+id, "")
	for name, want := range map[string]any{"assetId": "health", "assetVersion": "1.0.0", "productVersion": "v1", "instanceLabel": "health-check", "technology": "flexGateway"} {
		if o.at(name) != want {
			t.Errorf("%s = %v, want %v", name, o.at(name), want)
		}
	}
	upstream := o.text("routing", 0, "upstreams", 0, "id")
	if o.text("deployment", "targetId") != gateway || o.text("endpoint", "proxyUri") != "http://0.0.0.0:8081/health/" || upstream == "" {
		t.Errorf("answer %v", o)
	}
	found := l.want(200, "GET", apisPath+"?assetId=health&instanceLabel=health-check", "")
	if found.at("total") != 1.0 || found.at("assets", 0, "apis", 0, "id") != o.at("id") {
		t.Errorf("found %v", found)
	}
	if none := l.want(200, "GET", apisPath+"?instanceLabel=other", ""); none.at("total") != 0.0 {
		t.Errorf("found %v", none)
	}
	o = l.want(200, "PATCH", xapisPath+"/"+id, `{"instanceLabel":"renamed","upstreams":[{"id":"`+upstream+`","uri":"http://other.internal"}],"routing":[{"upstreams":[{"id":"`+upstream+`","weight":100}]}]}`)
	if o.text("instanceLabel") != "renamed" || o.text("routing", 0, "upstreams", 0, "uri") != "http://other.internal" || o.text("deployment", "targetId") != gateway {
		t.Errorf("changed: %v", o)
	}
	l.want(204, "DELETE", apisPath+"/"+id, "")
	l.want(404, "DELETE", apisPath+"/"+id, "")
	l.want(404, "GET", apisPath+"/"+id, "")
	l.want(404, "PATCH", xapisPath+"/"+id, "{}")
}

func TestWhatCannotBeAnAPIIsRefused(t *testing.T) {
	tests := []struct {
		name    string
		old, by string
		status  int
	}{
		{"no JSON", "{", "", 400},
		{"no asset", `"assetId":"health",`, "", 400},
		{"an unknown asset", `"assetId":"health"`, `"assetId":"other"`, 404},
		{"an unknown version", `"version":"1.0.0"`, `"version":"9.0.0"`, 404},
		{"an unknown gateway", `"targetId":"`, `"targetId":"x`, 400},
		{"no port", ":8081/health", "/health", 400},
		{"no URL", "http://0.0.0.0:8081/health", "8081", 400},
		{"an upstream without a URI", `"uri":"http://example.internal:8080",`, "", 400},
		{"an upstream of another API", `"weight":100`, `"id":"other","weight":100`, 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			gateway, _ := l.readyGateway("gw")
			l.publish("1.0.0", true, httpAPI())
			body := apiJSON(gateway, 8081, "/health")
			changed := strings.Replace(body, test.old, test.by, 1)
			if changed == body {
				t.Fatal("nothing was changed")
			}
			l.want(test.status, "POST", xapisPath, changed)
			if o := l.want(200, "GET", apisPath, ""); o.at("total") != 0.0 {
				t.Errorf("something was made: %v", o)
			}
		})
	}
}

func TestAGatewayIsReadyOnlyAfterItHasBeenConnectedForAWhile(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	id, file := l.register("gw")
	notReady := func(when string) {
		t.Helper()
		if o := l.want(400, "POST", xapisPath, apiJSON(id, 8081, "/health")); o.text("name") != "GatewayNotReadyError" {
			t.Errorf("%s: %v", when, o)
		}
	}
	notReady("never connected")
	l.connect(file, "a")
	notReady("just connected")
	l.clock.step(DefaultDelays().Ready)
	l.createAPI(id, 8081, "/health")
}

func TestPortsAndBasePathsMustNotClash(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	one, _ := l.readyGateway("one")
	two, _ := l.readyGateway("two")
	first := l.createAPI(one, 8081, "/health")
	l.want(409, "POST", xapisPath, apiJSON(one, 8081, "/health/"))
	second := l.createAPI(one, 8081, "/other")
	l.createAPI(one, 8082, "/health")
	l.createAPI(two, 8081, "/health")
	l.want(409, "PATCH", xapisPath+"/"+second, `{"endpoint":{"proxyUri":"http://0.0.0.0:8081/health"}}`)
	if o := l.want(200, "GET", apisPath+"/"+second, ""); o.text("endpoint", "proxyUri") != "http://0.0.0.0:8081/other" {
		t.Errorf("a refused change was made: %v", o)
	}
	taken := "/apimanager/xapi/v1" + envBase + "/flex-gateway-targets/" + one + "/apis?port=8081&path=/health"
	if o := l.want(200, "GET", taken, ""); fmt.Sprintf("%.0f", o.at("instances", 0, "id")) != first {
		t.Errorf("taken by %v, want %s", o, first)
	}
	l.want(204, "DELETE", apisPath+"/"+first, "")
	l.want(200, "PATCH", xapisPath+"/"+second, `{"endpoint":{"proxyUri":"http://0.0.0.0:8081/health"}}`)
}

func TestAGatewayWithAPIsIsNotDeleted(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	gateway, file := l.readyGateway("gw")
	id := l.createAPI(gateway, 8081, "/health")
	l.want(409, "DELETE", gatewaysPath+"/"+gateway, "")
	if err := l.sim.Delete(l.clock.Now(), demoCredentials(), file); err == nil || !strings.Contains(err.Error(), "409") {
		t.Errorf("flexctl: %v", err)
	}
	l.want(204, "DELETE", apisPath+"/"+id, "")
	l.want(202, "DELETE", gatewaysPath+"/"+gateway, "")
}

func TestAPIsAreListedByAssetAndPaged(t *testing.T) {
	l := newLab(t)
	gateway, _ := l.readyGateway("gw")
	l.publish("1.0.0", true, httpAPI())
	for i := range 3 {
		l.createAPI(gateway, 8081+i, "/health")
	}
	o := l.want(200, "GET", apisPath+"?limit=1&offset=0", "")
	if list, _ := o.at("assets", 0, "apis").([]any); len(list) != 3 || o.at("assets", 0, "totalApis") != 3.0 || o.at("total") != 1.0 {
		t.Errorf("answer %v", o)
	}
	if list, _ := l.want(200, "GET", apisPath+"?limit=1&offset=1", "").at("assets").([]any); len(list) != 0 {
		t.Errorf("the second page has %v", list)
	}
	l.want(400, "GET", apisPath+"?limit=x", "")
}

func TestTargetsAreGatewaysThatAreNotDeleted(t *testing.T) {
	l := newLab(t)
	id, _ := l.readyGateway("gw")
	path := "/apimanager/xapi/v1" + envBase + "/flex-gateway-targets"
	o := l.want(200, "GET", path+"/"+id, "")
	if o.text("status") != statusConnected || o.text("version") != "1.12.3" || o.at("replicas", 0, "count") != 1.0 {
		t.Errorf("answer %v", o)
	}
	_, text, err := l.send("GET", path, "", map[string]string{"Authorization": "bearer " + l.token})
	if err != nil || !strings.Contains(text, `"replicas":{"CONNECTED":1,"DISCONNECTED":0}`) {
		t.Errorf("list %s, %v", text, err)
	}
	l.want(202, "DELETE", gatewaysPath+"/"+id, "")
	l.clock.step(DefaultDelays().Delete)
	if _, text, _ := l.send("GET", path, "", map[string]string{"Authorization": "bearer " + l.token}); text != "[]" {
		t.Errorf("list %s, want none", text)
	}
}
