package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// parseModel reads a table and ties every reference to its shape.
func parseModel(name string, text []byte) (*Model, error) {
	m := &Model{Name: name}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, err
	}
	for shapeName, s := range m.Shapes {
		s.Name = shapeName
		s.sorted = slices.Sorted(maps.Keys(s.Members))
		match, err := compilePattern(s.Pattern)
		if err != nil {
			return nil, fmt.Errorf("shape %s: %w", shapeName, err)
		}
		s.match = match
		if err := m.link(s.Member, s.Key, s.Value); err != nil {
			return nil, fmt.Errorf("shape %s: %w", shapeName, err)
		}
		for _, ref := range s.Members {
			if err := m.link(ref); err != nil {
				return nil, fmt.Errorf("shape %s: %w", shapeName, err)
			}
		}
	}
	for operationName, op := range m.Operations {
		if err := m.link(append([]*Ref{op.Input, op.Output}, op.Errors...)...); err != nil {
			return nil, fmt.Errorf("operation %s: %w", operationName, err)
		}
	}
	return m, nil
}

func (m *Model) link(refs ...*Ref) error {
	for _, ref := range refs {
		if ref == nil {
			continue
		}
		if ref.Shape = m.Shapes[ref.ShapeName]; ref.Shape == nil {
			return fmt.Errorf("no shape %q", ref.ShapeName)
		}
	}
	return nil
}

// wireName is the member's name in JSON and XML bodies.
func (r *Ref) wireName(member string) string {
	if r.LocationName != "" {
		return r.LocationName
	}
	return member
}
