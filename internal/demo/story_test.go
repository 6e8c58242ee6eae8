package demo

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// serving is a gateway of a generation whose status speaks of another.
func serving(generation, observed int64, wanted, healthy int32) *v1alpha1.FlexGatewayDeployment {
	return &v1alpha1.FlexGatewayDeployment{
		ObjectMeta: metav1.ObjectMeta{Generation: generation},
		Spec:       v1alpha1.FlexGatewayDeploymentSpec{Replicas: &wanted},
		Status: v1alpha1.FlexGatewayDeploymentStatus{
			DesiredReplicas: wanted, ReadyReplicas: healthy,
			Conditions: []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, ObservedGeneration: observed}},
		},
	}
}

func TestReadinessCountsOnlyForTheLatestSpec(t *testing.T) {
	tests := map[string]struct {
		gateway *v1alpha1.FlexGatewayDeployment
		want    bool
	}{
		"no gateway":                         {nil, false},
		"no status yet":                      {&v1alpha1.FlexGatewayDeployment{}, false},
		"ready with all replicas":            {serving(2, 2, 4, 4), true},
		"ready for the spec before this one": {serving(2, 1, 4, 4), false},
		"one replica is not healthy":         {serving(2, 2, 4, 3), false},
		"ready, but with another count":      {serving(2, 2, 1, 1), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := &story{gateway: tt.gateway}
			if got := s.isReadyWith(4); got != tt.want {
				t.Errorf("isReadyWith(4) = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAStoryKnowsWhenTheObjectCameAndWhenItsSpecChanged(t *testing.T) {
	at := func(seconds int) time.Time { return moment.Add(time.Duration(seconds) * time.Second) }
	s := &story{}
	if told := s.take(sighting{at: at(0), absent: true}); told != nil {
		t.Errorf("before the apply it tells %v", told)
	}
	s.take(sighting{at: at(1), gateway: serving(1, 1, 1, 1)})
	s.take(sighting{at: at(2), gateway: serving(1, 1, 1, 1)})
	s.take(sighting{at: at(3), gateway: serving(2, 1, 4, 1)})
	s.take(sighting{at: at(4), gateway: serving(2, 2, 4, 4)})
	if !s.start.Equal(at(1)) || !s.changed.Equal(at(3)) || !s.seenAt.Equal(at(4)) {
		t.Errorf("start %v, changed %v, seen %v", s.start, s.changed, s.seenAt)
	}
	want := []news{{verbDeleted, "the FlexGatewayDeployment itself"}}
	if diff := cmp.Diff(want, s.take(sighting{at: at(5), absent: true}), cmp.AllowUnexported(news{})); diff != "" {
		t.Errorf("at its end (-want +got):\n%s", diff)
	}
}
