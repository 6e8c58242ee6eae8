package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// policy is a policy document in IAM's JSON language (IAM user guide, "IAM JSON
// policy element reference").
type policy struct {
	Version   string
	ID        string `json:"Id"`
	Statement list[statement]
}

// statement is one statement of a policy.
type statement struct {
	Sid          string
	Effect       string
	Action       list[string]
	NotAction    list[string]
	Resource     list[string]
	NotResource  list[string]
	Principal    *principal
	NotPrincipal *principal
	Condition    map[string]map[string]list[conditionValue]
}

// list is what may be written as one value or as an array of values.
type list[T any] []T

// UnmarshalJSON reads one value or an array.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		var many []T
		if err := decodeStrictly(data, &many); err != nil {
			return err
		}
		*l = many
		return nil
	}
	var one T
	if err := decodeStrictly(data, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}

// conditionValue is a string, or a number or boolean taken as its text.
type conditionValue string

// UnmarshalJSON reads a string, a number or a boolean.
func (v *conditionValue) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*v = conditionValue(text)
		return nil
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	switch value.(type) {
	case bool, float64:
		*v = conditionValue(data)
		return nil
	}
	return errors.New("a condition value is a string, a number or a boolean")
}

// principal is "*" or the principals of each type: AWS, Service, Federated,
// CanonicalUser.
type principal struct {
	anyone bool
	byType map[string]list[string]
}

// UnmarshalJSON reads "*" or an object.
func (p *principal) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		if text != "*" {
			return errors.New(`the only principal that is a string is "*"`)
		}
		p.anyone = true
		return nil
	}
	return json.Unmarshal(data, &p.byType)
}

// document is a policy as its owner wrote it and as IAM understands it.
type document struct {
	text   string
	parsed policy
}

// decodeStrictly reads one JSON value that has no members but those of v.
func decodeStrictly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something after the document")
	}
	return nil
}
