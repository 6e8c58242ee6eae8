package awssim

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/google/go-cmp/cmp"
)

// twoLogGroups are ours and theirs, one of them with the tag.
func twoLogGroups(t *testing.T) (*Sim, aws.Config) {
	t.Helper()
	s := newTestSim(t)
	c := config(s, "us-east-1", "test")
	for name, tags := range map[string]map[string]string{"ours": {"owner": "us"}, "theirs": {"owner": "them"}} {
		done[*cloudwatchlogs.CreateLogGroupOutput](t)(cloudwatchlogs.NewFromConfig(c).CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name, Tags: tags}))
	}
	return s, c
}

func TestSomeoneTouchesOnlyWhatHasTheTag(t *testing.T) {
	s, c := twoLogGroups(t)
	someone := Someone{Sim: s, Seed: 1, Tag: "owner", Value: "us"}
	for turn := 0; ; turn++ {
		what, err := someone.Meddle(t.Context(), c)
		if errors.Is(err, ErrNothingToMeddleWith) {
			break
		}
		if err != nil || turn > 100 {
			t.Fatalf("turn %d: %s, error %v", turn, what, err)
		}
	}
	left := s.Inventory()
	if len(left) != 1 || left[0].Tags["owner"] != "them" {
		t.Errorf("left are %v, want theirs alone", left)
	}
	out := done[*cloudwatchlogs.DescribeLogGroupsOutput](t)(cloudwatchlogs.NewFromConfig(c).DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{}))
	if out.LogGroups[0].RetentionInDays != nil {
		t.Errorf("theirs is kept for %d days: it was touched", *out.LogGroups[0].RetentionInDays)
	}
}

func TestSomeoneDoesTheSameWithTheSameSeedAndSparesWhatItIsTold(t *testing.T) {
	did := func(seed uint64) (all []string) {
		s, c := twoLogGroups(t)
		someone := Someone{Sim: s, Seed: seed, Tag: "owner", Value: "us"}
		for {
			what, err := someone.Meddle(t.Context(), c)
			if err != nil {
				return all
			}
			all = append(all, what)
		}
	}
	if diff := cmp.Diff(did(3), did(3)); diff != "" {
		t.Errorf("the same seed twice:\n%s", diff)
	}
	s, c := twoLogGroups(t)
	spared := Someone{Sim: s, Tag: "owner", Value: "us", Spares: []string{"LogGroup"}}
	if what, err := spared.Meddle(t.Context(), c); !errors.Is(err, ErrNothingToMeddleWith) {
		t.Errorf("%s, error %v, want ErrNothingToMeddleWith", what, err)
	}
}
