package awssim

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// openHouse is a platform that lets everybody in and deploys the same to everybody.
type openHouse struct {
	// file and refuses are what Create returns.
	file    string
	refuses error

	mu       sync.Mutex
	apis     []platform.API
	replicas map[string]string // gateway names by connection
	connects int
	tell     []func(string)
}

func (h *openHouse) Create(_ time.Time, r platform.Registration) ([]byte, error) {
	if r.By.ClientSecret != "hush" {
		return nil, errors.New("wrong credentials")
	}
	return []byte(h.file), h.refuses
}

func (h *openHouse) Renew(time.Time, string, platform.Credentials, []byte) ([]byte, error) {
	return nil, errors.New("nobody is renewed here")
}

func (h *openHouse) Delete(time.Time, platform.Credentials, []byte) error { return nil }

func (h *openHouse) Connect(_ time.Time, _ []byte, r platform.Replica) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connects++
	h.replicas[r.ID] = r.Name
	return nil
}

func (h *openHouse) Disconnect(_ time.Time, _, replica string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.replicas, replica)
}

func (h *openHouse) APIs(string) []platform.API {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.apis)
}

func (h *openHouse) OnDeployment(fn func(string)) { h.tell = append(h.tell, fn) }

func (h *openHouse) deploy(apis ...platform.API) {
	h.mu.Lock()
	h.apis = apis
	h.mu.Unlock()
	for _, fn := range h.tell {
		fn("gateway-7e57")
	}
}

func (h *openHouse) connected() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.connects
}

func (h *openHouse) connections() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.replicas))
}

func TestASavedWorldAsksThePlatformNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house := &openHouse{replicas: map[string]string{}}
		s, err := New(Options{Settings: lively(), Seed: 1, Anypoint: house})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g := newGatewayLife(t, s)
		g.create()
		if before := g.look(s); len(before.healthy()) != 0 || len(house.connections()) == 0 {
			t.Fatalf("without an API %v are healthy, and %v are connected", before.healthy(), house.connections())
		}
		house.deploy(platform.API{ID: 1, Port: 8081, BasePath: "/"})
		time.Sleep(10 * time.Minute)
		before, asked, connections := g.look(s), house.connected(), house.connections()
		if len(before.healthy()) != 2 {
			t.Fatalf("healthy are %v", before.healthy())
		}
		data := saved(t, s)
		if house.connected() != asked {
			t.Errorf("saving connected %d gateways", house.connected()-asked)
		}
		again, err := Load(Options{Anypoint: house}, data)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "right after the load", before, g.look(again))
		if diff := cmp.Diff(connections, house.connections()); diff != "" || house.connected() != asked+2 {
			t.Errorf("%d connects; connections (-before +after):\n%s", house.connected()-asked, diff)
		}
		house.deploy()
		time.Sleep(2 * time.Minute)
		same(t, "after a deployment", g.look(s), g.look(again))
		if after := g.look(again); len(after.healthy()) != 0 {
			t.Errorf("healthy are %v without an API", after.healthy())
		}
		same(t, "saved and loaded once more", g.look(again), g.look(loaded(t, saved(t, again))))
		again.Close()
		if left := house.connections(); len(left) != 0 {
			t.Errorf("connections are left: %v", left)
		}
	})
}

func TestAWorldWithoutAPlatformStaysWithoutOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Options{Settings: lively(), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g := newGatewayLife(t, s)
		g.create()
		house := &openHouse{replicas: map[string]string{}}
		again, err := Load(Options{Anypoint: house}, saved(t, s))
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		g.aws = config(again, "us-east-1", "test")
		before := g.look(again)
		done[*ecs.UpdateServiceOutput](t)(ecs.NewFromConfig(g.aws).UpdateService(t.Context(), &ecs.UpdateServiceInput{
			Cluster: aws.String("gateways"), Service: aws.String("gateway"), ForceNewDeployment: true,
		}))
		time.Sleep(20 * time.Minute)
		newTargets(t, before, g.look(again))
		if house.connected() != 0 {
			t.Errorf("%d gateways connected", house.connected())
		}
	})
}
