// Command awsmodels reduces AWS's public service models, as botocore ships them,
// to the operations that the AWS simulator serves.
//
// Usage:
//
//	go run ./hack/awsmodels --botocore DIR [--out internal/awssim/wire/tables]
//
// DIR is botocore's folder, which
//
//	python3 -c 'import botocore, os; print(os.path.dirname(botocore.__file__))'
//
// prints. The operations are listed in operations.txt.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed operations.txt
var operationsFile string

func main() {
	botocore := flag.String("botocore", "", "botocore's folder, the one that contains data/")
	out := flag.String("out", "internal/awssim/wire/tables", "folder for the tables")
	flag.Parse()
	if err := run(*botocore, *out); err != nil {
		fmt.Fprintln(os.Stderr, "awsmodels:", err)
		os.Exit(1)
	}
}

func run(botocore, out string) error {
	if botocore == "" {
		return fmt.Errorf("--botocore is required: the folder that contains data/")
	}
	wanted, err := parseOperations(operationsFile)
	if err != nil {
		return err
	}
	for service, operations := range wanted {
		full, err := readModel(filepath.Join(botocore, "data"), service)
		if err != nil {
			return err
		}
		table, err := reduce(full, operations)
		if err != nil {
			return fmt.Errorf("%s: %w", service, err)
		}
		text, err := format(table)
		if err != nil {
			return fmt.Errorf("%s: %w", service, err)
		}
		if err := os.WriteFile(filepath.Join(out, service+".json"), text, 0o644); err != nil {
			return err
		}
		fmt.Printf("%-15s %3d operations %4d shapes %6d bytes\n", service, len(table.Operations), len(table.Shapes), len(text))
	}
	return nil
}

// parseOperations reads operations.txt: service to operations.
func parseOperations(text string) (map[string][]string, error) {
	wanted := map[string][]string{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		service := fields[0]
		for _, operation := range fields[1:] {
			if slices.Contains(wanted[service], operation) {
				return nil, fmt.Errorf("operations.txt: %s %s is listed twice", service, operation)
			}
			wanted[service] = append(wanted[service], operation)
		}
	}
	return wanted, nil
}
