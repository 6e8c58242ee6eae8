package status

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// inOrder are the conditions as a person reads them: the answer first, then why, then the
// parts in the order in which they are made.
var inOrder = []string{
	v1alpha1.ConditionReady, v1alpha1.ConditionStalled, v1alpha1.ConditionReconciling, v1alpha1.ConditionAvailable, v1alpha1.ConditionProgressing,
	v1alpha1.ConditionNetworkReady, v1alpha1.ConditionStorageReady, v1alpha1.ConditionIdentityReady, v1alpha1.ConditionComputeReady,
	v1alpha1.ConditionRegistrationReady, v1alpha1.ConditionLoadBalancerReady, v1alpha1.ConditionHealthCheckAPIReady,
	v1alpha1.ConditionAnypointConnected, v1alpha1.ConditionCertificateExpiring,
}

// order sorts conditions. kubectl describe prints them as they stand in the object.
func order(list []metav1.Condition) {
	slices.SortStableFunc(list, func(a, b metav1.Condition) int { return slices.Index(inOrder, a.Type) - slices.Index(inOrder, b.Type) })
}
