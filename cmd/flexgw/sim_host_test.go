package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
)

// hosted starts a simulator that can be replaced, at AWS_ENDPOINT_URL, and returns a
// function that makes a cluster in it.
func hosted(t *testing.T) (h *awssim.Host, makeCluster func(name string)) {
	t.Helper()
	settings := core.DefaultSettings()
	settings.Latencies[core.APICall] = core.Spread{}
	h, err := awssim.NewHost(awssim.Options{Seed: 1, Settings: &settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	client := ecs.New(ecs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIA222222222222SIMU", "s", ""),
	})
	return h, func(name string) {
		t.Helper()
		if _, err := client.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String(name)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSimStopsStepsAndSpeedsUpTime(t *testing.T) {
	h, _ := hosted(t)
	out, err := flexgw(t, "sim", "clock")
	says(t, out, err, `now +\S+Z`, `pace +1 simulated seconds a second`)
	if strings.Contains(out, "note") {
		t.Errorf("a note where nothing was changed:\n%s", out)
	}
	out, err = flexgw(t, "sim", "clock", "--pause", "--speed", "60")
	says(t, out, err, `pace +paused, then 60 simulated seconds a second`, `note +.*real time`)
	at := h.Sim().World().Clock().Now()
	out, err = flexgw(t, "sim", "clock", "--step", "10m")
	says(t, out, err, `ahead +(10m|9m59\.)\S+ of the clock that it was started with`)
	if stepped := h.Sim().World().Clock().Now().Sub(at); stepped != 10*time.Minute {
		t.Errorf("stepped by %v, want 10m", stepped)
	}
	out, err = flexgw(t, "sim", "clock", "--resume", "-o", "json")
	var clock struct {
		Paused bool    `json:"paused"`
		Speed  float64 `json:"speed"`
	}
	if err != nil || json.Unmarshal([]byte(out), &clock) != nil || clock.Paused || clock.Speed != 60 {
		t.Errorf("clock %s, error %v", out, err)
	}
}

func TestSimSavesResetsAndLoads(t *testing.T) {
	h, makeCluster := hosted(t)
	makeCluster("blue")
	before := h.Sim().Inventory()
	file := filepath.Join(t.TempDir(), "saved")
	if err := os.WriteFile(file, []byte("somebody may read this"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := flexgw(t, "sim", "save", file)
	says(t, out, err, `Saved to \S+/saved, which holds secrets\.`)
	if is, err := os.Stat(file); err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v, want 0600", is.Mode(), err)
	}
	out, err = flexgw(t, "sim", "reset")
	says(t, out, err, `The simulated AWS is as it was on its first day\.`)
	if left := h.Sim().Inventory(); len(left) != 0 {
		t.Errorf("left after the reset: %v", left)
	}
	makeCluster("red")
	out, err = flexgw(t, "sim", "load", file, "-o", "json")
	says(t, out, err, `{"done":"loaded"}`)
	if diff := cmp.Diff(before, h.Sim().Inventory()); diff != "" {
		t.Errorf("inventory (-saved +loaded):\n%s", diff)
	}
	makeCluster("green")
	if n := len(h.Sim().Inventory()); n != 2 {
		t.Errorf("%d clusters, want blue and green", n)
	}
}

func TestSimRefusesWhatItCannotDoToTimeAndWorlds(t *testing.T) {
	h, makeCluster := hosted(t)
	makeCluster("blue")
	dir := t.TempDir()
	write := func(name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"a step back", []string{"clock", "--step", "-1m"}, "more than 0"},
		{"no speed", []string{"clock", "--speed", "0"}, "speed: 0"},
		{"stop and go", []string{"clock", "--pause", "--resume"}, "none of the others can be"},
		{"no file", []string{"load", filepath.Join(dir, "none")}, "no such file"},
		{"half a file", []string{"load", write("half", `{"format":`)}, "half is not a whole snapshot"},
		{"another file", []string{"load", write("other", `{"kind": "List"}`)}, "not a snapshot of a simulated AWS"},
		{"no folder", []string{"save", filepath.Join(dir, "none", "x")}, "no such file or directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if out, err := flexgw(t, append([]string{"sim"}, test.args...)...); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want %q; output %s", err, test.says, out)
			}
		})
	}
	if n := len(h.Sim().Inventory()); n != 1 {
		t.Errorf("%d clusters, want the one that was there", n)
	}
}
