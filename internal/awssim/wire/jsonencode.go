package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
)

// encodeMembers is the JSON object of the struct's members that belong to the body.
func encodeMembers(s *Shape, v reflect.Value) map[string]any {
	object := map[string]any{}
	for name, ref := range s.Members {
		f, ok := field(v, name)
		if !ok || ref.Location != "" {
			continue
		}
		if f, ok = present(f); ok {
			object[ref.wireName(name)] = encodeJSON(ref.Shape, f)
		}
	}
	return object
}

// encodeJSON turns a present value into what json.Marshal understands.
func encodeJSON(s *Shape, v reflect.Value) any {
	switch s.Type {
	case "structure":
		if s.Document {
			return nil
		}
		return encodeMembers(s, v)
	case "list":
		list := make([]any, v.Len())
		for i := range list {
			element, _ := present(v.Index(i))
			list[i] = encodeJSON(s.Member.Shape, element)
		}
		return list
	case "map":
		object := map[string]any{}
		for entries := v.MapRange(); entries.Next(); {
			if element, ok := present(entries.Value()); ok || element.Kind() == reflect.String {
				object[entries.Key().String()] = encodeJSON(s.Value.Shape, element)
			}
		}
		return object
	case "timestamp":
		t, _ := v.Interface().(time.Time)
		return json.Number(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64))
	case "blob":
		return base64.StdEncoding.EncodeToString(v.Bytes())
	default:
		return scalar(v)
	}
}

// scalar is the value without its named type, whose own marshalling must not interfere.
func scalar(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return v.Int()
	case v.CanFloat():
		return v.Float()
	default:
		return v.Interface()
	}
}

// marshal writes JSON as AWS does, without HTML escapes. What it is given is made
// of maps, slices and scalars and cannot fail to be written.
func marshal(object map[string]any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(object); err != nil {
		return []byte("{}")
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
