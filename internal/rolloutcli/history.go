package rolloutcli

import (
	"context"
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
)

// The formats of History.
const (
	FormatTable = "table"
	FormatJSON  = "json"
	FormatYAML  = "yaml"
)

// History writes the versions of a gateway, newest first: a table, or status.history as
// it is in JSON or YAML.
func (t *Tool) History(ctx context.Context, name, format string) error {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	if format == FormatTable {
		return t.say(rolloutview.History(gw, t.Now())...)
	}
	history := gw.Status.History
	if history == nil {
		history = []v1alpha1.RevisionStatus{} // a list, and not null
	}
	text, err := json.MarshalIndent(history, "", "  ")
	if err == nil && format == FormatYAML {
		text, err = yaml.JSONToYAML(text)
	}
	if err != nil {
		return fmt.Errorf("history of %s: %w", rolloutview.Name(gw), err)
	}
	if format == FormatJSON {
		text = append(text, '\n')
	}
	_, err = t.Out.Write(text)
	return err
}

// Revisions are those of a gateway's history, newest first, for the completion of a
// shell.
func (t *Tool) Revisions(ctx context.Context, name string) ([]string, error) {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	var revisions []string
	for _, r := range gw.Status.History {
		revisions = append(revisions, fmt.Sprintf("%d\t%s, %s", r.Revision, r.Image, r.Outcome))
	}
	return revisions, nil
}
