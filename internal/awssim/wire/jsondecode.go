package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// parseJSON reads a JSON body; an empty one counts as the empty object.
func parseJSON(body []byte) (map[string]any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, malformed("%v", err)
	}
	return object, nil
}

// decodeMembers reads the members of a JSON object that belong to the body.
// Unknown members are ignored, as AWS does.
func decodeMembers(s *Shape, object map[string]any, v reflect.Value) error {
	for name, ref := range s.Members {
		value, ok := object[ref.wireName(name)]
		if !ok || value == nil || ref.Location != "" {
			continue
		}
		f, ok := field(v, name)
		if !ok {
			continue
		}
		if err := decodeJSON(ref.Shape, value, f); err != nil {
			return err
		}
	}
	return nil
}

func decodeJSON(s *Shape, value any, v reflect.Value) error {
	if s.Document {
		// Free-form documents have an SDK type that only the SDK can make.
		// No simulated operation reads one.
		return nil
	}
	switch value := value.(type) {
	case map[string]any:
		switch s.Type {
		case "structure":
			return decodeMembers(s, value, target(v))
		case "map":
			return decodeJSONMap(s, value, v)
		}
	case []any:
		if s.Type == "list" {
			return decodeJSONList(s, value, v)
		}
	case string:
		if s.Type == "string" || s.Type == "blob" || s.Type == "timestamp" {
			return asMalformed(setText(s, v, value))
		}
	case json.Number:
		switch s.Type {
		case "integer", "long", "short", "float", "double", "timestamp":
			return asMalformed(setText(s, v, value.String()))
		}
	case bool:
		if s.Type == "boolean" {
			target(v).SetBool(value)
			return nil
		}
	}
	return malformed("%s can not be converted to %s", tokenName(value), typeNames[s.Type])
}

func decodeJSONList(s *Shape, values []any, v reflect.Value) error {
	list := reflect.MakeSlice(v.Type(), len(values), len(values))
	for i, value := range values {
		if value == nil {
			continue
		}
		if err := decodeJSON(s.Member.Shape, value, list.Index(i)); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

func decodeJSONMap(s *Shape, values map[string]any, v reflect.Value) error {
	m := reflect.MakeMapWithSize(v.Type(), len(values))
	for key, value := range values {
		element := reflect.New(v.Type().Elem()).Elem()
		if value != nil {
			if err := decodeJSON(s.Value.Shape, value, element); err != nil {
				return err
			}
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
	}
	v.Set(m)
	return nil
}

func asMalformed(err error) error {
	if err == nil {
		return nil
	}
	return malformed("%v", err)
}

// typeNames are AWS's names of types in a SerializationException.
var typeNames = map[string]string{
	"blob": "a Blob", "boolean": "a Boolean", "double": "a Double", "float": "a Float", "integer": "an Integer",
	"list": "a List", "long": "a Long", "map": "a Map", "short": "a Short", "string": "a String",
	"structure": "a Structure", "timestamp": "a Timestamp",
}

// tokenName is AWS's name of what was found instead.
func tokenName(value any) string {
	switch value.(type) {
	case string:
		return "STRING_VALUE"
	case json.Number:
		return "NUMBER_VALUE"
	case bool:
		return "BOOLEAN_VALUE"
	case []any:
		return "START_ARRAY"
	default:
		return "START_OBJECT"
	}
}
