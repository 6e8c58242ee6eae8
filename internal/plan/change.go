package plan

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/engine"
)

// Change is what would change about one field.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// String is "field: from -> to".
func (c Change) String() string { return fmt.Sprintf("%s: %s -> %s", c.Field, c.From, c.To) }

// none stands for what is not there.
const none = "none"

// changes are the differences of a delta: each tag, and each entry of a list that is new or
// gone, is one of its own.
func changes(delta *compare.Delta) []Change {
	if delta == nil {
		return nil
	}
	var all []Change
	for i, c := range engine.FieldChanges(delta) {
		wanted, observed := delta.Differences[i].A, delta.Differences[i].B
		list, isList := wanted.([]string)
		switch {
		case isList:
			before, _ := observed.([]string)
			all = append(all, ofList(c.Field, list, before)...)
		case reflect.ValueOf(wanted).Kind() == reflect.Map:
			all = append(all, ofMap(c.Field, entries(wanted), entries(observed))...)
		default:
			all = append(all, Change{c.Field, orNone(c.From), orNone(c.To)})
		}
	}
	return all
}

// entries are the entries of any map as texts, none of what is no map.
func entries(v any) map[string]string {
	all := map[string]string{}
	m := reflect.ValueOf(v)
	if m.Kind() != reflect.Map {
		return all
	}
	for _, key := range m.MapKeys() {
		all[fmt.Sprint(key.Interface())] = fmt.Sprint(m.MapIndex(key).Interface())
	}
	return all
}

func ofMap(field string, wanted, observed map[string]string) []Change {
	keys := slices.Concat(slices.Collect(maps.Keys(wanted)), slices.Collect(maps.Keys(observed)))
	slices.Sort(keys)
	var all []Change
	for _, key := range slices.Compact(keys) {
		if wanted[key] != observed[key] {
			all = append(all, Change{field + "." + key, orNone(observed[key]), orNone(wanted[key])})
		}
	}
	return all
}

func ofList(field string, wanted, observed []string) []Change {
	var added, gone []string
	for _, entry := range wanted {
		if !slices.Contains(observed, entry) {
			added = append(added, entry)
		}
	}
	for _, entry := range observed {
		if !slices.Contains(wanted, entry) {
			gone = append(gone, entry)
		}
	}
	var all []Change
	for i := range max(len(added), len(gone)) {
		c := Change{field, none, none}
		if i < len(gone) {
			c.From = gone[i]
		}
		if i < len(added) {
			c.To = added[i]
		}
		all = append(all, c)
	}
	return all
}

func orNone(text string) string {
	if strings.TrimSpace(text) == "" || text == "<nil>" || text == "[]" || text == "map[]" {
		return none
	}
	return text
}
