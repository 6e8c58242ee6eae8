package awssim

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

// TestCallsAtTheSameTimeAreKeptInTheirOrder lets real time pass, quickly: in a bubble
// of synctest nothing happens between one statement and the next.
func TestCallsAtTheSameTimeAreKeptInTheirOrder(t *testing.T) {
	settings := lively()
	settings.Latencies[core.APICall] = core.Spread{P50: time.Second, P95: 3 * time.Second}
	h := newTestHost(t, Options{Clock: clock.Scaled{Anchor: time.Now(), Speed: 1000}, Seed: 1, Settings: settings})
	s := h.Sim()
	var wg sync.WaitGroup
	for caller := range 8 {
		client := efs.NewFromConfig(config(s, fmt.Sprintf("us-east-%d", 1+caller%2), "test"))
		wg.Go(func() {
			for i := range 10 {
				fs, err := client.CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{CreationToken: aws.String(fmt.Sprint(caller, i))})
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = client.DeleteFileSystem(t.Context(), &efs.DeleteFileSystemInput{FileSystemId: fs.FileSystemId}) // some are still being created
				_, _ = client.TagResource(t.Context(), &efs.TagResourceInput{ResourceId: fs.FileSystemId, Tags: []efstypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}})
			}
		})
	}
	wg.Go(func() {
		for i := range 10 {
			if status, answer := askHost(h, "PATCH", "settings", fmt.Sprintf(`{"latencies": {"efs.FileSystem.create": {"p50": "%ds"}}}`, i)); status != 200 {
				t.Error(answer)
			}
			if status, answer := askHost(h, "PATCH", "clock", `{"step": "2s"}`); status != 200 {
				t.Error(answer)
			}
		}
	})
	wg.Wait()
	again := loaded(t, saved(t, s))
	if diff := cmp.Diff(len(s.journal.entries), len(again.journal.entries)); diff != "" || len(again.journal.entries) < 240 {
		t.Errorf("entries (-saved +loaded):\n%s", diff)
	}
}

func TestWhatTheAdminAPIDidToTasksIsDoneAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{Settings: lively(), Seed: 1})
		g := newGatewayLife(t, h.Sim())
		g.create()
		tasks := g.look(h.Sim()).Tasks
		if status, answer := askHost(h, "PUT", "troubles", `{"zonesOut": ["`+aws.ToString(tasks[0].AvailabilityZone)+`"]}`); status != 200 {
			t.Fatalf("status %d: %s", status, answer)
		}
		before := g.look(h.Sim())
		again := loaded(t, saved(t, h.Sim()))
		same(t, "after the load", before, g.look(again))
		time.Sleep(time.Hour)
		same(t, "an hour later", g.look(h.Sim()), g.look(again))
		if left := g.look(again).Tasks; len(left) != 2 || aws.ToString(left[0].AvailabilityZone) != aws.ToString(left[1].AvailabilityZone) {
			t.Errorf("tasks %v, want both in the zone that is left", left)
		}
	})
}
