package docs

import (
	"strings"
	"testing"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypoint/contract"
)

// What the client calls, which scopes that needs, and what the metrics call it, stand in
// docs/anypoint.md.
func TestAnypointsOperationsAndScopesAreDocumented(t *testing.T) {
	document := read(t, "docs/anypoint.md")
	called, scopes := section(t, document, "## What is called"), section(t, document, "## Scopes")
	description, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	operations := description.Operations()
	for _, operation := range operations {
		if !strings.Contains(called, "\n| "+operation+" | ") {
			t.Errorf("%s is called and has no row", operation)
		}
		for _, scope := range anypoint.Scopes(operation) {
			if !strings.Contains(scopes, scope) {
				t.Errorf("%s needs the scope %s, which is not named", operation, scope)
			}
		}
	}
	if rows := strings.Count(called, "\n| ") - 1; rows != len(operations) { // the head is one
		t.Errorf("%d operations have rows, and %d are called", rows, len(operations))
	}
	for kind := anypoint.KindUnreachable; kind.String() != "other"; kind++ {
		if !strings.Contains(document, "`"+kind.String()+"`") {
			t.Errorf("the outcome %s is not documented", kind)
		}
	}
}
