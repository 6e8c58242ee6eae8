// Package promql reads what people watch the project with, its alerts and its dashboard,
// by Prometheus's own programs.
package promql

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// The files of the project, from its root, that alerts and dashboard are in.
const (
	Rules     = "config/prometheus/rules.yaml"
	Dashboard = "config/grafana/flexgw.json"
)

// Tools is a folder with promtool and series.
type Tools string

// Build builds both, of the versions that hack/prometheus names, into a folder. Root is the
// project's. It is quick after the first time.
func Build(ctx context.Context, root, folder string) (Tools, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(root, "hack/prometheus/build.sh"), folder).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build promtool: %w\n%s", err, out)
	}
	return Tools(folder), nil
}

// Promtool runs promtool in a folder, and returns what it says.
func (t Tools) Promtool(ctx context.Context, folder string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, filepath.Join(string(t), "promtool"), args...)
	c.Dir = folder
	out, err := c.CombinedOutput()
	return string(out), err
}

// Selector is what an expression reads.
type Selector struct {
	// Metric is its name, as Prometheus stores it: of a histogram with _bucket, for one.
	Metric string `json:"metric"`
	// Labels are those that it is selected, grouped or joined by.
	Labels []string `json:"labels"`
}

// Selectors are those of each expression. The error names one that Prometheus refuses.
func (t Tools) Selectors(ctx context.Context, expressions []Expression) ([][]Selector, error) {
	var in, out, errs bytes.Buffer
	for _, e := range expressions {
		if err := json.NewEncoder(&in).Encode(e.Text); err != nil {
			return nil, err
		}
	}
	c := exec.CommandContext(ctx, filepath.Join(string(t), "series"))
	c.Stdin, c.Stdout, c.Stderr = &in, &out, &errs
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, &errs)
	}
	var all [][]Selector
	for answers := json.NewDecoder(&out); ; {
		var selectors []Selector
		switch err := answers.Decode(&selectors); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, selectors)
	}
}

// Expression is one of PromQL.
type Expression struct {
	// Where is the alert's name, or the panel's title.
	Where, Text string
}

// Alert is a rule.
type Alert struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// Alerts are the project's, and the file that promtool takes them from. Root is the
// project's folder.
func Alerts(root string) ([]Alert, []byte, error) {
	text, err := os.ReadFile(filepath.Join(root, Rules))
	if err != nil {
		return nil, nil, err
	}
	var object struct {
		Spec struct {
			Groups []struct {
				Name  string  `json:"name"`
				Rules []Alert `json:"rules"`
			} `json:"groups"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &object); err != nil {
		return nil, nil, err
	}
	var all []Alert
	for _, group := range object.Spec.Groups {
		all = append(all, group.Rules...)
	}
	var whole struct {
		Spec map[string]any `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &whole); err != nil {
		return nil, nil, err
	}
	file, err := yaml.Marshal(whole.Spec)
	return all, file, err
}

// variables are what Grafana puts in the place of the dashboard's variables.
var variables = strings.NewReplacer("$__rate_interval", "5m", "$namespace", ".*", "$gateway", ".*")

// Panels are the expressions of the dashboard, with values for its variables.
func Panels(root string) ([]Expression, error) {
	text, err := os.ReadFile(filepath.Join(root, Dashboard))
	if err != nil {
		return nil, err
	}
	var dashboard struct {
		Panels []struct {
			Title   string `json:"title"`
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		return nil, err
	}
	var all []Expression
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			all = append(all, Expression{panel.Title, variables.Replace(target.Expr)})
		}
	}
	return all, nil
}

// Everything are the expressions of alerts and dashboard.
func Everything(root string) ([]Expression, error) {
	all, err := Panels(root)
	if err != nil {
		return nil, err
	}
	alerts, _, err := Alerts(root)
	for _, a := range alerts {
		all = append(all, Expression{a.Alert, a.Expr})
	}
	return all, err
}
