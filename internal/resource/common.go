// Package resource has one file for each kind of AWS resource, with the same verbs
// in the same order in each: Observe, Owner, Diff, Create, Update, Delete, Settled
// (see engine.Resource). It knows AWS and the engine, and nothing of Kubernetes.
package resource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// Common is what every resource of one gateway shares.
type Common struct {
	// Cloud are the clients of the gateway's account and region.
	Cloud *awscloud.Clients
	// Gateway is the owner of the resources, as it stands in the owner tags.
	Gateway awscloud.Owner
	// Tags are the user's own tags.
	Tags map[string]string
	// Now tells the time, for what AWS's own timestamps are compared with.
	Now func() time.Time
}

// tags are the tags of a part of the gateway, with the name that AWS's console shows.
func (c Common) tags(part, name string) map[string]string {
	tags := c.Gateway.Tags(part, c.Tags)
	tags[awscloud.TagName] = name
	return tags
}

// ownership reads the owner from tags. A resource that was recorded as ours stays
// ours when someone takes its tags away; they are put back.
func (c Common) ownership(tags map[string]string, recorded bool) engine.Ownership {
	if recorded && tags[awscloud.TagOwnerUID] == "" {
		return engine.Ours()
	}
	return c.Gateway.Ownership(tags)
}

// isRecorded is true where the observed id is the one recorded for a resource of ours.
func isRecorded(recorded engine.Record, id string) bool {
	return id != "" && recorded.ID == id && recorded.State != engine.StateExternal
}

// arn builds an ARN in the gateway's account and region.
func (c Common) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition(c.Cloud.Region), service, c.Cloud.Region, c.Cloud.Account, resource)
}

// partitions are those beside "aws", by the beginnings of their regions: the table of the
// AWS SDK (internal/endpoints/awsrulesfn/partitions.json).
var partitions = map[string]string{
	"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc",
	"us-iso-": "aws-iso", "us-isob-": "aws-iso-b", "eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f",
}

// partition is the AWS partition of a region.
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func partition(region string) string {
	for beginning, name := range partitions {
		if strings.HasPrefix(region, beginning) {
			return name
		}
	}
	return "aws"
}

// gone turns AWS's "not found" into nil.
func gone(err error) error {
	if awscloud.IsNotFound(err) {
		return nil
	}
	return err
}

// creating marks AWS's "already exists" for the engine.
func creating(err error) error {
	if awscloud.IsExists(err) {
		return fmt.Errorf("%w: %w", engine.ErrAlreadyExists, err)
	}
	return err
}

// complete refuses an answer of AWS in which a resource lacks what every resource of its
// kind has. Nothing may be made of such an answer, and nothing remembered: the next look
// asks again.
func complete(what engine.Identity, members ...string) error {
	if !slices.Contains(members, "") {
		return nil
	}
	return &engine.Problem{Reason: awscloud.ReasonAWSError, Message: fmt.Sprintf("AWS's answer about %s is incomplete", what)}
}

// first is the first element of a list, its zero value where it is empty.
func first[T any](list []T) T {
	if len(list) == 0 {
		var none T
		return none
	}
	return list[0]
}

// atMostOne is the only element of a list, nil where it is empty.
func atMostOne[T any](what engine.Identity, found []T) (*T, error) {
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return &found[0], nil
	default:
		return nil, &engine.Problem{Reason: awscloud.ReasonRefused, Terminal: true,
			Message: fmt.Sprintf("%d resources in AWS claim to be %s of this gateway: remove all but one", len(found), what)}
	}
}

// pathTags is the path of tags in a delta.
const pathTags = "tags"

// diffTags adds the wanted tags that are missing to the delta.
func diffTags(delta *compare.Delta, wanted, observed map[string]string) {
	missing := awscloud.MissingTags(wanted, observed)
	if len(missing) == 0 {
		return
	}
	before := map[string]string{}
	for key := range missing {
		if value, ok := observed[key]; ok {
			before[key] = value
		}
	}
	delta.Add(pathTags, missing, before)
}

// diff adds a field to the delta where wish and observation differ.
func diff[T comparable](delta *compare.Delta, path string, wanted, observed T) {
	if wanted != observed {
		delta.Add(path, wanted, observed)
	}
}

// retag is the tail of an Update: it writes the wanted tags if they are in the delta.
func retag(ctx context.Context, delta *compare.Delta, wanted, observed map[string]string, write func(context.Context, map[string]string) error) error {
	if !delta.DifferentAt(pathTags) {
		return nil
	}
	return write(ctx, awscloud.MissingTags(wanted, observed))
}

// merged is observed with the wanted tags written over it.
func merged(observed, wanted map[string]string) map[string]string {
	all := maps.Clone(observed)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, wanted)
	return all
}

// ptr is a pointer to a copy of v.
func ptr[T any](v T) *T { return &v }

// token is an idempotency token of at most 36 characters, the same for the same
// parts.
func token(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Token is token for what a task is told to use.
func Token(parts ...string) string { return token(parts...) }
