package anypoint_test

import (
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/test/alerts/promql"
	"flexgw.io/controller/test/e2e/rig"
)

// drift has somebody change the service's grace period, and waits until that is put right.
func drift(t *testing.T, gateway string) {
	t.Helper()
	service := kubectl(t, "get", gateway, "-o", `jsonpath={.status.resources[?(@.kind=="Service")].id}`)
	cluster := kubectl(t, "get", gateway, "-o", "jsonpath={.spec.compute.clusterName}")
	_, err := stack.In(t, "us-east-1").ECS.UpdateService(t.Context(), &ecs.UpdateServiceInput{
		Cluster: &cluster, Service: &service, HealthCheckGracePeriodSeconds: aws.Int32(1234),
	})
	if err != nil {
		t.Fatal(err)
	}
	kubectl(t, "annotate", gateway, "example.com/look=now")
	rig.Eventually(t, "the drift is put right and counted", func() bool {
		return scrape(t).has("flexgw_drift_mended_total")
	})
	kubectl(t, "wait", "--for=condition=Ready", gateway, "--timeout=90s")
}

// exposed are the labels of each metric that the manager serves.
type exposed map[string]map[string]bool

func (e exposed) has(metric string) bool { return e[metric] != nil }

func (e exposed) add(more exposed) {
	for metric, labels := range more {
		if e[metric] == nil {
			e[metric] = map[string]bool{}
		}
		maps.Copy(e[metric], labels)
	}
}

// The text format: https://prometheus.io/docs/instrumenting/exposition_formats/
var (
	sample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? `)
	label  = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"`)
)

// metrics is what the manager says to Prometheus.
func metrics(t *testing.T) string {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, stack.MetricsURL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("metrics: %s, %v\n%s", answer.Status, err, text)
	}
	return string(text)
}

func scrape(t *testing.T) exposed {
	t.Helper()
	found := exposed{}
	for line := range strings.Lines(metrics(t)) {
		if match := sample.FindStringSubmatch(line); match != nil {
			labels := map[string]bool{}
			for _, l := range label.FindAllStringSubmatch(match[2], -1) {
				labels[l[1]] = true
			}
			found.add(exposed{match[1]: labels})
		}
	}
	return found
}

// wantNothingOf fails the test where metrics of a gateway that is gone stay.
func wantNothingOf(t *testing.T, gateway string) {
	t.Helper()
	rig.Eventually(t, "the metrics of a gateway that is gone vanish", func() bool {
		return !strings.Contains(metrics(t), gateway)
	})
}

// ofTarget are the labels that Prometheus adds to what a manager says.
var ofTarget = map[string]bool{"job": true, "instance": true, "namespace": true}

// wantWhatIsWatched fails the test where an alert or a panel of the dashboard reads what the
// manager does not say.
func wantWhatIsWatched(t *testing.T, seen exposed) {
	t.Helper()
	root, err := localcluster.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	tools, err := promql.Build(t.Context(), root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	expressions, err := promql.Everything(root)
	if err != nil {
		t.Fatal(err)
	}
	selectors, err := tools.Selectors(t.Context(), expressions)
	if err != nil {
		t.Fatal(err)
	}
	if len(expressions) < 40 || len(selectors) != len(expressions) {
		t.Fatalf("%d expressions have %d answers", len(expressions), len(selectors))
	}
	for i, e := range expressions {
		for _, s := range selectors[i] {
			if !seen.has(s.Metric) {
				t.Errorf("%s: the manager does not serve %s", e.Where, s.Metric)
				continue
			}
			for _, name := range s.Labels {
				if !seen[s.Metric][name] && !ofTarget[name] {
					t.Errorf("%s: %s has no label %s", e.Where, s.Metric, name)
				}
			}
		}
	}
}
