package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// object is a JSON object whose members this program mostly passes through.
type object = map[string]any

// model is the part of a service-2.json that matters here.
type model struct {
	Metadata   object            `json:"metadata"`
	Operations map[string]object `json:"operations"`
	Shapes     map[string]object `json:"shapes"`
}

// readModel reads the newest version of the service's model.
func readModel(data, service string) (*model, error) {
	files, err := filepath.Glob(filepath.Join(data, service, "*", "service-2.json*"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no service-2.json of %s under %s", service, data)
	}
	newest := slices.Max(files) // the folders are named by date
	text, err := os.ReadFile(newest)
	if err != nil {
		return nil, err
	}
	if filepath.Ext(newest) == ".gz" {
		if text, err = gunzip(text); err != nil {
			return nil, fmt.Errorf("%s: %w", newest, err)
		}
	}
	m := &model{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("%s: %w", newest, err)
	}
	return m, nil
}

func gunzip(text []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// format writes the model with sorted keys and one operation or shape on a line,
// so that a change of AWS's model is a diff of the lines that it touches.
func format(m *model) ([]byte, error) {
	var b bytes.Buffer
	metadata, err := compact(m.Metadata)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "{\n\"metadata\": %s,\n\"operations\": {\n", metadata)
	if err := formatLines(&b, m.Operations); err != nil {
		return nil, err
	}
	b.WriteString("},\n\"shapes\": {\n")
	if err := formatLines(&b, m.Shapes); err != nil {
		return nil, err
	}
	b.WriteString("}\n}\n")
	return b.Bytes(), nil
}

func formatLines(b *bytes.Buffer, objects map[string]object) error {
	for i, name := range slices.Sorted(maps.Keys(objects)) {
		line, err := compact(objects[name])
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(b, "%q: %s", name, line)
	}
	b.WriteString("\n")
	return nil
}

// compact is the value on one line, with sorted keys and without HTML escapes.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
