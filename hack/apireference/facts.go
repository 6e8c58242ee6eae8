package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// facts are what the API server enforces of a field: type, default, limits, rules.
func (w *writer) facts(path string, s *schema) ([]string, error) {
	facts := []string{strings.Join(append([]string{kindOf(s)}, limits(s)...), ", ")}
	if values, err := enumOf(s); err != nil {
		return nil, err
	} else if len(values) > 0 {
		facts = append(facts, "One of: "+coded(values))
	}
	standard := ""
	if s.Default != nil {
		standard = string(s.Default.Raw)
		facts = append(facts, "Default: `"+standard+"`")
	}
	if example := w.examples.other(path, standard); example != "" && len(fieldsOf(s).Properties) == 0 {
		facts = append(facts, "Example: `"+example+"`")
	}
	rules := ownRules(s.XValidations)
	if s.Items != nil && s.Items.Schema != nil {
		rules = append(rules, ownRules(s.Items.Schema.XValidations)...)
	}
	for _, rule := range rules {
		facts = append(facts, told(rule))
	}
	if required := fieldsOf(s).Required; len(required) > 0 {
		facts = append(facts, "Required in it: "+coded(required))
	}
	return facts, nil
}

// ownRules are those that speak of this field, and of none inside of it.
func ownRules(rules apiextensionsv1.ValidationRules) apiextensionsv1.ValidationRules {
	return slices.DeleteFunc(slices.Clone(rules), func(rule apiextensionsv1.ValidationRule) bool {
		return rule.FieldPath != ""
	})
}

// told is a rule with its message. One that compares with what was before and says that it
// is the same makes a field fixed.
func told(rule apiextensionsv1.ValidationRule) string {
	word := "Refused"
	if strings.Contains(rule.Rule, "oldSelf") {
		word = "Fixed"
	}
	message := rule.Message
	if message == "" {
		message = rule.MessageExpression
	}
	return fmt.Sprintf("**%s**: *%s*<br>`%s`", word, special.Replace(message), rule.Rule)
}

// kindOf is the type in words.
func kindOf(s *schema) string {
	switch {
	case s.Items != nil && s.Items.Schema != nil:
		text := "list of " + kindOf(s.Items.Schema) + "s"
		if s.XListType != nil && *s.XListType != "atomic" {
			text += ", each once"
		}
		if len(s.XListMapKeys) > 0 {
			text += " by " + strings.Join(s.XListMapKeys, " and ")
		}
		return text
	case s.XIntOrString:
		return "integer or string"
	case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		return "map of " + kindOf(s.AdditionalProperties.Schema) + "s"
	case s.Format == "date-time":
		return "time"
	}
	return s.Type
}

// limits are the bounds of a value, and of the items of a list.
func limits(s *schema) []string {
	var all []string
	add := func(text string) {
		if text != "" {
			all = append(all, text)
		}
	}
	add(between(s.MinItems, s.MaxItems, "items"))
	add(between(s.MinProperties, s.MaxProperties, "entries"))
	add(between(s.MinLength, s.MaxLength, "characters"))
	add(between(whole(s.Minimum), whole(s.Maximum), ""))
	if s.MultipleOf != nil {
		add("in steps of " + strconv.FormatFloat(*s.MultipleOf, 'f', -1, 64))
	}
	if s.Pattern != "" {
		add("matching `" + s.Pattern + "`")
	}
	if s.Items != nil && s.Items.Schema != nil && len(s.Items.Schema.Properties) == 0 {
		for _, limit := range limits(s.Items.Schema) {
			add("each " + limit)
		}
	}
	return all
}

// whole is a bound without its fraction: the API has none.
func whole(bound *float64) *int64 {
	if bound == nil {
		return nil
	}
	n := int64(*bound)
	return &n
}

func between(least, most *int64, what string) string {
	var text string
	switch {
	case least != nil && most != nil && *least == *most:
		text = fmt.Sprint(*least)
	case least != nil && most != nil:
		text = fmt.Sprintf("%d to %d", *least, *most)
	case least != nil:
		text = fmt.Sprintf("at least %d", *least)
	case most != nil:
		text = fmt.Sprintf("at most %d", *most)
	default:
		return ""
	}
	return strings.TrimSpace(text + " " + what)
}

// enumOf are the values that are allowed, for a list those of its items.
func enumOf(s *schema) ([]string, error) {
	allowed := s.Enum
	if s.Items != nil && s.Items.Schema != nil && len(allowed) == 0 {
		allowed = s.Items.Schema.Enum
	}
	values := make([]string, len(allowed))
	for i, value := range allowed {
		values[i] = string(value.Raw)
		if text, err := strconv.Unquote(values[i]); err == nil {
			values[i] = text
		}
	}
	return values, nil
}

func coded(words []string) string {
	return "`" + strings.Join(words, "`, `") + "`"
}
