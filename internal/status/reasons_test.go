package status_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestEveryReasonIsACamelCaseWord reads the constants from the sources, so that none can
// be left out.
func TestEveryReasonIsACamelCaseWord(t *testing.T) {
	word := regexp.MustCompile(`^[A-Z][A-Za-z]*[a-z][A-Za-z]*$`)
	found := 0
	for _, folder := range []string{"../../api/v1alpha1", "../engine", "../awscloud", "../resource", "../gateway"} {
		for name, value := range constants(t, folder) {
			if !strings.HasPrefix(name, "Reason") {
				continue
			}
			found++
			if !word.MatchString(value) {
				t.Errorf("%s: %s is %q, want a CamelCase word", folder, name, value)
			}
		}
	}
	if found < 20 {
		t.Errorf("%d reasons found, want all of them", found)
	}
}

// TestProblemsHaveNoReasonButAConstant finds literals where a constant should stand.
func TestProblemsHaveNoReasonButAConstant(t *testing.T) {
	for _, folder := range []string{"../awscloud", "../resource", "../gateway", "../../controllers"} {
		for _, file := range parse(t, folder) {
			ast.Inspect(file, func(n ast.Node) bool {
				pair, ok := n.(*ast.KeyValueExpr)
				if !ok {
					return true
				}
				key, isName := pair.Key.(*ast.Ident)
				literal, isLiteral := pair.Value.(*ast.BasicLit)
				if isName && isLiteral && key.Name == "Reason" && !events[literal.Value] {
					t.Errorf("%s has the reason %s, want a constant", folder, literal.Value)
				}
				return true
			})
		}
	}
}

// events are the reasons of the controllers' events, which are no conditions.
var events = map[string]bool{`"Ready"`: true, `"Scaled"`: true, `"Deleted"`: true, `"HealthCheckAPIAnswers"`: true}

// constants are the string constants of a package.
func constants(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range parse(t, folder) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != len(spec.Names) {
				return true
			}
			for i, name := range spec.Names {
				if literal, ok := spec.Values[i].(*ast.BasicLit); ok && literal.Kind == token.STRING {
					value, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					found[name.Name] = value
				}
			}
			return true
		})
	}
	return found
}

// parse reads the sources of a package, without its tests.
func parse(t *testing.T, folder string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no sources in %s (%v)", folder, err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}
