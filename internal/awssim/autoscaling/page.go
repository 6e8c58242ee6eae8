package autoscaling

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
)

// mostListed is how much one answer lists, at most and by default.
const mostListed = 50

// page cuts a page out of what is sorted by key.
func page[T any](all []T, key func(T) string, token *string, size *int32) ([]T, *string, error) {
	n := int(aws.ToInt32(size))
	switch {
	case size == nil:
		n = mostListed
	case n < 1 || n > mostListed:
		return nil, nil, core.Errorf(invalid, "MaxResults must be between 1 and %d.", mostListed) // the sentence is not AWS's
	}
	part, next, err := core.PageByKey(all, key, token, n)
	if err != nil {
		return nil, nil, core.Errorf(invalidToken, "Invalid NextToken.") // the sentence is not AWS's
	}
	return part, next, nil
}

// checkFilter refuses a dimension without a resource id.
func checkFilter(dimension types.ScalableDimension, resource bool) error {
	if dimension != "" && !resource {
		return core.Errorf(invalid, "If you specify a scalable dimension, you must also specify a resource ID.") // the sentence is not AWS's
	}
	return nil
}
