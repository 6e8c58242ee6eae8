package tagging

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

var here = core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}

// lag is longer than the index is ever behind.
const lag = 70 * time.Second

// bench is a tagging API over things that a test writes down.
type bench struct {
	*Service
	t      *testing.T
	world  *core.World
	things []core.Resource
}

func inBench(t *testing.T, fn func(*testing.T, *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, world: core.NewWorld(clock.Real{}, 1)}
		defer b.world.Close()
		b.Service = New(b.world, func() []core.Resource { return b.things })
		fn(t, b)
	})
}

func thing(service, kind, id string, tags map[string]string) core.Resource {
	return core.Resource{Service: service, Kind: kind, ID: id, Account: here.Account, Region: here.Region, Tags: tags}
}

func (b *bench) ask(in *sdk.GetResourcesInput) (out *sdk.GetResourcesOutput, err error) {
	b.world.Do(func() { out, err = b.GetResources(&core.Call{Scope: here}, in) })
	return out, err
}

// have makes these the things that there are, as a call would.
func (b *bench) have(things []core.Resource) {
	b.world.Do(func() {
		b.things = things
		b.Called()
	})
}

// indexed makes things, and lets the index catch up.
func (b *bench) indexed(things []core.Resource) {
	b.have(things)
	time.Sleep(lag)
}

// arns are what a request finds.
func (b *bench) arns(in *sdk.GetResourcesInput) []string {
	b.t.Helper()
	out, err := b.ask(in)
	if err != nil {
		b.t.Fatal(err)
	}
	var arns []string
	for _, m := range out.ResourceTagMappingList {
		arns = append(arns, *m.ResourceARN)
	}
	return arns
}

const (
	group   = "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1"
	files   = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1"
	service = "arn:aws:ecs:us-east-1:123456789012:service/blue/gw"
	cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/blue"
	balance = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/gw/1"
)

func mine(name string) map[string]string {
	return map[string]string{"owner": "me", "name": name}
}

func all() []core.Resource {
	return []core.Resource{
		thing("ec2", "SecurityGroup", "sg-1", mine("a")), thing("efs", "FileSystem", "fs-1", mine("b")),
		thing("ecs", "Service", service, mine("a")), thing("ecs", "Cluster", cluster, map[string]string{"owner": "you"}),
		thing("elbv2", "LoadBalancer", balance, mine("c")), thing("logs", "LogGroup", "arn:aws:logs:us-east-1:123456789012:log-group:g", nil),
		thing("efs", "MountTarget", "fsmt-1", nil),
		{Service: "iam", Kind: "Role", ID: "arn:aws:iam::123456789012:role/r", Account: here.Account, Tags: mine("r")},
		{Service: "ec2", Kind: "SecurityGroup", ID: "sg-2", Account: here.Account, Region: "eu-west-1", Tags: mine("a")},
	}
}

func TestResourcesAreFoundByTagsAndTypes(t *testing.T) {
	filter := func(key string, values ...string) types.TagFilter {
		return types.TagFilter{Key: aws.String(key), Values: values}
	}
	for _, test := range []struct {
		name string
		in   sdk.GetResourcesInput
		want []string
	}{
		{"everything that is tagged", sdk.GetResourcesInput{}, []string{group, cluster, service, files, balance}},
		{"a key", sdk.GetResourcesInput{TagFilters: []types.TagFilter{filter("name")}}, []string{group, service, files, balance}},
		{"one of two values", sdk.GetResourcesInput{TagFilters: []types.TagFilter{filter("name", "b", "c")}}, []string{files, balance}},
		{"both of two keys", sdk.GetResourcesInput{TagFilters: []types.TagFilter{filter("owner", "me"), filter("name", "a")}}, []string{group, service}},
		{"a service", sdk.GetResourcesInput{ResourceTypeFilters: []string{"ecs"}}, []string{cluster, service}},
		{"types", sdk.GetResourcesInput{ResourceTypeFilters: []string{"ecs:service", "ec2:security-group"}}, []string{group, service}},
		{"a type with a slash", sdk.GetResourcesInput{ResourceTypeFilters: []string{"elasticloadbalancing:loadbalancer/net"}}, []string{balance}},
		{"part of a type's name", sdk.GetResourcesInput{ResourceTypeFilters: []string{"ecs:serv"}}, nil},
		{"a type and a tag", sdk.GetResourcesInput{ResourceTypeFilters: []string{"ecs"}, TagFilters: []types.TagFilter{filter("owner", "you")}}, []string{cluster}},
		{"ARNs", sdk.GetResourcesInput{ResourceARNList: []string{files, "arn:aws:ecs:us-east-1:123456789012:cluster/none"}}, []string{files}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				b.indexed(all())
				if diff := cmp.Diff(test.want, b.arns(&test.in)); diff != "" {
					t.Errorf("found (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestTheIndexRunsBehind(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		b.have(all())
		if got := b.arns(&sdk.GetResourcesInput{}); got != nil {
			t.Errorf("what has just been made is found: %v", got)
		}
		time.Sleep(lag)
		b.have([]core.Resource{thing("ecs", "Cluster", cluster, nil)}) // its tags are taken off, the others deleted
		if got := b.arns(&sdk.GetResourcesInput{}); len(got) != 5 {
			t.Errorf("%d are found at once after the deletion, want all 5", len(got))
		}
		time.Sleep(lag)
		b.world.Do(func() {
			if at, ok := b.world.NextEvent(); ok {
				t.Errorf("nothing changes any more, and there is an update at %v", at)
			}
		})
		out, err := b.ask(&sdk.GetResourcesInput{})
		if err != nil || len(out.ResourceTagMappingList) != 1 || len(out.ResourceTagMappingList[0].Tags) != 0 {
			t.Errorf("error %v, found %+v; want the cluster without tags", err, out)
		}
	})
}

func TestPagesOfResourcesAndTheirTokens(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		var things []core.Resource
		for i := range 7 {
			things = append(things, thing("ec2", "SecurityGroup", fmt.Sprintf("sg-%d", i), mine("a")))
		}
		b.indexed(things)
		seen, token := 0, ""
		for pages := 1; ; pages++ {
			out, err := b.ask(&sdk.GetResourcesInput{ResourcesPerPage: aws.Int32(3), PaginationToken: &token})
			if err != nil {
				t.Fatal(err)
			}
			seen += len(out.ResourceTagMappingList)
			if out.PaginationToken == nil {
				t.Fatal("AWS's last token is empty, not absent")
			}
			if *out.PaginationToken == "" {
				if pages != 3 || seen != 7 {
					t.Errorf("%d resources on %d pages, want 7 on 3", seen, pages)
				}
				break
			}
			token = *out.PaginationToken
		}
		time.Sleep(tokenLife + time.Minute)
		_, err := b.ask(&sdk.GetResourcesInput{PaginationToken: &token})
		wantCode(t, err, "PaginationTokenExpiredException")
	})
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refusal *core.Error
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

func TestGetResourcesRefusesWhatExcludesEachOther(t *testing.T) {
	for _, in := range []sdk.GetResourcesInput{
		{ResourceARNList: []string{files}, ResourceTypeFilters: []string{"ecs"}},
		{ResourceARNList: []string{files}, TagFilters: []types.TagFilter{{Key: aws.String("a")}}},
		{ResourceARNList: []string{files}, ResourcesPerPage: aws.Int32(5)},
		{ResourcesPerPage: aws.Int32(0)}, {ResourcesPerPage: aws.Int32(101)}, {PaginationToken: aws.String("!")},
	} {
		inBench(t, func(t *testing.T, b *bench) {
			_, err := b.ask(&in)
			wantCode(t, err, "InvalidParameterException")
		})
	}
}

func TestKeysAndValuesOfTags(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		b.indexed(all())
		b.world.Do(func() {
			keys, err := b.GetTagKeys(&core.Call{Scope: here}, &sdk.GetTagKeysInput{})
			if diff := cmp.Diff([]string{"name", "owner"}, keys.TagKeys); diff != "" || err != nil {
				t.Errorf("error %v, keys (-want +got):\n%s", err, diff)
			}
			values, err := b.GetTagValues(&core.Call{Scope: here}, &sdk.GetTagValuesInput{Key: aws.String("owner")})
			if diff := cmp.Diff([]string{"me", "you"}, values.TagValues); diff != "" || err != nil {
				t.Errorf("error %v, values (-want +got):\n%s", err, diff)
			}
		})
	})
}
