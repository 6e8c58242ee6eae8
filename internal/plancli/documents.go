package plancli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
)

// manifests are the objects of a file. Gateways are as they are written, so that what is
// left out is left out; Secrets, ConfigMaps and Namespaces are what they are
// made from.
type manifests struct {
	gateways   []*unstructured.Unstructured
	secrets    []*corev1.Secret
	configMaps []*corev1.ConfigMap
	namespaces []*corev1.Namespace
	// expected are the Secrets that other controllers make of objects of the file, and why.
	expected map[types.NamespacedName]string
}

const gatewayKind = "FlexGatewayDeployment"

// read reads a file of YAML or JSON documents. Objects without a namespace are in the given
// one; objects of other kinds are not looked at.
func read(file io.Reader, namespace string) (*manifests, error) {
	m := &manifests{}
	documents := utilyaml.NewYAMLReader(bufio.NewReader(file))
	for n := 1; ; n++ {
		text, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		if err := m.add(text, namespace); err != nil {
			return nil, fmt.Errorf("document %d: %w", n, err)
		}
	}
}

func (m *manifests) add(text []byte, namespace string) error {
	converted, err := yaml.YAMLToJSON(text)
	if err != nil && secretive.Match(text) {
		return errors.New("it is no YAML; the cause is not told, for it may quote a Secret")
	}
	if err != nil {
		return err
	}
	var content map[string]any
	if err := utiljson.Unmarshal(converted, &content); err != nil { // whole numbers stay whole
		return errors.New("not an object")
	}
	if len(content) == 0 {
		return nil
	}
	object := &unstructured.Unstructured{Object: content}
	if object.IsList() {
		return object.EachListItem(func(item runtime.Object) error {
			inner, err := json.Marshal(item)
			if err != nil {
				return err
			}
			return m.add(inner, namespace)
		})
	}
	if object.GetNamespace() == "" && object.GetKind() != "Namespace" {
		object.SetNamespace(namespace)
	}
	return m.sort(object, text)
}

// secretive is a document that has, or may have, a Secret in it.
var secretive = regexp.MustCompile(`\bkind["']?\s*:\s*["']?(Secret|\w*List)\b`)

// sort puts an object among its kind. What is of this API, and not a version or kind that
// this program knows, is an error: passed over, it would be taken for nothing to do.
func (m *manifests) sort(object *unstructured.Unstructured, text []byte) error {
	switch kind := object.GroupVersionKind(); {
	case kind == v1alpha1.GroupVersion.WithKind(gatewayKind):
		return m.addGateway(object, text)
	case kind.Kind == gatewayKind || kind.Group == v1alpha1.GroupVersion.Group:
		return fmt.Errorf("%s: this program knows %s %s, and not %s %s", object.GetName(), v1alpha1.GroupVersion, gatewayKind, object.GetAPIVersion(), kind.Kind)
	case kind == corev1.SchemeGroupVersion.WithKind("Secret"):
		secret := &corev1.Secret{}
		if err := typed(object, secret); err != nil {
			return unreadable(object)
		}
		for key, value := range secret.StringData { // as the API server does
			if secret.Data == nil {
				secret.Data = map[string][]byte{}
			}
			secret.Data[key] = []byte(value)
		}
		m.secrets = append(m.secrets, secret)
	case kind == corev1.SchemeGroupVersion.WithKind("ConfigMap"):
		configMap := &corev1.ConfigMap{}
		if err := typed(object, configMap); err != nil {
			return unreadable(object)
		}
		m.configMaps = append(m.configMaps, configMap)
	case kind == corev1.SchemeGroupVersion.WithKind("Namespace"):
		namespace := &corev1.Namespace{}
		if err := typed(object, namespace); err != nil {
			return unreadable(object)
		}
		m.namespaces = append(m.namespaces, namespace)
	default:
		m.addExpected(object)
	}
	return nil
}

// addGateway refuses what would be left out in silence: fields that the API does not know,
// the first of two values of a field, and the first of two gateways of one name.
func (m *manifests) addGateway(object *unstructured.Unstructured, text []byte) error {
	if object.GetName() == "" {
		return errors.New("a FlexGatewayDeployment without a name")
	}
	if err := yaml.UnmarshalStrict(text, &v1alpha1.FlexGatewayDeployment{}); err != nil {
		return fmt.Errorf("%s: %w", object.GetName(), err)
	}
	for _, other := range m.gateways {
		if other.GetName() == object.GetName() && other.GetNamespace() == object.GetNamespace() {
			return fmt.Errorf("%s/%s stands in the file twice", object.GetNamespace(), object.GetName())
		}
	}
	m.gateways = append(m.gateways, object)
	return nil
}

// unreadable does not have the cause, which may quote what is secret.
func unreadable(object *unstructured.Unstructured) error {
	return fmt.Errorf("%s %s is not as the API wants it", object.GetKind(), object.GetName())
}

func typed(object *unstructured.Unstructured, into any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into)
}
