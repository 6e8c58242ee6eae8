package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// pattern is an event pattern that has been found valid (Amazon EventBridge user
// guide, "Event patterns" and "Comparison operators"): an object whose fields must
// all match, and whose leaves are lists of which one must match.
type pattern struct {
	fields map[string]pattern
	// any is the list of a leaf; each tells whether it matches a value. A field that
	// is absent is matched by nothing but {"exists": false}.
	any []matcher
	// or are alternatives, one of which must match too.
	or []pattern
}

// matcher tells whether a value matches; present is false where there is none.
type matcher func(value any, present bool) bool

func decode(text string, v any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is something after the object")
	}
	return nil
}

// parsePattern reads an event pattern; its error says what AWS would complain about.
func parsePattern(text string) (pattern, error) {
	var object map[string]any
	if err := decode(text, &object); err != nil || object == nil {
		return pattern{}, errors.New("Filter is not an object") //nolint:staticcheck // AWS's sentence
	}
	if len(object) == 0 {
		return pattern{}, errors.New("Empty patterns are not allowed") //nolint:staticcheck // the same
	}
	return parseObject(object)
}

func parseObject(object map[string]any) (pattern, error) {
	p := pattern{fields: map[string]pattern{}}
	for name, value := range object {
		alternatives, isList := value.([]any)
		if name == "$or" && isList {
			for _, a := range alternatives {
				inner, ok := a.(map[string]any)
				if !ok {
					return p, errors.New(`"$or" must be an array of objects`)
				}
				parsed, err := parseObject(inner)
				if err != nil {
					return p, err
				}
				p.or = append(p.or, parsed)
			}
			continue
		}
		parsed, err := parseField(name, value)
		if err != nil {
			return p, err
		}
		p.fields[name] = parsed
	}
	return p, nil
}

func parseField(name string, value any) (pattern, error) {
	switch v := value.(type) {
	case map[string]any:
		if len(v) == 0 {
			return pattern{}, errors.New("Empty patterns are not allowed") //nolint:staticcheck // AWS's sentence
		}
		return parseObject(v)
	case []any:
		if len(v) == 0 {
			return pattern{}, errors.New("Empty arrays are not allowed") //nolint:staticcheck // AWS's sentence
		}
		p := pattern{}
		for _, element := range v {
			m, err := parseElement(element)
			if err != nil {
				return p, err
			}
			p.any = append(p.any, m)
		}
		return p, nil
	default:
		return pattern{}, fmt.Errorf("%q must be an object or an array", name)
	}
}

// parseElement reads one element of a list: a value, or an operator.
func parseElement(element any) (matcher, error) {
	switch e := element.(type) {
	case map[string]any:
		if len(e) != 1 {
			return nil, errors.New("Only one key allowed in match expression") //nolint:staticcheck // AWS's sentence
		}
		for operator, argument := range e {
			return parseOperator(operator, argument)
		}
	case []any:
		return nil, errors.New("Match value must be String, number, true, false, or null") //nolint:staticcheck // AWS's sentence
	}
	return func(v any, present bool) bool { return present && equal(v, element) }, nil
}

// equal compares scalars: numbers by their value, else by type and text.
func equal(a, b any) bool {
	x, isNumber := a.(json.Number)
	y, both := b.(json.Number)
	if isNumber && both {
		left, errLeft := x.Float64()
		right, errRight := y.Float64()
		return errLeft == nil && errRight == nil && left == right
	}
	switch a.(type) {
	case string, bool, nil:
		return a == b
	}
	return false
}

// matches tells whether the pattern matches an event, or a part of one.
func (p pattern) matches(value any) bool {
	object, isObject := value.(map[string]any)
	if list, ok := value.([]any); ok { // objects in a list: one of them has to match
		return slices.ContainsFunc(list, p.matches)
	}
	for name, field := range p.fields {
		inner, present := object[name]
		present = present && isObject
		if field.any == nil {
			if !field.matches(inner) {
				return false
			}
			continue
		}
		if !field.leaf(inner, present) {
			return false
		}
	}
	return len(p.or) == 0 || slices.ContainsFunc(p.or, func(o pattern) bool { return o.matches(value) })
}

// leaf tells whether one of the list matches the value or, where that is a list, one
// of its elements.
func (p pattern) leaf(value any, present bool) bool {
	values := []any{value}
	if list, ok := value.([]any); ok && len(list) > 0 {
		values = list
	}
	return slices.ContainsFunc(p.any, func(m matcher) bool {
		return slices.ContainsFunc(values, func(v any) bool { return m(v, present) })
	})
}
