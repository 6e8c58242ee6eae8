package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// prefixes are the prefixes of AWS's IAM actions, by the name of the SDK's package.
var prefixes = map[string]string{
	"applicationautoscaling": "application-autoscaling",
	"cloudwatchlogs":         "logs",
	"ec2":                    "ec2",
	"ecs":                    "ecs",
	"efs":                    "elasticfilesystem",
	"elasticloadbalancingv2": "elasticloadbalancing",
	"iam":                    "iam",
	"secretsmanager":         "secretsmanager",
	"sts":                    "sts",
}

// sdkServices is where the SDK has a package for each service.
const sdkServices = "github.com/aws/aws-sdk-go-v2/service/"

// callers are the folders whose code calls AWS or builds the inputs of calls.
var callers = []string{"internal/resource", "internal/awscloud", "internal/gateway"}

// calls are the IAM actions of the AWS operations that the sources use, each with a place.
// A call of the SDK cannot be made without its input, so the types of the inputs name the
// operations whatever the client is called.
func calls(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	files := token.NewFileSet()
	for _, folder := range callers {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			collect(t, files, file, found)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// collect notes the inputs that one file builds.
func collect(t *testing.T, files *token.FileSet, file *ast.File, found map[string]string) {
	t.Helper()
	services := servicesOf(file)
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		selector, ok := literal.Type.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		service, isSDK := services[pkg.Name]
		operation, isInput := strings.CutSuffix(selector.Sel.Name, "Input")
		if !isSDK || !isInput {
			return true
		}
		prefix, known := prefixes[service]
		if !known {
			t.Errorf("%s: service %s has no IAM prefix in this test: add it", files.Position(n.Pos()), service)
		}
		found[prefix+":"+operation] = files.Position(n.Pos()).String()
		return true
	})
}

// servicesOf are the SDK's packages of services that a file imports, by their name in it.
func servicesOf(file *ast.File) map[string]string {
	services := map[string]string{}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		service, isService := strings.CutPrefix(imported, sdkServices)
		if err != nil || !isService || strings.Contains(service, "/") {
			continue
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		services[name] = service
	}
	return services
}

// kinds are the kinds of the resources in internal/resource, from their Identity.
func kinds(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	names, err := filepath.Glob(filepath.Join(root, "internal/resource/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			pair, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			key, isName := pair.Key.(*ast.Ident)
			value, isText := pair.Value.(*ast.BasicLit)
			if isName && isText && key.Name == "Kind" {
				if kind, err := strconv.Unquote(value.Value); err == nil {
					found[kind] = true
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		t.Fatal("no kinds were found in internal/resource")
	}
	return found
}
