package logs

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

var here = core.Scope{Account: core.DefaultAccount, Region: "eu-west-1"}

// inWorld runs fn against an empty CloudWatch Logs in a bubble of its own.
func inWorld(t *testing.T, fn func(t *testing.T, w *core.World, s *Service, c *core.Call)) {
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		fn(t, w, New(w), &core.Call{Scope: here, Service: "cloudwatchlogs"})
	})
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refused *core.Error
	if code == "" && err == nil {
		return
	}
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("error = %v, want code %q", err, code)
	}
}

func create(t *testing.T, s *Service, c *core.Call, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := s.CreateLogGroup(c, &sdk.CreateLogGroupInput{LogGroupName: &name}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALogGroupCannotBeCreatedTwice(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			create(t, s, c, "/ecs/gateway")
			_, err := s.CreateLogGroup(c, &sdk.CreateLogGroupInput{LogGroupName: aws.String("/ecs/gateway")})
			want := core.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Errorf("second CreateLogGroup (-want +got):\n%s", diff)
			}
			_, err = s.CreateLogGroup(c, &sdk.CreateLogGroupInput{LogGroupName: aws.String("aws/mine")})
			wantCode(t, err, "InvalidParameterException")
		})
	})
}

func TestALogGroupIsDescribedWithBothFormsOfItsARN(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			create(t, s, c, "/ecs/gateway")
			if _, err := s.PutRetentionPolicy(c, &sdk.PutRetentionPolicyInput{LogGroupName: aws.String("/ecs/gateway"), RetentionInDays: aws.Int32(30)}); err != nil {
				t.Fatal(err)
			}
			out, err := s.DescribeLogGroups(c, &sdk.DescribeLogGroupsInput{})
			if err != nil || len(out.LogGroups) != 1 {
				t.Fatalf("DescribeLogGroups = %v, %v", out, err)
			}
			g := out.LogGroups[0]
			plain := "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/gateway"
			got := []any{*g.Arn, *g.LogGroupArn, *g.RetentionInDays, *g.CreationTime, g.LogGroupClass}
			want := []any{plain + ":*", plain, int32(30), w.Now().UnixMilli(), types.LogGroupClassStandard}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("log group (-want +got):\n%s", diff)
			}
		})
	})
}

func TestOnlyAWSsOwnRetentionPeriodsAreAccepted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			create(t, s, c, "g")
			for days, code := range map[int32]string{1: "", 30: "", 3653: "", 2: "InvalidParameterException", 31: "InvalidParameterException"} {
				_, err := s.PutRetentionPolicy(c, &sdk.PutRetentionPolicyInput{LogGroupName: aws.String("g"), RetentionInDays: &days})
				wantCode(t, err, code)
			}
			if _, err := s.DeleteRetentionPolicy(c, &sdk.DeleteRetentionPolicyInput{LogGroupName: aws.String("g")}); err != nil {
				t.Fatal(err)
			}
			out, _ := s.DescribeLogGroups(c, &sdk.DescribeLogGroupsInput{})
			if days := out.LogGroups[0].RetentionInDays; days != nil {
				t.Errorf("RetentionInDays after DeleteRetentionPolicy = %d, want none", *days)
			}
		})
	})
}

func TestOperationsOnAnAbsentGroupSayThatItIsNotFound(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		name := aws.String("absent")
		calls := map[string]func() error{
			"DeleteLogGroup": func() error {
				_, err := s.DeleteLogGroup(c, &sdk.DeleteLogGroupInput{LogGroupName: name})
				return err
			},
			"PutRetentionPolicy": func() error {
				_, err := s.PutRetentionPolicy(c, &sdk.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: aws.Int32(1)})
				return err
			},
			"DescribeLogStreams": func() error {
				_, err := s.DescribeLogStreams(c, &sdk.DescribeLogStreamsInput{LogGroupName: name})
				return err
			},
			"ListTagsForResource": func() error {
				_, err := s.ListTagsForResource(c, &sdk.ListTagsForResourceInput{ResourceArn: aws.String(here.ARN("logs", "log-group:absent"))})
				return err
			},
		}
		for name, call := range calls {
			t.Log(name)
			w.Do(func() { wantCode(t, call(), "ResourceNotFoundException") })
		}
	})
}

func TestLogGroupsAreFoundByPrefixPatternAndIdentifier(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() { create(t, s, c, "/ecs/a", "/ecs/b", "/lambda/ECS") })
		tests := []struct {
			name string
			in   sdk.DescribeLogGroupsInput
			want []string
		}{
			{"all", sdk.DescribeLogGroupsInput{}, []string{"/ecs/a", "/ecs/b", "/lambda/ECS"}},
			{"prefix", sdk.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/ecs/")}, []string{"/ecs/a", "/ecs/b"}},
			{"pattern, whatever the case", sdk.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("ecs")}, []string{"/ecs/a", "/ecs/b", "/lambda/ECS"}},
			{"name", sdk.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"/ecs/a", "/absent"}}, []string{"/ecs/a"}},
			{"ARN", sdk.DescribeLogGroupsInput{LogGroupIdentifiers: []string{here.ARN("logs", "log-group:/ecs/b")}}, []string{"/ecs/b"}},
		}
		for _, test := range tests {
			w.Do(func() {
				out, err := s.DescribeLogGroups(c, &test.in)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, groupNames(out)); diff != "" {
					t.Errorf("groups by %s (-want +got):\n%s", test.name, diff)
				}
			})
		}
	})
}

func groupNames(out *sdk.DescribeLogGroupsOutput) []string {
	var names []string
	for _, g := range out.LogGroups {
		names = append(names, *g.LogGroupName)
	}
	return names
}

func TestPagesOfLogGroupsMissNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			var want, got []string
			for i := range 120 {
				want = append(want, fmt.Sprintf("group-%03d", i))
			}
			create(t, s, c, want...)
			in := &sdk.DescribeLogGroupsInput{}
			for pages := 1; ; pages++ {
				out, err := s.DescribeLogGroups(c, in)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, groupNames(out)...)
				if in.NextToken = out.NextToken; in.NextToken == nil {
					if pages != 3 {
						t.Errorf("%d pages, want 3 of at most 50", pages)
					}
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
			in.NextToken = aws.String("!")
			_, err := s.DescribeLogGroups(c, in)
			wantCode(t, err, "InvalidParameterException")
		})
	})
}

func TestTagsAreLimitedAndBelongToTheARNWithoutStar(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			create(t, s, c, "g")
			arn := here.ARN("logs", "log-group:g")
			tag := func(arn string, tags map[string]string) error {
				_, err := s.TagResource(c, &sdk.TagResourceInput{ResourceArn: &arn, Tags: tags})
				return err
			}
			wantCode(t, tag(arn, map[string]string{"a": "1", "b": "2"}), "")
			wantCode(t, tag(arn+":*", map[string]string{"a": "1"}), "InvalidParameterException")
			wantCode(t, tag(arn, map[string]string{"aws:mine": "1"}), "InvalidParameterException")
			many := map[string]string{}
			for i := range 49 {
				many[fmt.Sprint(i)] = ""
			}
			wantCode(t, tag(arn, many), "TooManyTagsException")
			if _, err := s.UntagResource(c, &sdk.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a", "absent"}}); err != nil {
				t.Fatal(err)
			}
			out, _ := s.ListTagsForResource(c, &sdk.ListTagsForResourceInput{ResourceArn: &arn})
			if diff := cmp.Diff(map[string]string{"b": "2"}, out.Tags); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			want := []core.Resource{{Service: "logs", Kind: "LogGroup", ID: arn, Account: here.Account, Region: here.Region, Tags: map[string]string{"b": "2"}}}
			if diff := cmp.Diff(want, s.Inventory()); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	})
}

func TestAStreamIsReadFromEitherEnd(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() {
			create(t, s, c, "g")
			s.Put(here, "g", "s", "1", "2", "3", "4", "5")
			s.Put(here, "absent", "s", "lost")
			read := func(in sdk.GetLogEventsInput) ([]string, *sdk.GetLogEventsOutput) {
				in.LogGroupName, in.LogStreamName, in.Limit = aws.String("g"), aws.String("s"), aws.Int32(2)
				out, err := s.GetLogEvents(c, &in)
				if err != nil {
					t.Fatal(err)
				}
				var lines []string
				for _, e := range out.Events {
					lines = append(lines, *e.Message)
				}
				return lines, out
			}
			tail, out := read(sdk.GetLogEventsInput{})
			before, _ := read(sdk.GetLogEventsInput{NextToken: out.NextBackwardToken})
			after, end := read(sdk.GetLogEventsInput{NextToken: out.NextForwardToken})
			head, _ := read(sdk.GetLogEventsInput{StartFromHead: aws.Bool(true)})
			want := [][]string{{"4", "5"}, {"2", "3"}, nil, {"1", "2"}}
			if diff := cmp.Diff(want, [][]string{tail, before, after, head}); diff != "" {
				t.Errorf("tail, before, after, head (-want +got):\n%s", diff)
			}
			if *end.NextForwardToken != *out.NextForwardToken {
				t.Errorf("at the end the forward token changed from %s to %s", *out.NextForwardToken, *end.NextForwardToken)
			}
		})
	})
}

func TestFilterLogEventsMergesStreamsInTheOrderOfTime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() { create(t, s, c, "g"); s.Put(here, "g", "b", "ERROR one") })
		time.Sleep(time.Second)
		w.Do(func() { s.Put(here, "g", "a", "ERROR two", "INFO three") })
		time.Sleep(time.Second)
		w.Do(func() { s.Put(here, "g", "b", "ERROR four: disk full") })
		tests := []struct {
			pattern string
			want    []string
		}{
			{"", []string{"ERROR one", "ERROR two", "INFO three", "ERROR four: disk full"}},
			{"ERROR", []string{"ERROR one", "ERROR two", "ERROR four: disk full"}},
			{`ERROR "disk full"`, []string{"ERROR four: disk full"}},
			{"ERROR -disk", []string{"ERROR one", "ERROR two"}},
			{"?one ?three", []string{"ERROR one", "INFO three"}},
		}
		for _, test := range tests {
			w.Do(func() {
				out, err := s.FilterLogEvents(c, &sdk.FilterLogEventsInput{LogGroupName: aws.String("g"), FilterPattern: &test.pattern})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, e := range out.Events {
					got = append(got, *e.Message)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("events that match %q (-want +got):\n%s", test.pattern, diff)
				}
			})
		}
		w.Do(func() {
			_, err := s.FilterLogEvents(c, &sdk.FilterLogEventsInput{LogGroupName: aws.String("g"), FilterPattern: aws.String("{ $.level = 1 }")})
			wantCode(t, err, "NotImplemented")
		})
	})
}

func TestStreamsAreListedByNameOrByLastEvent(t *testing.T) {
	inWorld(t, func(t *testing.T, w *core.World, s *Service, c *core.Call) {
		w.Do(func() { create(t, s, c, "g"); s.Put(here, "g", "b", "x") })
		time.Sleep(time.Second)
		w.Do(func() { s.Put(here, "g", "a", "y") })
		list := func(in sdk.DescribeLogStreamsInput) []string {
			in.LogGroupIdentifier = aws.String(here.ARN("logs", "log-group:g"))
			out, err := s.DescribeLogStreams(c, &in)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, st := range out.LogStreams {
				names = append(names, *st.LogStreamName)
			}
			return names
		}
		w.Do(func() {
			got := [][]string{list(sdk.DescribeLogStreamsInput{}), list(sdk.DescribeLogStreamsInput{OrderBy: types.OrderByLastEventTime}), list(sdk.DescribeLogStreamsInput{LogStreamNamePrefix: aws.String("b")})}
			if diff := cmp.Diff([][]string{{"a", "b"}, {"b", "a"}, {"b"}}, got); diff != "" {
				t.Errorf("by name, by last event, by prefix (-want +got):\n%s", diff)
			}
			_, err := s.DescribeLogStreams(c, &sdk.DescribeLogStreamsInput{LogGroupName: aws.String("g"), OrderBy: types.OrderByLastEventTime, LogStreamNamePrefix: aws.String("b")})
			wantCode(t, err, "InvalidParameterException")
		})
	})
}
