package plancli

import (
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/plan"
)

// refusal is why there is no plan for one gateway of a file. It says nothing about the
// others.
type refusal struct {
	reason metav1.StatusReason
	err    error
}

// Error is the cause's.
func (r *refusal) Error() string { return r.err.Error() }

// Unwrap is the cause.
func (r *refusal) Unwrap() error { return r.err }

// refused is a refusal where the API server has judged this object: by its schema, its
// rules, a policy or what the person may do. That there is no answer, or that it does not
// know the person, is true of all objects.
func refused(err error) error {
	wrapped := fmt.Errorf("the API server does not take it: %w", err)
	var answer apierrors.APIStatus
	if !errors.As(err, &answer) {
		return wrapped
	}
	switch code := answer.Status().Code; {
	case code == http.StatusUnauthorized, code == http.StatusTooManyRequests:
		return wrapped
	case code >= http.StatusBadRequest && code < http.StatusInternalServerError:
		return &refusal{reason: answer.Status().Reason, err: wrapped}
	default:
		return wrapped
	}
}

// planOfRefused is the plan of a gateway that is refused: a problem.
func planOfRefused(kind plan.Kind, object *unstructured.Unstructured, isNew bool, why *refusal) *plan.Plan {
	gw := &v1alpha1.FlexGatewayDeployment{}
	gw.Namespace, gw.Name = object.GetNamespace(), object.GetName()
	p := plan.Failed(kind, gw, string(why.reason), why.Error())
	p.New = isNew
	return p
}
