package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// ConfigText is what one key of a ConfigMap or Secret of spec.config holds.
type ConfigText struct {
	// Source says where it is, such as "ConfigMap flex-extra, key logging.yaml".
	Source string
	// Text are YAML documents. They may hold passwords.
	Text []byte
}

// longestConfiguration is what Secrets Manager takes, in bytes. Where the documents go
// into the container's environment, the registration and they share it.
const longestConfiguration = longestRegistration

// ReadDocuments checks the documents of spec.config and returns them, with the one of
// spec.probe behind them, as one text and its digest; both are empty where there are none.
//
// The text is canonical: the documents in the order of spec.config, keys sorted, comments
// gone. A change that means nothing makes no change in AWS. The digest is keyed with the
// owner's UID, like that of the registration. An error names source, document and field,
// and never quotes a value.
func ReadDocuments(gw *v1alpha1.FlexGatewayDeployment, texts []ConfigText) (text, digest string, err error) {
	all, err := readTexts(gw, texts)
	if err != nil {
		return "", "", err
	}
	if port := probePort(gw); port != 0 {
		all = append(all, probeDocument(port))
	}
	if err := checkTwice(all); err != nil || len(all) == 0 {
		return "", "", err
	}
	var parts []string
	for _, d := range all {
		part, err := canonical(d.node)
		if err != nil {
			return "", "", d.invalid("%v", err)
		}
		parts = append(parts, part)
	}
	text = strings.Join(parts, documentSeparator)
	if len(text) > longestConfiguration {
		return "", "", invalidConfig("the documents of spec.config have %d bytes, and at most %d can be delivered: shorten them", len(text), longestConfiguration)
	}
	return text, keyed(string(gw.UID), []byte(text)), nil
}

// documentSeparator stands between two documents.
const documentSeparator = "---\n"

func readTexts(gw *v1alpha1.FlexGatewayDeployment, texts []ConfigText) ([]configDocument, error) {
	var all []configDocument
	for _, t := range texts {
		documents, err := split(t)
		if err != nil {
			return nil, err
		}
		for _, d := range documents {
			if err := d.check(&gw.Spec); err != nil {
				return nil, err
			}
		}
		all = append(all, documents...)
	}
	return all, nil
}

// split reads the documents of one text. Empty ones are left out, but there must be one
// that is not.
func split(t ConfigText) ([]configDocument, error) {
	if !utf8.Valid(t.Text) {
		return nil, invalidConfig("%s: it is not UTF-8 text: put YAML documents there", t.Source)
	}
	if len(t.Text) > longestConfiguration {
		return nil, invalidConfig("%s: it has %d bytes, and at most %d can be delivered: shorten it", t.Source, len(t.Text), longestConfiguration)
	}
	var all []configDocument
	decoder := yaml.NewDecoder(bytes.NewReader(t.Text))
	for number := 1; ; number++ {
		d := configDocument{source: t.Source, number: number}
		var root yaml.Node
		switch err := decoder.Decode(&root); {
		case errors.Is(err, io.EOF):
			if len(all) == 0 {
				return nil, invalidConfig("%s: it has no document: put one there, or remove the key", t.Source)
			}
			return all, nil
		case err != nil: // the cause may quote the text
			return nil, d.invalid("it is not YAML: check indentation and quotes, with yamllint for instance")
		case isEmpty(&root):
			continue
		}
		d.node = root.Content[0]
		if err := d.read(); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
}

// isEmpty is true for a document that says nothing.
func isEmpty(root *yaml.Node) bool {
	return len(root.Content) == 0 || root.Content[0].Kind == yaml.ScalarNode && root.Content[0].Tag == "!!null"
}

// checkTwice refuses two documents of the same kind and name: the gateway would take one
// of them, and nobody could say which.
func checkTwice(all []configDocument) error {
	type name struct{ kind, namespace, name string }
	seen := map[name]configDocument{}
	for _, d := range all {
		key := name{d.head.Kind, d.head.Metadata.Namespace, d.head.Metadata.Name}
		if key.namespace == "" {
			key.namespace = "default" // MuleSoft, "Declarative Configuration Reference Guide"
		}
		if first, found := seen[key]; found {
			return d.invalid("there is another %s of this name, %s: rename or remove one of the two", d.head.Kind, first.place())
		}
		seen[key] = d
	}
	return nil
}

// withDocuments is the registration with documents behind it, for a gateway that gets both
// in one variable.
func withDocuments(registration, documents string) (string, error) {
	text := registration + "\n" + documentSeparator + documents
	if len(text) > longestConfiguration {
		return "", invalidConfig("the registration and the documents of spec.config have %d bytes together, and at most %d fit into a variable: "+
			"shorten the documents, or set spec.registration.delivery to EFS, where each may have as many", len(text), longestConfiguration)
	}
	return text, nil
}

// MissingConfig is the problem that spec.config names what is not there.
func MissingConfig(format string, args ...any) error {
	return &engine.Problem{Reason: v1alpha1.ReasonConfigMissing, Terminal: true, Message: fmt.Sprintf(format, args...)}
}

func invalidConfig(format string, args ...any) error {
	return &engine.Problem{Reason: v1alpha1.ReasonConfigInvalid, Terminal: true, Message: fmt.Sprintf(format, args...)}
}
