package wire

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// fieldIndexes caches, for each struct of the SDK, the index of each exported field.
var fieldIndexes sync.Map // reflect.Type -> map[string]int

// field is the struct's field for a member of the model. The SDK's name of a
// member is the model's with a capital first letter. A member that this version
// of the SDK does not have is not ok.
func field(v reflect.Value, member string) (reflect.Value, bool) {
	indexes, ok := fieldIndexes.Load(v.Type())
	if !ok {
		indexes, _ = fieldIndexes.LoadOrStore(v.Type(), indexFields(v.Type()))
	}
	byName, _ := indexes.(map[string]int)
	i, ok := byName[capital(member)]
	if !ok {
		return reflect.Value{}, false
	}
	return v.Field(i), true
}

func indexFields(t reflect.Type) map[string]int {
	indexes := map[string]int{}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			indexes[f.Name] = i
		}
	}
	return indexes
}

func capital(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[n:]
}

// target is where to write a value of v: what v points at, made where it is nil.
func target(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	if v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem()
}

// present follows a pointer, and says whether there is a value: not for nil, and
// not for an empty enum, which is the SDK's way to leave one out.
func present(v reflect.Value) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v, false
		}
		return v.Elem(), true
	case reflect.Slice, reflect.Map, reflect.Interface:
		return v, !v.IsNil()
	case reflect.String:
		return v, v.Len() > 0
	default:
		return v, true
	}
}

// setText writes a scalar that was sent as text: in a form, a path or a query string.
func setText(s *Shape, v reflect.Value, text string) error {
	v = target(v)
	switch s.Type {
	case "string", "character":
		v.SetString(text)
		return nil
	case "boolean":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is not a boolean", text)
		}
		v.SetBool(b)
		return nil
	case "integer", "long", "short":
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("%q is not an integer", text)
		}
		v.SetInt(n)
		return nil
	case "float", "double":
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		v.SetFloat(f)
		return nil
	case "timestamp":
		return setTime(v, text)
	case "blob":
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return fmt.Errorf("%q is not base64", text)
		}
		v.SetBytes(b)
		return nil
	}
	return fmt.Errorf("a %s cannot be sent as text", s.Type)
}

// setTime accepts ISO 8601 and seconds since 1970, as AWS does.
func setTime(v reflect.Value, text string) error {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		seconds, numErr := strconv.ParseFloat(text, 64)
		if numErr != nil {
			return fmt.Errorf("%q is not a timestamp", text)
		}
		t = fromEpoch(seconds)
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

// fromEpoch is the time at that many seconds since 1970, to the millisecond,
// which is as fine as AWS's JSON timestamps are.
func fromEpoch(seconds float64) time.Time {
	return time.UnixMilli(int64(seconds*1000 + 0.5)).UTC()
}

// text is a scalar as it appears in XML.
func text(s *Shape, v reflect.Value) string {
	switch s.Type {
	case "boolean":
		return strconv.FormatBool(v.Bool())
	case "integer", "long", "short":
		return strconv.FormatInt(v.Int(), 10)
	case "float", "double":
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case "timestamp":
		t, _ := v.Interface().(time.Time)
		return t.UTC().Format("2006-01-02T15:04:05.000Z")
	case "blob":
		return base64.StdEncoding.EncodeToString(v.Bytes())
	default:
		return v.String()
	}
}
