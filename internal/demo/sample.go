package demo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/localcluster"
)

// sample is the manifest that the demonstration applies.
type sample struct {
	// path is the file's, as short as a person in the working directory would write it.
	path string
	// key is the namespace and name of the FlexGatewayDeployment in it.
	key types.NamespacedName
	// anypoint is true where the gateway has a place in the Anypoint Platform.
	anypoint bool
}

// readSample finds the gateway in a manifest; "" is the sample in the project's sources.
func readSample(file string) (sample, error) {
	if file == "" {
		root, err := localcluster.ModuleRoot()
		if err != nil {
			return sample{}, err
		}
		file = filepath.Join(root, "config", "samples", "flexgw-dev.yaml")
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return sample{}, err
	}
	gw, err := gatewayIn(content)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", file, err)
	}
	key := types.NamespacedName{Namespace: gw.Namespace, Name: gw.Name}
	return sample{path: fromHere(file), key: key, anypoint: gw.Spec.Anypoint != nil}, nil
}

// gatewayIn is the one FlexGatewayDeployment among YAML documents.
func gatewayIn(content []byte) (v1alpha1.FlexGatewayDeployment, error) {
	var found []v1alpha1.FlexGatewayDeployment
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return v1alpha1.FlexGatewayDeployment{}, err
		}
		var gw v1alpha1.FlexGatewayDeployment
		if err := yaml.Unmarshal(document, &gw); err != nil {
			return v1alpha1.FlexGatewayDeployment{}, err
		}
		if gw.Kind == "FlexGatewayDeployment" {
			found = append(found, gw)
		}
	}
	if len(found) != 1 || found[0].Namespace == "" {
		return v1alpha1.FlexGatewayDeployment{}, fmt.Errorf("there are %d FlexGatewayDeployments in it: give a file with one, and its namespace", len(found))
	}
	return found[0], nil
}

// fromHere is the path relative to the working directory, if it is below it.
func fromHere(path string) string {
	work, err := os.Getwd()
	if err != nil {
		return path
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	relative, err := filepath.Rel(work, absolute)
	if err != nil || strings.HasPrefix(relative, "..") {
		return absolute
	}
	return relative
}
