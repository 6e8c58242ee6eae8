package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"flexgw.io/controller/internal/awssim/core"
)

// violation is a value that does not satisfy the model.
type violation struct {
	// path is where the value is, such as "tags.1.member.key".
	path string
	// value is the value as AWS prints it: quoted, null where it is missing, and
	// nothing at all where it is sensitive.
	value string
	// constraint is the end of AWS's sentence: "Member must ...".
	constraint string
	missing    bool
}

func (v violation) String() string {
	value := ""
	if v.value != "" {
		value = v.value + " "
	}
	return fmt.Sprintf("Value %sat '%s' failed to satisfy constraint: %s", value, v.path, v.constraint)
}

// validate checks what the model says about the input: required members, enums,
// lengths, ranges and patterns, at every level.
func (c *Codec) validate(op *Operation, in reflect.Value) error {
	var check checker
	check.structure(op.Input.Shape, "", in)
	if len(check.violations) == 0 {
		return nil
	}
	if c.model.Name == "ec2" {
		return ec2Violation(check.violations[0])
	}
	noun := "error"
	if len(check.violations) > 1 {
		noun = "errors"
	}
	sentences := make([]string, len(check.violations))
	for i, v := range check.violations {
		sentences[i] = v.String()
	}
	return core.Errorf(validationCode(c.model.Name, op.Name), "%d validation %s detected: %s",
		len(sentences), noun, strings.Join(sentences, "; "))
}

// validationCode is the code under which a service's front end refuses a value.
func validationCode(service, operation string) string {
	switch service {
	case "ecs":
		if strings.Contains(operation, "TaskDefinition") {
			return "ClientException"
		}
		return "InvalidParameterException"
	case "logs":
		return "InvalidParameterException"
	case "efs", "secretsmanager":
		return "ValidationException"
	default:
		return "ValidationError"
	}
}

// ec2Violation is EC2's own way to say it, one at a time
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
func ec2Violation(v violation) error {
	if v.missing {
		return core.Errorf("MissingParameter", "The request must contain the parameter %s", v.path)
	}
	return core.Errorf("InvalidParameterValue", "Value (%s) for parameter %s is invalid. %s", strings.Trim(v.value, "'"), v.path, v.constraint)
}

// checker collects violations.
type checker struct{ violations []violation }

func (c *checker) structure(s *Shape, path string, v reflect.Value) {
	for _, name := range s.sorted {
		f, ok := field(v, name)
		if !ok {
			continue
		}
		at := join(path, name)
		f, ok = present(f)
		switch {
		case ok:
			c.value(s.Members[name].Shape, at, f)
		case slices.Contains(s.Required, name):
			c.violations = append(c.violations, violation{path: at, value: "null", constraint: "Member must not be null", missing: true})
		}
	}
}

// join is the path of a member; AWS writes its first letter small.
func join(path, member string) string {
	member = strings.ToLower(member[:1]) + member[1:]
	if path == "" {
		return member
	}
	return path + "." + member
}

func (c *checker) value(s *Shape, path string, v reflect.Value) {
	switch s.Type {
	case "structure":
		if !s.Document {
			c.structure(s, path, v)
		}
	case "list":
		c.length(s, path, v.Len(), v)
		for i := range v.Len() {
			element, _ := present(v.Index(i))
			c.value(s.Member.Shape, fmt.Sprintf("%s.%d.member", path, i+1), element)
		}
	case "map":
		c.length(s, path, v.Len(), v)
		for entries := v.MapRange(); entries.Next(); {
			c.value(s.Key.Shape, path, entries.Key())
			element, _ := present(entries.Value())
			c.value(s.Value.Shape, path+"."+entries.Key().String()+".member", element)
		}
	case "string":
		c.text(s, path, v)
	case "blob":
		c.length(s, path, v.Len(), v)
	case "integer", "long", "short":
		c.rangeOf(s, path, float64(v.Int()), v)
	case "float", "double":
		c.rangeOf(s, path, v.Float(), v)
	}
}

func (c *checker) text(s *Shape, path string, v reflect.Value) {
	text := v.String()
	if len(s.Enum) > 0 {
		if !slices.Contains(s.Enum, text) {
			c.fail(s, path, v, "Member must satisfy enum value set: [%s]", strings.Join(s.Enum, ", "))
		}
		return
	}
	c.length(s, path, utf8.RuneCountInString(text), v)
	if s.match != nil && !s.match(text) {
		c.fail(s, path, v, "Member must satisfy regular expression pattern: %s", s.Pattern)
	}
}

func (c *checker) length(s *Shape, path string, n int, v reflect.Value) {
	if s.Min != nil && float64(n) < *s.Min {
		c.fail(s, path, v, "Member must have length greater than or equal to %s", number(*s.Min))
	}
	if s.Max != nil && float64(n) > *s.Max {
		c.fail(s, path, v, "Member must have length less than or equal to %s", number(*s.Max))
	}
}

func (c *checker) rangeOf(s *Shape, path string, n float64, v reflect.Value) {
	if s.Min != nil && n < *s.Min {
		c.fail(s, path, v, "Member must have value greater than or equal to %s", number(*s.Min))
	}
	if s.Max != nil && n > *s.Max {
		c.fail(s, path, v, "Member must have value less than or equal to %s", number(*s.Max))
	}
}

func (c *checker) fail(s *Shape, path string, v reflect.Value, constraint string, args ...any) {
	value := ""
	if !s.Sensitive && s.Type != "blob" {
		value = fmt.Sprintf("'%v'", v.Interface())
	}
	c.violations = append(c.violations, violation{path: path, value: value, constraint: fmt.Sprintf(constraint, args...)})
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
