package localcluster

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	yamlstream "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// crd is a CustomResourceDefinition as it stands in its file.
type crd struct {
	object *unstructured.Unstructured
	// served are the resources that it will add to the API.
	served []schema.GroupVersionResource
}

// definition is the part of a CustomResourceDefinition that names its resources.
type definition struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Plural string `json:"plural"`
		} `json:"names"`
		Versions []struct {
			Name   string `json:"name"`
			Served bool   `json:"served"`
		} `json:"versions"`
	} `json:"spec"`
}

// readCRDs reads the files and, of folders, the YAML files in them. Other kinds of
// object are passed over, such as a kustomization beside the CRDs.
func readCRDs(paths []string) ([]crd, error) {
	var all []crd
	for _, path := range paths {
		files, err := yamlFiles(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			crds, err := readCRDFile(file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			all = append(all, crds...)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no CustomResourceDefinition in %v", paths)
	}
	return all, nil
}

func yamlFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	return filepath.Glob(filepath.Join(path, "*.yaml"))
}

func readCRDFile(path string) ([]crd, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var crds []crd
	documents := yamlstream.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return crds, nil
		}
		if err != nil {
			return nil, err
		}
		c, err := parseCRD(document)
		if err != nil {
			return nil, err
		}
		if c.object.GetKind() == "CustomResourceDefinition" {
			crds = append(crds, c)
		}
	}
}

func parseCRD(document []byte) (crd, error) {
	c := crd{object: &unstructured.Unstructured{}}
	if err := yaml.Unmarshal(document, &c.object.Object); err != nil {
		return crd{}, err
	}
	var d definition
	if c.object.GetKind() != "CustomResourceDefinition" {
		return c, nil
	}
	if err := yaml.Unmarshal(document, &d); err != nil {
		return crd{}, err
	}
	for _, v := range d.Spec.Versions {
		if v.Served {
			c.served = append(c.served, schema.GroupVersionResource{Group: d.Spec.Group, Version: v.Name, Resource: d.Spec.Names.Plural})
		}
	}
	return c, nil
}
