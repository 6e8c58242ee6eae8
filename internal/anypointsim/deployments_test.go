package anypointsim

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim/platform"
)

func TestADeploymentTakesAWhileAndIsAppliedByAReplica(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	gateway, file := l.readyGateway("gw")
	id := l.createAPI(gateway, 8081, "/health")
	path := proxiesPath + "/" + id + "/deployments"
	_, list, err := l.send("GET", path, "", map[string]string{"Authorization": "Bearer " + l.token})
	if err != nil || !strings.HasPrefix(list, "[{") {
		t.Fatalf("list %s, %v", list, err)
	}
	number := fmt.Sprintf("%.0f", l.want(200, "GET", apisPath+"/"+id, "").at("deployment", "id"))
	check := func(when, status, apiStatus, replica string, served int) {
		t.Helper()
		o := l.want(200, "GET", path+"/"+number+"/status", "")
		if o.text("status") != status || o.text("apiVersionStatus") != apiStatus {
			t.Errorf("%s: %v, want %s and %s", when, o, status, apiStatus)
		}
		if o := l.want(200, "GET", apisPath+"/"+id, ""); o.text("status") != apiStatus {
			t.Errorf("%s: the API is %s, want %s", when, o.text("status"), apiStatus)
		}
		r := l.want(200, "GET", gatewaysPath+"/"+gateway+"/replicas", "")
		if got := r.text("content", 0, "configurationStatus", "status"); got != replica {
			t.Errorf("%s: the replica is %s, want %s", when, got, replica)
		}
		if got := l.sim.APIs(gateway); len(got) != served {
			t.Errorf("%s: %v is served, want %d", when, got, served)
		}
	}
	check("at once", "applying", "unregistered", "APPLYING", 0)
	l.sim.Disconnect(l.clock.Now(), gateway, "gw-1")
	l.clock.step(2 * time.Minute)
	check("without a replica", "applying", "unregistered", "UP_TO_DATE", 1)
	l.connect(file, "gw-2")
	l.clock.step(time.Second)
	check("with one", "applied", "active", "UP_TO_DATE", 1)
	want := []platform.API{{ID: l.sim.APIs(gateway)[0].ID, Port: 8081, BasePath: "/health", Upstream: "http://example.internal:8080"}}
	if diff := cmp.Diff(want, l.sim.APIs(gateway)); diff != "" {
		t.Errorf("served (-want +got):\n%s", diff)
	}
	l.want(200, "GET", path+"/"+number, "")
	l.want(404, "GET", path+"/1", "")
	l.want(200, "PATCH", xapisPath+"/"+id, `{"endpoint":{"proxyUri":"http://0.0.0.0:8082/"}}`)
	check("changed", "applying", "unregistered", "APPLYING", 1)
	l.clock.step(DefaultDelays().Deployment)
	if got := l.sim.APIs(gateway); len(got) != 1 || got[0].Port != 8082 || got[0].BasePath != "/" {
		t.Errorf("served %v, want the changed one", got)
	}
	l.want(204, "DELETE", apisPath+"/"+id, "")
	if got := l.sim.APIs(gateway); len(got) != 1 {
		t.Errorf("served %v right after the deletion, want it still", got)
	}
	l.clock.step(DefaultDelays().Deployment)
	if got := l.sim.APIs(gateway); len(got) != 0 {
		t.Errorf("served %v, want nothing", got)
	}
}

func TestAnAPIIsMadeAndDeployedInTwoStepsToo(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	gateway, _ := l.readyGateway("gw")
	o := l.want(201, "POST", apisPath, `{"spec":{"groupId":"`+DemoOrganization+`","assetId":"health","version":"1.0.0"},
		"endpoint":{"deploymentType":"HY","uri":"http://example.internal:8080","proxyUri":"http://0.0.0.0:8081/health","isCloudHub":null},
		"technology":"flexGateway","instanceLabel":"two"}`)
	if o.at("deployment") != nil {
		t.Errorf("deployed already: %v", o)
	}
	id := apiID(o)
	d := l.want(201, "POST", proxiesPath+"/"+id+"/deployments", `{"type":"HY","gatewayVersion":"1.12.3","targetId":"`+gateway+`","environmentId":"`+DemoEnvironment+`"}`)
	if d.text("targetId") != gateway {
		t.Errorf("deployment %v", d)
	}
	l.want(409, "POST", proxiesPath+"/"+id+"/deployments", `{"targetId":"`+gateway+`"}`)
	l.clock.step(DefaultDelays().Deployment)
	if got := l.sim.APIs(gateway); len(got) != 1 || got[0].Upstream != "http://example.internal:8080" {
		t.Errorf("served %v", got)
	}
}

func TestAnAPIMovesFromOneGatewayToAnother(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	one, _ := l.readyGateway("one")
	two, _ := l.readyGateway("two")
	id := l.createAPI(one, 8081, "/health")
	l.clock.step(DefaultDelays().Deployment)
	l.want(200, "PATCH", xapisPath+"/"+id, `{"deployment":{"type":"HY","targetId":"`+two+`","gatewayVersion":"1.12.3"}}`)
	if len(l.sim.APIs(one)) != 1 || len(l.sim.APIs(two)) != 0 {
		t.Error("it moved at once")
	}
	l.want(409, "DELETE", gatewaysPath+"/"+one, "")
	l.clock.step(DefaultDelays().Deployment)
	if len(l.sim.APIs(one)) != 0 || len(l.sim.APIs(two)) != 1 {
		t.Errorf("after the move: %v and %v", l.sim.APIs(one), l.sim.APIs(two))
	}
	l.want(202, "DELETE", gatewaysPath+"/"+one, "")
}

func TestListenersHearOfADeploymentWithoutAnybodyAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		l := &lab{T: t, sim: sim, clock: &hands{}}
		inProcess := func(method, path, body string) string {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+l.token)
			w := httptest.NewRecorder()
			sim.Handler().ServeHTTP(w, r)
			if w.Code >= http.StatusBadRequest {
				t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
			return w.Body.String()
		}
		_, l.token, _ = strings.Cut(inProcess("POST", "/accounts/api/v2/oauth2/token", `{"grant_type":"client_credentials","client_id":"`+DemoClientID+`","client_secret":"`+DemoClientSecret+`"}`), `"access_token":"`)
		l.token, _, _ = strings.Cut(l.token, `"`)
		type news struct {
			gateway string
			after   time.Duration
			apis    int
		}
		var heard []news
		start := time.Now()
		sim.OnDeployment(func(gateway string) {
			heard = append(heard, news{gateway, time.Since(start), len(sim.APIs(gateway))}) // asks back, as the simulated AWS does
		})
		file, err := sim.Create(time.Now(), registrationOf("gw"))
		if err != nil {
			t.Fatal(err)
		}
		gateway, _, _ := readRegistration(file)
		sim.do(time.Now(), func() {
			sim.state.Assets = []*asset{{Organization: DemoOrganization, Group: DemoOrganization, ID: "health", Version: "1.0.0"}}
		})
		if err := sim.Connect(time.Now(), file, platform.Replica{ID: "a"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(DefaultDelays().Ready)
		made := inProcess("POST", xapisPath, apiJSON(gateway, 8081, "/health"))
		time.Sleep(time.Minute)
		_, id, _ := strings.Cut(made, `"environmentId":"`+DemoEnvironment+`","id":`)
		id, _, _ = strings.Cut(id, ",")
		inProcess("DELETE", apisPath+"/"+id, "")
		time.Sleep(time.Minute)
		synctest.Wait()
		want := []news{{gateway, 25 * time.Second, 1}, {gateway, 85 * time.Second, 0}}
		if diff := cmp.Diff(want, heard, cmp.AllowUnexported(news{})); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

// apiID is the id in an answer of API Manager.
func apiID(o object) string { return fmt.Sprintf("%.0f", o.at("id")) }
