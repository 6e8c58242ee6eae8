package anypoint_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"flexgw.io/controller/internal/anypoint"
)

// quiet takes what servers have to say of clients that hang up.
var quiet = log.New(io.Discard, "", 0)

func TestPlanesHaveURLs(t *testing.T) {
	for plane, want := range map[string]string{
		"US": "https://anypoint.mulesoft.com", "us": "https://anypoint.mulesoft.com", "EU": "https://eu1.anypoint.mulesoft.com",
		"CA": "https://ca1.platform.mulesoft.com", "JP": "https://jp1.platform.mulesoft.com", "GOV": "https://gov.anypoint.mulesoft.com",
		"https://anypoint.example.com/": "https://anypoint.example.com", "https://10.0.0.7:8443/base": "https://10.0.0.7:8443/base",
	} {
		if got, err := anypoint.PlaneURL(plane); err != nil || got != want {
			t.Errorf("PlaneURL(%q) = %q, %v; want %q", plane, got, err, want)
		}
	}
	for _, plane := range []string{
		"", "MARS", "anypoint.mulesoft.com", "http://anypoint.mulesoft.com", "https://", "https://:443", "https://u:hunter2@h", "http://u:hunter2@h",
		"u:hunter2@h", "https://h?q=hunter2", "https://h#hunter2", "https://h\x7f", "%", "https://u:hunter2@h\x7f",
	} {
		got, err := anypoint.PlaneURL(plane)
		if err == nil {
			t.Errorf("PlaneURL(%q) = %q, want an error", plane, got)
			continue
		}
		if strings.Contains(plane, "@") && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("PlaneURL(%q) tells the password: %v", plane, err)
		}
	}
}

func TestCredentialsAreNeverShown(t *testing.T) {
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "by", app, "pointer", &app)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "by", app, "pointer", &app)
	marshalled, err := json.Marshal(map[string]any{"by": app, "pointer": &app})
	if err != nil {
		t.Fatal(err)
	}
	inside := struct{ By anypoint.Credentials }{app}
	for _, shown := range []string{
		fmt.Sprint(app, &app, inside), fmt.Sprintf("%v %+v %#v %s %q", app, app, app, app, app), fmt.Sprintf("%v %+v %#v", inside, inside, inside),
		logged.String(), string(marshalled), fmt.Sprint(app.MarshalLog()),
	} {
		if strings.Contains(shown, secret) {
			t.Errorf("the secret is shown: %s", shown)
		}
		if !strings.Contains(shown, "app") {
			t.Errorf("the client's id is not shown: %s", shown)
		}
	}
}

func TestEmptyCredentialsAreRefusedWithoutACall(t *testing.T) {
	for _, by := range []anypoint.Credentials{{}, {ClientID: "app"}, {ClientSecret: secret}} {
		_, err := anypoint.NewPlatform(anypoint.Options{}).Client("US", by)
		wantKind(t, err, anypoint.KindCredentials)
	}
}

func TestCallsAreCounted(t *testing.T) {
	registry := prometheus.NewRegistry()
	metrics, err := anypoint.NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := anypoint.NewMetrics(registry); err == nil {
		t.Error("the metrics were registered twice")
	}
	client := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page()).says("GET "+apisPath+"/1", 403, nil).
		client(t, func(o *anypoint.Options) { o.Metrics = metrics })
	for range 2 {
		if _, err := client.Gateways(t.Context(), env); err != nil {
			t.Fatal(err)
		}
	}
	_, err = client.APIInstance(t.Context(), env, 1)
	wantKind(t, err, anypoint.KindForbidden)
	got := map[string]float64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	want := map[string]float64{
		"flexgw_anypoint_api_calls_total GetToken ok": 1, "flexgw_anypoint_api_calls_total ListGateways ok": 2,
		"flexgw_anypoint_api_calls_total GetAPIInstance forbidden": 1, "flexgw_anypoint_api_call_seconds GetToken": 1,
		"flexgw_anypoint_api_call_seconds ListGateways": 2, "flexgw_anypoint_api_call_seconds GetAPIInstance": 1,
		"flexgw_anypoint_pace_wait_seconds": 4,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the metrics are\n%v, want\n%v", got, want)
	}
}
