package awssim

import (
	"net/http"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"flexgw.io/controller/internal/awssim/core"
)

// throttle refuses what comes faster than AWS allows. AWS counts in token buckets,
// one for each account, region and category of operations; core.Settings.ThrottleScale
// says how large they are.
type throttle struct {
	world *core.World
	// members are the categories that an operation takes a token from.
	members map[operation][]category
	buckets map[bucketKey]*core.Bucket
}

// operation is an AWS operation of a service, by the service's name in call.Service.
type operation struct{ service, name string }

type bucketKey struct {
	scope             core.Scope
	service, category string
}

func newThrottle(w *core.World) *throttle {
	t := &throttle{world: w, members: map[operation][]category{}, buckets: map[bucketKey]*core.Bucket{}}
	for service, list := range throttleLimits() {
		for _, c := range list {
			for _, name := range c.operations {
				op := operation{service, name}
				t.members[op] = append(t.members[op], c)
			}
		}
	}
	return t
}

// refuse takes a token from each of the operation's buckets, or from none where one
// is empty. An operation without a category is never refused.
func (t *throttle) refuse(call *core.Call, in any) *core.Error {
	scale := t.world.Settings.ThrottleScale
	if scale <= 0 {
		return nil
	}
	now, categories := t.world.Now(), t.members[throttled(call, in)]
	for _, c := range categories {
		if !t.bucket(call, c).Has(c.limit.Scale(scale), now) {
			return rateExceeded(call.Service)
		}
	}
	for _, c := range categories {
		t.bucket(call, c).Take(c.limit.Scale(scale), now)
	}
	return nil
}

func (t *throttle) bucket(call *core.Call, c category) *core.Bucket {
	key := bucketKey{scope: call.Scope, service: call.Service, category: c.name}
	if call.Service == "iam" {
		key.scope.Region = "" // one control plane for all regions
	}
	b, ok := t.buckets[key]
	if !ok {
		b = &core.Bucket{}
		t.buckets[key] = b
	}
	return b
}

// throttled is the operation as the table knows it.
func throttled(call *core.Call, in any) operation {
	op := operation{call.Service, call.Operation}
	if readsEverything(in) {
		op.name += unfiltered
	}
	return op
}

// readsEverything is true for the reads of EC2 that AWS counts apart where they have
// neither a filter nor a page size. AWS does not say that ids are a filter, so they
// are none.
func readsEverything(in any) bool {
	switch in := in.(type) {
	case *awsec2.DescribeSecurityGroupsInput:
		return len(in.Filters) == 0 && in.MaxResults == nil && in.NextToken == nil
	case *awsec2.DescribeNetworkInterfacesInput:
		return len(in.Filters) == 0 && in.MaxResults == nil && in.NextToken == nil
	default:
		return false
	}
}

// rateExceeded is how the service says that calls come too fast. EFS's status is an
// assumption: its model has 429 for this code, but documents it only for access
// points that are made near their limit.
func rateExceeded(service string) *core.Error {
	switch service {
	case "ec2":
		return core.Errorf("RequestLimitExceeded", "Request limit exceeded.").WithStatus(http.StatusServiceUnavailable)
	case "sqs":
		return core.Errorf("RequestThrottled", "Request is throttled.").WithStatus(http.StatusForbidden)
	case "iam", "sts":
		return core.Errorf("Throttling", "Rate exceeded").WithStatus(http.StatusBadRequest)
	default:
		return core.Errorf("ThrottlingException", "Rate exceeded").WithStatus(http.StatusBadRequest)
	}
}
