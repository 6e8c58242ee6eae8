package status

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

func TestConditionsBeginWithTheAnswerWheneverTheyWereSet(t *testing.T) {
	list := []metav1.Condition{
		{Type: v1alpha1.ConditionStorageReady}, {Type: v1alpha1.ConditionAvailable}, {Type: v1alpha1.ConditionNetworkReady},
		{Type: v1alpha1.ConditionReady}, {Type: v1alpha1.ConditionStalled},
	}
	order(list)
	var got []string
	for _, c := range list {
		got = append(got, c.Type)
	}
	if diff := cmp.Diff([]string{"Ready", "Stalled", "Available", "NetworkReady", "StorageReady"}, got); diff != "" {
		t.Errorf("the order (-want +got):\n%s", diff)
	}
}
