package lifecycle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
)

// What the run is made of, and what it may cost.
const (
	absurdSeeds   = 25
	absurdPercent = 20 // of all reads
	absurdTime    = time.Hour
	// mostCallsInAMinute is the most calls that one gateway may make in a minute of AWS's
	// time while AWS talks nonsense: no hot loop.
	mostCallsInAMinute = 80
	// mostLooksInAMinute is the same for the looks at the gateway.
	mostLooksInAMinute = 25
)

func TestAbsurdAnswersOfAWSDoNoHarm(t *testing.T) {
	for seed := range uint64(absurdSeeds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { absurdRun(t, seed) })
		})
	}
}

// absurdRun makes a gateway while AWS talks nonsense, lets AWS come to its senses, and
// takes the gateway down again.
func absurdRun(t *testing.T, seed uint64) {
	b, gw := newBench(t), gatewayNamed(t, "gw", nil)
	var logged logBook
	b.logs = &logged
	neighbour := b.neighbour()
	before := b.inventory()
	nonsense := &absurdity{next: b.wire.next, seed: seed, percent: absurdPercent, asked: map[string]int{}, foreign: neighbour.ids}
	b.wire.next = nonsense
	b.start()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("absurd answers:\n%s", strings.Join(nonsense.told, "\n"))
		}
	})

	b.create(gw)
	seen := b.lookThrough(gw, nonsense)
	nonsense.be(0)
	b.untilReady(gw)
	time.Sleep(lookEvery) // nothing that was seen of the nonsense is remembered after that
	b.untilReady(gw)
	b.settled(gw)
	seen = append(seen, b.evidence(gw)...)
	b.delete(gw)

	if len(nonsense.told) == 0 {
		t.Error("no answer was absurd")
	}
	if difference := cmp.Diff(before, b.inventory()); difference != "" {
		t.Errorf("AWS before and after (-before +after):\n%s", difference)
	}
	if len(nonsense.touched) > 0 {
		t.Errorf("resources of the neighbour were touched: %v", nonsense.touched)
	}
	if len(nonsense.leaks) > 0 || bytes.Contains(seen, []byte(secretMarker)) || logged.has(secretMarker) {
		t.Errorf("the registration's key stands in the status, an event, the log, the inventory or the requests %v", nonsense.leaks)
	}
	if !logged.has("Created") {
		t.Error("the log has nothing to say")
	}
	neighbour.moveOut()
	b.empty()
}

// lookThrough looks at the gateway, as often as the controller asks for it, for as long
// as AWS talks nonsense. It returns all that could be read meanwhile.
func (b *bench) lookThrough(gw *v1alpha1.FlexGatewayDeployment, nonsense *absurdity) []byte {
	b.t.Helper()
	var seen []byte
	pause, most := 2*time.Second, 0
	for end := time.Now().Add(absurdTime); time.Now().Before(end); {
		minute, calls := time.Now(), nonsense.calls
		for looks := 1; time.Since(minute) < time.Minute; looks++ {
			after, err := b.reconcile(gw)
			if err != nil {
				after, pause = pause, min(2*pause, 5*time.Minute)
			} else {
				pause = 2 * time.Second
			}
			made := nonsense.calls - calls
			most = max(most, made)
			if made > mostCallsInAMinute || looks > mostLooksInAMinute {
				b.t.Fatalf("%d calls in %d looks within %v\n%s", made, looks, time.Since(minute), b.describe(gw))
			}
			seen = append(seen, b.evidence(gw)...)
			time.Sleep(after)
		}
	}
	b.t.Logf("at most %d calls in a minute, %d in all, %d absurd answers", most, nonsense.calls, len(nonsense.told))
	return seen
}

// evidence is all that people can read about the gateway, but for the log.
func (b *bench) evidence(gw *v1alpha1.FlexGatewayDeployment) []byte {
	b.t.Helper()
	text, err := json.Marshal([]any{b.get(gw).Status, b.told, b.inventory()})
	b.must(err)
	return text
}

// neighbour is another gateway's property in the same account.
type neighbour struct {
	ids     []string
	moveOut func()
}

// neighbour makes resources that resemble ours: the same controller's tags with another
// owner, and names that begin like ours.
func (b *bench) neighbour() neighbour {
	b.t.Helper()
	const logs, cluster = "/flexgw/flex/gw2", "Flex-GW-ECS-Cluster-2"
	ctx, clients := b.t.Context(), b.someone()
	tags := awscloud.Owner{Namespace: "flex", Name: "gw2", UID: "uid-gw2"}.Tags("gateway", nil)
	_, err := clients.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(logs), Tags: tags})
	b.must(err)
	_, err = clients.ECS.CreateCluster(ctx, &ecs.CreateClusterInput{
		ClusterName: aws.String(cluster), Tags: awscloud.TagList(tags, func(k, v *string) ecstypes.Tag { return ecstypes.Tag{Key: k, Value: v} }),
	})
	b.must(err)
	vpcs, err := clients.EC2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	b.must(err)
	group, err := clients.EC2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("gw2-gateway"), Description: aws.String("of gw2"), VpcId: vpcs.Vpcs[0].VpcId,
		TagSpecifications: []ec2types.TagSpecification{{ResourceType: ec2types.ResourceTypeSecurityGroup,
			Tags: awscloud.TagList(tags, func(k, v *string) ec2types.Tag { return ec2types.Tag{Key: k, Value: v} })}},
	})
	b.must(err)
	return neighbour{ids: []string{logs, cluster, *group.GroupId}, moveOut: func() {
		_, err := clients.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String(logs)})
		b.must(err)
		_, err = clients.ECS.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: aws.String(cluster)})
		b.must(err)
		_, err = clients.EC2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: group.GroupId})
		b.must(err)
	}}
}

// logBook is what the controller has logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Contains(l.text.Bytes(), []byte(words))
}
