package main

import (
	"fmt"
	"slices"
)

// What is kept of each kind of object; everything else (documentation, mostly)
// is left out.
var (
	metadataKeys  = []string{"apiVersion", "endpointPrefix", "jsonVersion", "protocol", "serviceId", "signingName", "targetPrefix", "xmlNamespace"}
	operationKeys = []string{"name", "authtype", "http", "input", "output", "errors"}
	referenceKeys = []string{"shape", "box", "flattened", "idempotencyToken", "location", "locationName", "queryName", "resultWrapper", "streaming", "timestampFormat"}
	shapeKeys     = []string{"type", "required", "enum", "min", "max", "pattern", "flattened", "timestampFormat", "error", "exception", "fault", "document", "sensitive"}
	// refusedKeys change the wire in ways that the simulator's codecs do not know.
	refusedKeys = []string{"payload", "eventstream", "union"}
)

// reduce returns the model with only the operations and what is reachable from
// them.
func reduce(full *model, operations []string) (*model, error) {
	r := reducer{full: full, table: &model{
		Metadata:   pick(full.Metadata, metadataKeys),
		Operations: map[string]object{},
		Shapes:     map[string]object{},
	}}
	for _, name := range operations {
		if err := r.operation(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.table, nil
}

type reducer struct {
	full, table *model
}

func (r *reducer) operation(name string) error {
	from, ok := r.full.Operations[name]
	if !ok {
		return fmt.Errorf("the model has no such operation")
	}
	op := pick(from, operationKeys)
	for _, key := range []string{"input", "output"} {
		if _, ok := op[key]; !ok {
			continue
		}
		ref, err := r.reference(op[key])
		if err != nil {
			return err
		}
		op[key] = ref
	}
	if errors, ok := op["errors"].([]any); ok {
		refs, err := r.references(errors)
		if err != nil {
			return err
		}
		op["errors"] = refs
	}
	r.table.Operations[name] = op
	return nil
}

func (r *reducer) references(all []any) ([]any, error) {
	var refs []any
	for _, each := range all {
		ref, err := r.reference(each)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// reference reduces a reference to a shape, and adds the shape to the table.
func (r *reducer) reference(v any) (object, error) {
	from, _ := v.(object)
	name, ok := from["shape"].(string)
	if !ok {
		return nil, fmt.Errorf("a reference without a shape: %v", v)
	}
	if err := r.shape(name); err != nil {
		return nil, err
	}
	return pick(from, referenceKeys), nil
}

func (r *reducer) shape(name string) error {
	if _, done := r.table.Shapes[name]; done {
		return nil
	}
	from, ok := r.full.Shapes[name]
	if !ok {
		return fmt.Errorf("no shape %s", name)
	}
	for _, key := range refusedKeys {
		if _, has := from[key]; has {
			return fmt.Errorf("shape %s is marked %q, which the simulator's codecs do not know", name, key)
		}
	}
	to := pick(from, shapeKeys)
	r.table.Shapes[name] = to // before its members: shapes may contain themselves
	return r.children(name, from, to)
}

func (r *reducer) children(name string, from, to object) error {
	for _, key := range []string{"member", "key", "value"} {
		if from[key] == nil {
			continue
		}
		ref, err := r.reference(from[key])
		if err != nil {
			return fmt.Errorf("%s.%s: %w", name, key, err)
		}
		to[key] = ref
	}
	members, ok := from["members"].(object)
	if !ok {
		return nil
	}
	reduced := object{}
	for member, v := range members {
		ref, err := r.reference(v)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", name, member, err)
		}
		reduced[member] = ref
	}
	to["members"] = reduced
	return nil
}

// pick copies the named members.
func pick(from object, keys []string) object {
	to := object{}
	for key, value := range from {
		if slices.Contains(keys, key) {
			to[key] = value
		}
	}
	return to
}
