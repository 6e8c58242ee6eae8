package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// parseOperator reads a comparison such as {"prefix": "a"}.
func parseOperator(operator string, argument any) (matcher, error) {
	switch operator {
	case "exists":
		wanted, ok := argument.(bool)
		if !ok {
			return nil, errors.New("exists match pattern must be either true or false.") //nolint:staticcheck // AWS's sentence
		}
		return func(v any, present bool) bool {
			_, isObject := v.(map[string]any)
			return (present && !isObject) == wanted
		}, nil
	case "numeric":
		return parseNumeric(argument)
	case "anything-but":
		return parseAnythingBut(argument)
	}
	return parseText(operator, argument)
}

// parseText reads the comparisons of texts.
func parseText(operator string, argument any) (matcher, error) {
	fold := false
	if inner, ok := argument.(map[string]any); ok && (operator == "prefix" || operator == "suffix") && len(inner) == 1 {
		argument, fold = inner["equals-ignore-case"], true
	}
	want, isText := argument.(string)
	if !isText {
		return nil, fmt.Errorf("%s match pattern must be a string", operator)
	}
	if fold {
		want = strings.ToLower(want)
	}
	var match func(text string) bool
	switch operator {
	case "prefix":
		match = func(text string) bool { return strings.HasPrefix(text, want) }
	case "suffix":
		match = func(text string) bool { return strings.HasSuffix(text, want) }
	case "equals-ignore-case":
		match = func(text string) bool { return strings.EqualFold(text, want) }
	case "wildcard":
		if strings.Contains(want, "**") {
			return nil, errors.New("Consecutive wildcard characters") //nolint:staticcheck // AWS's sentence
		}
		match = func(text string) bool { return wildcard(want, text) }
	default:
		return nil, fmt.Errorf("Unrecognized match type %s", operator) //nolint:staticcheck // AWS's sentence
	}
	return func(v any, present bool) bool {
		text, ok := v.(string)
		if fold {
			text = strings.ToLower(text)
		}
		return present && ok && match(text)
	}, nil
}

// parseAnythingBut reads a value, a list of them, or a comparison of texts, that must
// not match.
func parseAnythingBut(argument any) (matcher, error) {
	unwanted := []any{argument}
	if list, ok := argument.([]any); ok {
		unwanted = list
	}
	if object, ok := argument.(map[string]any); ok {
		unwanted = nil
		for operator, inner := range object {
			list, isList := inner.([]any)
			if !isList {
				list = []any{inner}
			}
			for _, each := range list {
				unwanted = append(unwanted, map[string]any{operator: each})
			}
		}
	}
	if len(unwanted) == 0 {
		return nil, errors.New("Empty arrays are not allowed") //nolint:staticcheck // AWS's sentence
	}
	var refused []matcher
	for _, u := range unwanted {
		m, err := parseElement(u)
		if err != nil {
			return nil, err
		}
		refused = append(refused, m)
	}
	return func(v any, present bool) bool {
		return present && !slices.ContainsFunc(refused, func(m matcher) bool { return m(v, true) })
	}, nil
}

// parseNumeric reads pairs such as [">", 0, "<=", 5].
func parseNumeric(argument any) (matcher, error) {
	list, ok := argument.([]any)
	if !ok || len(list) == 0 || len(list)%2 != 0 {
		return nil, errors.New("Value of numeric must be an array of pairs of operators and numbers.") //nolint:staticcheck // AWS's sentence
	}
	var tests []func(float64) bool
	for i := 0; i < len(list); i += 2 {
		number, isNumber := list[i+1].(json.Number)
		limit, err := number.Float64()
		if !isNumber || err != nil {
			return nil, errors.New("Value of a numeric comparison must be a number.") //nolint:staticcheck // AWS's sentence
		}
		test, known := map[any]func(float64) bool{
			"=": func(f float64) bool { return f == limit }, "<": func(f float64) bool { return f < limit }, "<=": func(f float64) bool { return f <= limit },
			">": func(f float64) bool { return f > limit }, ">=": func(f float64) bool { return f >= limit },
		}[list[i]]
		if !known {
			return nil, fmt.Errorf("Unrecognized numeric range operator: %v", list[i]) //nolint:staticcheck // AWS's sentence
		}
		tests = append(tests, test)
	}
	return func(v any, present bool) bool {
		number, isNumber := v.(json.Number)
		f, err := number.Float64()
		return present && isNumber && err == nil && !slices.ContainsFunc(tests, func(test func(float64) bool) bool { return !test(f) })
	}, nil
}

// wildcard matches text with a pattern in which * stands for any characters.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(text, parts[0])
	if len(parts) == 1 || !ok {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
