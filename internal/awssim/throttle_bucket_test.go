package awssim

import (
	"testing"
	"testing/synctest"

	"flexgw.io/controller/internal/awssim/core"
)

// TestWhichBucketACallTakesFrom is of calls that the SDK's clients would not make:
// they sign for IAM in one region only.
func TestWhichBucketACallTakesFrom(t *testing.T) {
	call := func(service, operation, region string) *core.Call {
		return &core.Call{Scope: core.Scope{Account: "1", Region: region}, Service: service, Operation: operation}
	}
	tests := []struct {
		name        string
		first, then *core.Call
		refused     bool
	}{
		{"IAM in all regions", call("iam", "ListRoles", "us-east-1"), call("iam", "GetRole", "eu-west-1"), true},
		{"EFS in each", call("efs", "DescribeFileSystems", "us-east-1"), call("efs", "DescribeFileSystems", "eu-west-1"), false},
		{"two services with the same operation", call("logs", "TagResource", "us-east-1"), call("secretsmanager", "TagResource", "us-east-1"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newThrottledSim(t, 0.001).World() // one call for each bucket
				gate := newThrottle(w)
				w.Do(func() {
					if err := gate.refuse(test.first, nil); err != nil {
						t.Fatal(err)
					}
					if err := gate.refuse(test.then, nil); (err != nil) != test.refused {
						t.Errorf("refusal = %v, want one: %t", err, test.refused)
					}
				})
			})
		})
	}
}
