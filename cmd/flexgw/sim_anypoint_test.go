package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/clock"
)

// simulatedAnypoint runs a simulated Anypoint Platform that commands find.
func simulatedAnypoint(t *testing.T) *anypointsim.Sim {
	t.Helper()
	sim, err := anypointsim.New(anypointsim.Options{Clock: clock.Real{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	t.Setenv("ANYPOINT_ENDPOINT_URL", server.URL)
	return sim
}

func TestSimMakesTheAnypointPlatformFail(t *testing.T) {
	sim := simulatedAnypoint(t)
	out, err := flexgw(t, "sim", "anypoint", "inventory")
	says(t, out, err, `Nothing has been made\.`)
	out, err = flexgw(t, "sim", "anypoint", "fault", "add", "--name", "slow", "--operation", "ListGateways", "--latency", "1h", "--times", "2")
	says(t, out, err, `slow +ListGateways +1 +1h0m0s late +2 +0`)
	out, err = flexgw(t, "sim", "anypoint", "faults")
	says(t, out, err, `slow .*`)
	if list := sim.Faults(); len(list) != 1 {
		t.Errorf("faults %+v", list)
	}
	if _, err = flexgw(t, "sim", "anypoint", "fault", "clear", "slow"); err != nil || len(sim.Faults()) != 0 {
		t.Errorf("error %v, faults %+v", err, sim.Faults())
	}
	out, err = flexgw(t, "sim", "anypoint", "away", "503")
	says(t, out, err, `The Anypoint Platform answers 503\.`)
	out, err = flexgw(t, "sim", "anypoint", "away", "no")
	says(t, out, err, `The Anypoint Platform is there\.`)
}

func TestSimRefusesWhatTheAnypointPlatformDoesNotKnow(t *testing.T) {
	simulatedAnypoint(t)
	for command, want := range map[string]string{
		"sim anypoint fault add --rate 0":      "want more than 0",
		"sim anypoint fault add --status 200":  "status",
		"sim anypoint fault clear nobody":      `no fault "nobody"`,
		"sim anypoint away elsewhere":          "invalid argument",
		"sim anypoint inventory -o yaml":       "want table or json",
		"sim anypoint faults --anypoint-url x": "unsupported protocol scheme",
	} {
		t.Run(command, func(t *testing.T) {
			out, err := flexgw(t, strings.Fields(command)...)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, output %q; want %q", err, out, want)
			}
		})
	}
}
