package anypointsim

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestListsArePagedAsInProduction(t *testing.T) {
	l := newLab(t)
	const gateways = 130
	for i := range gateways {
		l.register(fmt.Sprintf("gw-%d", i))
	}
	tests := []struct {
		query       string
		count, size int
		total       int
	}{
		{"", 30, 30, gateways},
		{"pageSize=100", 100, 100, gateways},
		{"pageSize=100&pageNumber=1", 30, 100, gateways},
		{"pageSize=150", 100, 100, gateways},
		{"pageSize=100&pageNumber=2", 0, 100, 0}, // a page out of range says that there is nothing at all
		{"pageNumber=4", 10, 30, gateways},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			o := (&lab{T: t, url: l.url, token: l.token}).want(200, "GET", gatewaysPath+"?"+test.query, "")
			list, _ := o.at("content").([]any)
			if len(list) != test.count || o.at("totalElements") != float64(test.total) || o.at("pageSize") != float64(test.size) {
				t.Errorf("%d of %v, page size %v; want %d of %d, %d", len(list), o.at("totalElements"), o.at("pageSize"), test.count, test.total, test.size)
			}
		})
	}
	for _, query := range []string{"pageSize=200", "pageSize=0", "pageSize=x", "pageNumber=-1"} {
		l.want(400, "GET", gatewaysPath+"?"+query, "")
	}
	if o := l.want(400, "GET", gatewaysPath+"?pageSize=200", ""); o.text("message") != "Wrong page size" {
		t.Errorf("answer %v", o)
	}
}

func TestAGatewayIsWhatItsReplicasAre(t *testing.T) {
	l := newLab(t)
	id, file := l.register("gw")
	look := func() (string, any, any) {
		o := l.want(200, "GET", gatewaysPath+"/"+id, "")
		return o.text("status"), o.at("replicas", 0, "count"), o.at("replicas", 1, "count")
	}
	check := func(when, status string, connected, disconnected float64) {
		t.Helper()
		if s, c, d := look(); s != status || c != connected || d != disconnected {
			t.Errorf("%s: %s with %v and %v; want %s with %v and %v", when, s, c, d, status, connected, disconnected)
		}
	}
	check("at first", statusDisconnected, 0, 0)
	l.connect(file, "a")
	l.connect(file, "b")
	l.connect(file, "b") // the same connection again is not another replica
	check("with two", statusConnected, 2, 0)
	if versions := l.want(200, "GET", gatewaysPath+"/"+id, "").at("versions"); !cmp.Equal(versions, []any{"1.12.3"}) {
		t.Errorf("versions %v", versions)
	}
	l.sim.Disconnect(l.clock.Now(), id, "a")
	l.sim.Disconnect(l.clock.Now(), id, "unknown")
	l.sim.Disconnect(l.clock.Now(), "unknown", "a")
	check("at once after one has gone", statusConnected, 2, 0)
	l.clock.step(time.Minute)
	check("a minute later", statusConnected, 1, 1)
	l.sim.Disconnect(l.clock.Now(), id, "b")
	l.clock.step(time.Minute)
	check("without any", statusDisconnected, 0, 2)
	l.clock.step(7 * 24 * time.Hour)
	l.token = l.login(DemoClientID, DemoClientSecret)
	check("a week later", statusDisconnected, 0, 0)
}

func TestReplicasAreListedWithWhatTheyRun(t *testing.T) {
	l := newLab(t)
	id, file := l.register("gw")
	l.connect(file, "a")
	l.connect(file, "b")
	l.sim.Disconnect(l.clock.Now(), id, "b")
	l.clock.step(2 * time.Minute)
	path := gatewaysPath + "/" + id + "/replicas?pageSize=100&pageNumber=0"
	o := l.want(200, "GET", path, "")
	r := object(o.at("content", 0).(map[string]any))
	for name, want := range map[string]any{
		"id": "a", "name": "a.default", "targetId": id, "gatewayVersion": "1.12.3", "status": "CONNECTED", "provider": "RR", "disconnectedAt": nil,
		"connectedAt": "2026-11-22T10:00:00.00Z", "certificateExpirationDate": "2028-11-21T10:00:00.00Z",
	} {
		if r.at(name) != want {
			t.Errorf("%s = %v, want %v", name, r.at(name), want)
		}
	}
	if o.text("content", 0, "configurationStatus", "status") != "UP_TO_DATE" || o.text("gateway", "id") != id {
		t.Errorf("answer %v", o)
	}
	if o.text("content", 1, "disconnectedAt") != "2026-11-22T10:01:00.00Z" {
		t.Errorf("the second: %v", o.at("content", 1))
	}
	for status, want := range map[string]string{"CONNECTED": "a", "DISCONNECTED": "b"} {
		o := l.want(200, "GET", path+"&status="+url.QueryEscape(status), "")
		if o.at("totalElements") != 1.0 || o.text("content", 0, "id") != want {
			t.Errorf("%s: %v", status, o)
		}
	}
	l.want(404, "GET", gatewaysPath+"/unknown/replicas", "")
}

func TestADeletedGatewayStaysAsATombstone(t *testing.T) {
	l := newLab(t)
	id, file := l.register("gw")
	l.connect(file, "a")
	if o := l.want(404, "GET", gatewaysPath+"/unknown", ""); o.text("message") != "Gateway not found by id" {
		t.Errorf("answer %v", o)
	}
	l.want(404, "DELETE", gatewaysPath+"/unknown", "")
	l.want(202, "DELETE", gatewaysPath+"/"+id, "")
	if o := l.want(200, "GET", gatewaysPath+"/"+id, ""); o.text("status") != statusConnected {
		t.Errorf("at once: %v, want that it is not done yet", o)
	}
	if _, err := l.sim.Create(l.clock.Now(), registrationOf("gw")); err == nil {
		t.Error("the name was free before the gateway was deleted")
	}
	l.want(202, "DELETE", gatewaysPath+"/"+id, "")
	l.clock.step(DefaultDelays().Delete)
	if o := l.want(200, "GET", gatewaysPath, ""); o.text("content", 0, "status") != statusDeleted {
		t.Errorf("list %v", o)
	}
	if o := l.want(400, "DELETE", gatewaysPath+"/"+id, ""); o.text("message") != "This target was already deleted" {
		t.Errorf("answer %v", o)
	}
	if got := l.sim.Inventory(); len(got) != 0 {
		t.Errorf("inventory %v, want nothing", got)
	}
	if got := l.sim.Tombstones(); len(got) != 1 || got[0].ID != id {
		t.Errorf("tombstones %v", got)
	}
	l.register("gw")
}
