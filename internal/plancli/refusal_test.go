package plancli

import (
	"errors"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"flexgw.io/controller/internal/plan"
)

func TestAGatewayThatIsRefusedDoesNotKeepTheOthersFromAPlan(t *testing.T) {
	wrong := strings.Replace(minimal, "region: us-east-1", "region: us-east-1, replicas: -1", 1)
	file := wrong + "---\n" + strings.Replace(minimal, "name: gw", "name: other", 1)
	for format, wants := range map[string][]string{
		FormatText:     {"flex/gw: there is no plan", "Invalid: spec.replicas", "flex/other (account 123456789012, us-east-1): "},
		FormatMarkdown: {"### flex/gw: there is no plan", "- Invalid: spec.replicas", "### flex/other (account 123456789012, us-east-1): "},
		FormatJSON:     {`"gateway": "flex/gw"`, `"reason": "Invalid"`, `"gateway": "flex/other"`, `"create": `},
	} {
		b := newBench(t)
		if err := b.File(t.Context(), strings.NewReader(file), Options{Format: format}); code(err) != CodeError {
			t.Errorf("%s: error %v", format, err)
		}
		for _, want := range wants {
			if !strings.Contains(b.out.String(), want) {
				t.Errorf("%s: there is no %q in\n%s", format, want, b.out.String())
			}
		}
	}
}

func TestWhatIsNotThereToBeDeletedDoesNotKeepTheOthersFromAPlan(t *testing.T) {
	b := newBench(t, live(t))
	file := strings.Replace(minimal, "name: gw", "name: none", 1) + "---\n" + minimal
	err := b.File(t.Context(), strings.NewReader(file), Options{Format: FormatJSON, Delete: true})
	plans := b.plans(t)
	if code(err) != CodeError || len(plans) != 2 {
		t.Fatalf("%d plans, error %v", len(plans), err)
	}
	if p := plans[0]; p.Kind != plan.KindDeletion || len(p.Problems) != 1 || p.Problems[0].Reason != "NotFound" {
		t.Errorf("%s of one that is not there: %v", p.Kind, p.Problems)
	}
	if p := plans[1]; len(p.Problems) > 0 {
		t.Errorf("%s of the other: %v", p.Kind, p.Problems)
	}
}

func TestOnlyWhatTheAPIServerSaysOfOneObjectIsARefusal(t *testing.T) {
	kind := schema.GroupKind{Group: "flexgw.io", Kind: gatewayKind}
	resource := schema.GroupResource{Group: "flexgw.io", Resource: "flexgatewaydeployments"}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"the schema":     {apierrors.NewInvalid(kind, "gw", nil), true},
		"a policy":       {apierrors.NewForbidden(resource, "gw", errors.New("no")), true},
		"another writer": {apierrors.NewConflict(resource, "gw", errors.New("changed")), true},
		"no credentials": {apierrors.NewUnauthorized("who are you"), false},
		"too many calls": {apierrors.NewTooManyRequests("later", 1), false},
		"a fault":        {apierrors.NewInternalError(errors.New("out of memory")), false},
		"no answer":      {errors.New("connection refused"), false},
	} {
		var why *refusal
		if got := errors.As(refused(test.err), &why); got != test.want {
			t.Errorf("%s: a refusal: %v, want %v", name, got, test.want)
		}
	}
}
