package controllers

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"flexgw.io/controller/api/v1alpha1"
)

func TestAWatchHasEachGatewayLookedAtThatItFinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		found := []v1alpha1.FlexGatewayDeployment{{ObjectMeta: metav1.ObjectMeta{Name: "a"}}, {ObjectMeta: metav1.ObjectMeta{Name: "b"}}}
		w := &watch{
			look: func(context.Context) ([]v1alpha1.FlexGatewayDeployment, error) {
				return found, errors.New("the rest is away")
			},
			every: time.Minute, changed: make(chan event.GenericEvent),
		}
		began := time.Now()
		go func() { _ = w.Start(ctx) }()
		for _, want := range []string{"a", "b", "a"} {
			if got := <-w.changed; got.Object.GetName() != want {
				t.Errorf("%s is looked at, want %s", got.Object.GetName(), want)
			}
		}
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("the second round came after %v, want every minute", took)
		}
		stop()
	})
}
