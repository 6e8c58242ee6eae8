package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
)

// FieldChange is one difference of a delta, for people: what the field is and what it
// should be.
type FieldChange struct {
	Field    string
	From, To string
}

// String is "field: from -> to".
func (c FieldChange) String() string {
	return fmt.Sprintf("%s: %s -> %s", c.Field, cmp.Or(c.From, "none"), cmp.Or(c.To, "none"))
}

// FieldChanges lists the differences of a delta in their order.
func FieldChanges(delta *compare.Delta) []FieldChange {
	if delta == nil {
		return nil
	}
	var changes []FieldChange
	for _, d := range delta.Differences {
		c := FieldChange{Field: field(d.Path), From: fmt.Sprint(d.B), To: fmt.Sprint(d.A)}
		if wanted, observed := reflect.ValueOf(d.A), reflect.ValueOf(d.B); wanted.Kind() == reflect.Map && observed.Kind() == reflect.Map {
			c.From, c.To = only(observed, wanted), only(wanted, observed)
		}
		wanted, isList := d.A.([]string)
		if observed, areLists := d.B.([]string); isList && areLists {
			if from, to := without(observed, wanted), without(wanted, observed); from != to { // not only their order
				c.From, c.To = from, to
			}
		}
		changes = append(changes, c)
	}
	return changes
}

// without are the entries of a list that are not in another one.
func without(list, other []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) }), ", ")
}

// only are the entries of a map that are not the same in another one, as "key value, ...".
func only(m, other reflect.Value) string {
	var entries []string
	for _, key := range m.MapKeys() {
		value := fmt.Sprint(m.MapIndex(key))
		if there := other.MapIndex(key); !there.IsValid() || fmt.Sprint(there) != value {
			entries = append(entries, fmt.Sprintf("%v %s", key, value))
		}
	}
	slices.Sort(entries)
	return strings.Join(entries, ", ")
}

// field is the dotted path, which compare.Path gives away only as JSON.
func field(path compare.Path) string {
	var content struct{ Parts []string }
	text, err := json.Marshal(path)
	if err != nil || json.Unmarshal(text, &content) != nil {
		return ""
	}
	return strings.Join(content.Parts, ".")
}
