package demo

import (
	"errors"
	"strings"
	"testing"

	"flexgw.io/controller/internal/awssim/core"
)

func TestTheVerdict(t *testing.T) {
	group := core.Resource{Service: "ec2", Kind: "SecurityGroup", ID: "sg-1", Account: "1", Region: "us-east-1"}
	elsewhere := group
	elsewhere.Region = "eu-west-1"
	role := core.Resource{Service: "iam", Kind: "Role", ID: "arn:aws:iam::1:role/r", Account: "1"}
	deleting := group
	deleting.State = "deleting"

	tests := map[string]struct {
		before, after []core.Resource
		err           error
		says          string
	}{
		"an account that was and is empty is as it was": {says: "before the apply: 0 resources; after the deletion: 0 resources"},
		"what was there before may stay":                {before: []core.Resource{role}, after: []core.Resource{role}, says: "AWS is as it was."},
		"only the state of a resource may differ":       {before: []core.Resource{group}, after: []core.Resource{deleting}, says: "AWS is as it was."},
		"a leftover is named": {
			before: []core.Resource{role}, after: []core.Resource{role, group}, err: errLeftovers, says: "LEFT BEHIND  ec2 SecurityGroup sg-1",
		},
		"the same id in another region is a leftover": {
			before: []core.Resource{group}, after: []core.Resource{group, elsewhere}, err: errLeftovers, says: "LEFT BEHIND",
		},
		"something of somebody else that is gone is named": {
			before: []core.Resource{role}, err: errLeftovers, says: "MISSING      iam Role arn:aws:iam::1:role/r",
		},
		"as many resources as before, but others, are not the same": {
			before: []core.Resource{role}, after: []core.Resource{group}, err: errLeftovers, says: "AWS is NOT as it was.",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := judge(tt.before, tt.after)
			if !errors.Is(v.err(), tt.err) {
				t.Errorf("error %v, want %v", v.err(), tt.err)
			}
			if text := strings.Join(v.lines(), "\n"); !strings.Contains(text, tt.says) {
				t.Errorf("%q does not say %q", text, tt.says)
			}
		})
	}
}
