package resource

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awscloud"
)

// KnownService is a service as it was seen last, when all was well.
type KnownService struct {
	ARN            string
	TaskDefinition string
	Desired        int32
}

// mostServices is how many services DescribeServices takes (Amazon ECS API Reference).
const mostServices = 10

// ServiceWatch watches many services closely for little: it asks once for ten of them.
// It remembers the newest event of each, so that it also notices what was over between
// two rounds, such as a task that was lost and replaced. The zero value is ready for use.
type ServiceWatch struct {
	mu     sync.Mutex
	newest map[string]string // ids of events by service
}

// Changed are the ARNs of those services of a cluster that are not as they were, or with
// which ECS is not done: it lost a task, rolls something out, or someone changed the
// count.
func (w *ServiceWatch) Changed(ctx context.Context, cloud *awscloud.Clients, cluster string, known []KnownService) ([]string, error) {
	var changed []string
	for batch := range slices.Chunk(known, mostServices) {
		byARN := map[string]KnownService{}
		for _, k := range batch {
			byARN[k.ARN] = k
		}
		out, err := cloud.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{
			Cluster: &cluster, Services: slices.Sorted(maps.Keys(byARN)),
		})
		if gone(err) != nil {
			return changed, err
		}
		if err != nil { // the cluster is gone, and all that was in it
			out = &ecs.DescribeServicesOutput{}
		}
		for _, found := range out.Services {
			arn := aws.ToString(found.ServiceArn)
			if k, ok := byARN[arn]; ok && !w.isNews(found) && serviceState(&found).isAs(k) {
				delete(byARN, arn)
			}
		}
		changed = append(changed, slices.Sorted(maps.Keys(byARN))...)
	}
	return changed, nil
}

// isNews is true where ECS has said something since the last round.
func (w *ServiceWatch) isNews(s ecstypes.Service) bool {
	newest := ""
	if len(s.Events) > 0 {
		newest = aws.ToString(s.Events[0].Id)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.newest == nil {
		w.newest = map[string]string{}
	}
	arn := aws.ToString(s.ServiceArn)
	before, seen := w.newest[arn]
	w.newest[arn] = newest
	return seen && before != newest
}

// Forget drops what is remembered of services that are not among those that are known.
func (w *ServiceWatch) Forget(known map[string]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	maps.DeleteFunc(w.newest, func(arn, _ string) bool { return !known[arn] })
}

// isAs is true where ECS has nothing to do and nobody has changed anything of note.
func (s *ServiceState) isAs(k KnownService) bool {
	return s.Status == statusActive && len(s.Deployments) == 1 && s.isSteady() &&
		s.TaskDefinition == k.TaskDefinition && s.Desired == k.Desired
}
