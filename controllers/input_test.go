package controllers

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/clock"
)

func TestADeletionIsAsOldAsTheManagersClockSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unreadable := fake.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{
			Get: func(context.Context, client.WithWatch, client.ObjectKey, client.Object, ...client.GetOption) error {
				return errors.New("away")
			},
		}).Build()
		r := &Reconciler{Client: unreadable, Reader: unreadable, Clock: clock.Scaled{Anchor: time.Now(), Speed: 60}}
		time.Sleep(time.Hour)
		gw := &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Name: "one", Namespace: "flex", DeletionTimestamp: &metav1.Time{Time: time.Now()}}}
		time.Sleep(10 * time.Second)
		in, _ := r.inputForDeletion(t.Context(), gw) // its region cannot be read, which does not matter here
		if age := r.Clock.Now().Sub(in.DeletedAt); age != 10*time.Minute {
			t.Errorf("a deletion 10 s ago is %v old, want 10 minutes", age)
		}
	})
}
