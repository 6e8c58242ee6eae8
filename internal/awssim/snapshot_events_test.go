package awssim

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// on is the pipe in another simulator.
func (p *eventPipe) on(s *Sim) *eventPipe {
	return &eventPipe{t: p.t, sim: s, queues: sqs.NewFromConfig(config(s, "us-east-1", "test")), url: p.url}
}

// bodies are what can be received now, in order.
func (p *eventPipe) bodies() (all []string) {
	p.t.Helper()
	for _, message := range p.receive(0) {
		all = append(all, aws.ToString(message.MessageId)+" "+aws.ToString(message.Body))
	}
	slices.Sort(all)
	return all
}

// indexed are the ARNs that the tagging API finds.
func indexed(t *testing.T, s *Sim) (arns []string) {
	t.Helper()
	client := resourcegroupstaggingapi.NewFromConfig(config(s, "us-east-1", "test"))
	out := done[*resourcegroupstaggingapi.GetResourcesOutput](t)(client.GetResources(t.Context(), &resourcegroupstaggingapi.GetResourcesInput{}))
	for _, found := range out.ResourceTagMappingList {
		arns = append(arns, aws.ToString(found.ResourceARN))
	}
	return arns
}

func TestASnapshotHasQueuesRulesAndTheTagIndex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, core.EventDelivery{Delay: core.Spread{P50: 10 * time.Second}, Duplicates: 0.5}, pipeRule)
		p.put("mine")
		time.Sleep(20 * time.Second)
		if len(p.receive(0)) == 0 { // in flight for 30 s from here
			t.Fatal("the first event has not come")
		}
		p.put("mine")
		time.Sleep(15 * time.Second) // can be received
		p.put("mine")                // is on its way
		done[*ecs.CreateClusterOutput](t)(ecs.NewFromConfig(config(p.sim, "us-east-1", "test")).CreateCluster(t.Context(), &ecs.CreateClusterInput{
			ClusterName: aws.String("tagged"), Tags: []ecstypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
		})) // which the index does not know yet

		q := p.on(loaded(t, saved(t, p.sim)))
		if got := [2][]string{indexed(t, p.sim), indexed(t, q.sim)}; got[0] != nil || got[1] != nil {
			t.Errorf("the index knows %v, and %v in the loaded world; want nothing yet", got[0], got[1])
		}
		for _, wait := range []time.Duration{0, 11 * time.Second, 10 * time.Second, time.Minute} {
			time.Sleep(wait)
			want, got := p.bodies(), q.bodies()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("after %v (-saved +loaded):\n%s", wait, diff)
			}
			if len(want) == 0 {
				t.Errorf("nothing to receive after %v", wait)
			}
		}
		want, got := indexed(t, p.sim), indexed(t, q.sim)
		if diff := cmp.Diff(want, got); diff != "" || len(want) != 1 {
			t.Errorf("the index (-saved +loaded):\n%s; it knows %v, want the cluster", diff, want)
		}
	})
}
