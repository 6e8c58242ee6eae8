package status_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// rolledOut is the status after another version has been rolled out.
func rolledOut(gw *v1alpha1.FlexGatewayDeployment, revision int) v1alpha1.FlexGatewayDeploymentStatus {
	arn := fmt.Sprintf("arn:aws:ecs:us-east-1:123456789012:task-definition/one:%d", revision)
	return status.Compute(gw, &engine.Report{}, status.Observed{
		TaskDefinition: &resource.TaskDefinitionState{ARN: arn},
		Service: &resource.ServiceState{TaskDefinition: arn, Deployments: []resource.Deployment{
			{ID: fmt.Sprint("ecs-svc/", revision), TaskDefinition: arn, CreatedAt: long.Time, Rollout: ecstypes.DeploymentRolloutStateCompleted},
		}},
	})
}

func TestTheHistoryLeavesRoomForTheRestOfTheObject(t *testing.T) {
	for _, test := range []struct {
		name            string
		value, of, want int
	}{
		{"small environments", 10, 2, 50},
		{"the largest environments", 4096, 50, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := object(1)
			gw.Spec.Rollout.HistoryLimit = new(int32(50))
			for i := range test.of {
				gw.Spec.Compute.Environment = append(gw.Spec.Compute.Environment, v1alpha1.EnvironmentVariable{
					Name: fmt.Sprintf("%0255d", i), Value: strings.Repeat("x", test.value),
				})
			}
			for revision := range 60 {
				gw.Status = rolledOut(gw, revision+1)
			}
			list := gw.Status.History
			if n := len(list); n != test.want || list[0].Revision != 60 {
				t.Errorf("%d versions, the newest is %d; want %d and 60", n, list[0].Revision, test.want)
			}
			if text, err := json.Marshal(list); err != nil || len(text) > 600<<10 {
				t.Errorf("the history has %d bytes (%v)", len(text), err)
			}
		})
	}
}
