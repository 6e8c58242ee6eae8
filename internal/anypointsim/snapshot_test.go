package anypointsim

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestASnapshotGoesOnWhereItWasSaved(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	gateway, file := l.readyGateway("gw")
	l.createAPI(gateway, 8081, "/health")
	_, _, saved, err := l.raw("GET", adminPrefix+"snapshot")
	if err != nil {
		t.Fatal(err)
	}
	later := newLab(t)
	later.clock.step(30 * 24 * time.Hour)
	later.want(204, "PUT", adminPrefix+"snapshot", saved)
	if diff := cmp.Diff(l.sim.Inventory(), later.sim.Inventory()); diff != "" {
		t.Errorf("inventory (-saved +loaded):\n%s", diff)
	}
	later.token = l.token
	if o := later.want(200, "GET", gatewaysPath+"/"+gateway+"/replicas", ""); o.text("content", 0, "configurationStatus", "status") != "APPLYING" {
		t.Errorf("replicas %v, want that the deployment is under way", o)
	}
	later.clock.step(DefaultDelays().Deployment)
	if got := later.sim.APIs(gateway); len(got) != 1 {
		t.Errorf("served %v, want the API", got)
	}
	other, _ := l.register("another")
	if again, _ := later.register("another"); again != other {
		t.Errorf("ids go on with %s, want %s", again, other)
	}
	later.connect(file, "gw-2") // the authority is the same
	again, err := later.sim.Save()
	if err != nil || !bytes.Contains(again, []byte(gateway)) {
		t.Errorf("saved again: %v", err)
	}
}

func TestWhatIsNoSnapshotChangesNothing(t *testing.T) {
	l := newLab(t)
	l.register("gw")
	before := l.sim.Inventory()
	_, _, saved, _ := l.raw("GET", adminPrefix+"snapshot")
	for _, bad := range []string{"", "{}", strings.Replace(saved, `"anypointsim": 1`, `"anypointsim": 2`, 1), strings.Replace(saved, `"Key": "`, `"Key": "AA`, 1), strings.Replace(saved, `"chance": "`, `"chance": "AA`, 1)} {
		l.want(400, "PUT", adminPrefix+"snapshot", bad)
	}
	if diff := cmp.Diff(before, l.sim.Inventory()); diff != "" {
		t.Errorf("inventory (-before +after):\n%s", diff)
	}
}
