// Command apireference writes docs/reference.md: every field of the API, from the CRD that
// the API server enforces.
//
// The generators that are there (crd-ref-docs, gen-crd-api-reference-docs) read Go types,
// and have one section for a type. This one reads the CRD, so that it has the rules with
// their messages as well, and gives each field one place, whose link is its path.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/config/crd"
)

func main() {
	samples := flag.String("samples", "config/samples", "folder of objects that the examples come from")
	out := flag.String("o", "docs/reference.md", "file to write")
	flag.Parse()
	if err := run(*samples, *out); err != nil {
		fmt.Fprintln(os.Stderr, "apireference:", err)
		os.Exit(1)
	}
}

func run(samples, out string) error {
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(crd.FlexGatewayDeployments, &definition); err != nil {
		return fmt.Errorf("the CRD: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(samples, "*.yaml"))
	if err != nil {
		return err
	}
	said := examples{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := said.read(definition.Spec.Names.Kind, content); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	text, err := reference(&definition, said)
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}
