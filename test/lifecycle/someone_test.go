package lifecycle

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim"
)

// meddlings is how often someone changes or deletes something of the gateway, or of what
// it shares with others.
const meddlings = 12

func TestWhateverSomeoneElseDoesIsPutRight(t *testing.T) {
	for seed := range *seeds {
		t.Run(fmt.Sprint(seed+1), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBenchOf(t, seed+1), gatewayNamed(t, "gw", nil)
				b.ready(gw)
				someone := awssim.Someone{
					Sim: b.sim, Seed: seed + 1, Tag: awscloud.TagManagedBy, Value: awscloud.ManagedBy,
					// A service goes on with a revision that is deregistered, and the controller does
					// not look at revisions again (docs/operations.md, "Drift").
					Spares: []string{"TaskDefinition"},
				}
				config := aws.Config{
					Region: "us-east-1", HTTPClient: &http.Client{Transport: b.sim.RoundTripper()},
					Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", ""),
				}
				for range meddlings {
					what, err := someone.Meddle(t.Context(), config)
					b.must(err)
					time.Sleep(lookEvery)
					b.untilQuiet(gw)
					t.Log(what)
					if !isReady(b.get(gw)) {
						t.Fatalf("after %s:\n%s", what, b.describe(gw))
					}
					b.settled(gw)
				}
				b.delete(gw)
				b.empty()
			})
		})
	}
}
