package awssim

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/google/go-cmp/cmp"
)

func TestAResourceIsFoundByItsTagsAfterAWhileAndStaysForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		find := func() (arns []string) {
			pages := tagging.NewGetResourcesPaginator(tagging.NewFromConfig(config(s, "us-east-1", "test")), &tagging.GetResourcesInput{
				TagFilters: []types.TagFilter{{Key: aws.String("owner")}}, ResourceTypeFilters: []string{"ecs:cluster"},
			})
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range page.ResourceTagMappingList {
					arns = append(arns, *m.ResourceARN)
				}
			}
			return arns
		}
		clusters := ecs.NewFromConfig(config(s, "us-east-1", "test"))
		made, err := clusters.CreateCluster(t.Context(), &ecs.CreateClusterInput{
			ClusterName: aws.String("blue"), Tags: []ecstypes.Tag{{Key: aws.String("owner"), Value: aws.String("me")}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := find(); got != nil {
			t.Errorf("found at once: %v", got)
		}
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]string{*made.Cluster.ClusterArn}, find()); diff != "" {
			t.Errorf("a minute later (-want +got):\n%s", diff)
		}
		if _, err := clusters.DeleteCluster(t.Context(), &ecs.DeleteClusterInput{Cluster: aws.String("blue")}); err != nil {
			t.Fatal(err)
		}
		if got := find(); len(got) != 1 {
			t.Errorf("found at once after the deletion: %v, want it still", got)
		}
		time.Sleep(time.Minute)
		if got := find(); got != nil {
			t.Errorf("a minute after the deletion: %v", got)
		}
	})
}
