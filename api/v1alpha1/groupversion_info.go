// Package v1alpha1 is the API of the controller: one kind, FlexGatewayDeployment.
//
// The CRD in config/crd is generated from these types. Each validation rule
// stands beside the field that it guards, with a sentence that says what to do.
//
// +kubebuilder:object:generate=true
// +groupName=flexgw.io
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is flexgw.io/v1alpha1.
var GroupVersion = schema.GroupVersion{Group: "flexgw.io", Version: "v1alpha1"}

// AddToScheme adds the kinds of this package to a scheme.
func AddToScheme(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion, &FlexGatewayDeployment{}, &FlexGatewayDeploymentList{})
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}
