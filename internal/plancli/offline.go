package plancli

import (
	"context"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/config/crd"
)

// offline makes of a gateway in a file what the API server would, without one: defaults,
// schema and rules of this tool's own version of the CRD. Rules about changes do not apply:
// nobody knows what was before.
func offline(ctx context.Context, object *unstructured.Unstructured) (*v1alpha1.FlexGatewayDeployment, error) {
	schema, err := schemaOfCRD()
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(schema)
	if err != nil {
		return nil, fmt.Errorf("the CRD: %w", err)
	}
	object = object.DeepCopy()
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, structural)
	defaulting.Default(object.Object, structural)
	if errs := check(ctx, schema, structural, object.Object); len(errs) > 0 {
		return nil, &refusal{reason: metav1.StatusReasonInvalid, err: errs.ToAggregate()}
	}
	gw := &v1alpha1.FlexGatewayDeployment{}
	return gw, typed(object, gw)
}

func check(ctx context.Context, schema *apiextensions.JSONSchemaProps, structural *structuralschema.Structural, content map[string]any) field.ErrorList {
	validator, _, err := validation.NewSchemaValidator(schema)
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	if errs := validation.ValidateCustomResource(nil, content, validator); len(errs) > 0 {
		return errs // rules may not be asked of what has not the right types
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	errs, _ := rules.Validate(ctx, nil, structural, content, nil, celconfig.RuntimeCELCostBudget)
	return errs
}

func schemaOfCRD() (*apiextensions.JSONSchemaProps, error) {
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(crd.FlexGatewayDeployments, &definition); err != nil {
		return nil, fmt.Errorf("the CRD: %w", err)
	}
	for _, v := range definition.Spec.Versions {
		if v.Name != v1alpha1.GroupVersion.Version || v.Schema == nil {
			continue
		}
		schema := &apiextensions.JSONSchemaProps{}
		return schema, apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, schema, nil)
	}
	return nil, fmt.Errorf("the CRD has no version %s", v1alpha1.GroupVersion.Version)
}
