package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
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
		changes = append(changes, FieldChange{Field: field(d.Path), From: fmt.Sprint(d.B), To: fmt.Sprint(d.A)})
	}
	return changes
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
