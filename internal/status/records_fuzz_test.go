package status_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/status"
)

// FuzzRecords reads any status that may stand in the object: its owner may write it, and
// so may another version of the controller. What is read must come back from the status
// that is computed of it, and the stack must be built after it.
func FuzzRecords(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `{"resources":null,"tasks":null,"conditions":null}`, `{"resources":[{}]}`, `{"resources":[{},{}]}`,
		`{"resources":[{"kind":"Service","name":"gateway","id":"arn","state":"Waiting","reason":"r","since":"2026-11-01T12:00:00Z"}]}`,
		`{"resources":[{"kind":"Listener","name":"8081","id":"x"},{"kind":"Listener","name":"08081","id":"x"},{"kind":"TargetGroup","name":"+8081"}]}`,
		`{"resources":[{"kind":"TargetGroup","name":"9090","state":"SOMETHING_NEW","since":"0001-01-01T00:00:00Z"}]}`,
		`{"resources":[{"kind":"TaskDefinition","name":"gateway","id":"not an arn","since":"9999-12-31T23:59:59Z"}],"phase":"SOMETHING_NEW"}`,
		`{"rollout":{},"tasks":[{},{"id":"t","startedAt":null}],"network":{"subnetIDs":[""]},"readyReplicas":-1,"desiredReplicas":2147483647}`,
		`{"rollout":{"taskDefinition":"t","deploymentID":"d","startedAt":"2026-11-01T12:00:00Z","failed":true},"conditions":[{},{}]}`,
		`{"conditions":[{"type":"Ready","status":"SOMETHING_NEW"},{"type":"Ready","status":"True"}],"observedGeneration":-5}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		gw := object(1)
		if json.Unmarshal(text, &gw.Status) != nil {
			t.Skip("the API server takes only JSON of this form")
		}
		records := status.Records(&gw.Status)
		report := &engine.Report{}
		for _, r := range records {
			report.Steps = append(report.Steps, engine.Step{Identity: r.Identity, Wanted: true, ID: r.ID, State: r.State, Reason: r.Reason, Since: r.Since})
		}
		st := status.Compute(gw, report, status.Observed{})
		if difference := cmp.Diff(report.Records(), status.Records(&st)); difference != "" {
			t.Errorf("records after the way through the status (-before +after):\n%s", difference)
		}
		again := gw.DeepCopy()
		again.Status = st
		if difference := cmp.Diff(st, status.Compute(again, report, status.Observed{})); difference != "" {
			t.Errorf("the status of the same look is another one (-first +second):\n%s", difference)
		}
		status.Deleting(gw, report)
		status.Failed(gw, &engine.Problem{Reason: v1alpha1.ReasonInvalidSpec})
		status.Events(&gw.Status, report, true)
		gateway.Stack(gateway.Input{
			Gateway: gw, Cloud: &awscloud.Clients{Account: "123456789012", Region: "us-east-1"}, Records: records,
			Rollout: status.Rollout(&gw.Status), Known: status.Replicas(&gw.Status), Now: time.Now,
		})
	})
}
