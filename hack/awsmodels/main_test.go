package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *model {
	return &model{
		Metadata: object{"protocol": "json", "uid": "x-1"},
		Operations: map[string]object{
			"Get": {"name": "Get", "documentation": "<p>", "input": object{"shape": "In"}, "errors": []any{object{"shape": "Gone"}}},
			"Put": {"name": "Put", "input": object{"shape": "Unused"}},
		},
		Shapes: map[string]object{
			"In":     {"type": "structure", "documentation": "<p>", "required": []any{"Self"}, "members": object{"Self": object{"shape": "In", "documentation": "<p>"}}},
			"Gone":   {"type": "structure", "exception": true, "error": object{"code": "gone"}, "members": object{}},
			"Unused": {"type": "structure", "members": object{}},
			"Either": {"type": "structure", "union": true, "members": object{}},
		},
	}
}

func TestReduceKeepsWhatIsReachableWithoutDocumentation(t *testing.T) {
	table, err := reduce(sample(), []string{"Get"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := format(table)
	if err != nil {
		t.Fatal(err)
	}
	want := `{
"metadata": {"protocol":"json"},
"operations": {
"Get": {"errors":[{"shape":"Gone"}],"input":{"shape":"In"},"name":"Get"}
},
"shapes": {
"Gone": {"error":{"code":"gone"},"exception":true,"members":{},"type":"structure"},
"In": {"members":{"Self":{"shape":"In"}},"required":["Self"],"type":"structure"}
}
}
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestReduceRefusesWhatTheCodecsDoNotKnow(t *testing.T) {
	m := sample()
	m.Operations["Get"]["input"] = object{"shape": "Either"}
	if _, err := reduce(m, []string{"Get"}); err == nil || !strings.Contains(err.Error(), "union") {
		t.Errorf("error = %v, want one about the union", err)
	}
	if _, err := reduce(sample(), []string{"Missing"}); err == nil {
		t.Error("an operation that is not in the model was accepted")
	}
}

func TestParseOperationsRefusesAnOperationThatIsListedTwice(t *testing.T) {
	got, err := parseOperations("# a comment\n\necs RunTask\necs StopTask\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"ecs": {"RunTask", "StopTask"}}, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if _, err := parseOperations("ecs RunTask RunTask"); err == nil {
		t.Error("an operation that is listed twice was accepted")
	}
}
