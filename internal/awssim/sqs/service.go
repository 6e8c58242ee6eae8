// Package sqs simulates the standard queues of Amazon SQS: messages that are hidden
// while somebody works on them and come back when he does not delete them, long
// polls, queue policies and dead-letter queues. FIFO queues, message attributes and
// keys of AWS KMS are not simulated, and refused.
package sqs

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/core"
)

// Error codes of Amazon SQS, by the names of their shapes.
const (
	noQueue          = "QueueDoesNotExist"
	nameExists       = "QueueNameExists"
	deletedRecently  = "QueueDeletedRecently"
	invalidName      = "InvalidAttributeName"
	invalidValue     = "InvalidAttributeValue"
	invalidParameter = "InvalidParameterValue"
	invalidHandle    = "ReceiptHandleIsInvalid"
	notInFlight      = "MessageNotInflight"
	purgeInProgress  = "PurgeQueueInProgress"
	overLimit        = "OverLimit"
	notSimulated     = "NotImplemented"
)

// Service is the simulated Amazon SQS of all accounts and regions.
type Service struct {
	world   *core.World
	regions core.Regional[region]
}

// region is what one account has in one region.
type region struct {
	queues map[string]*queue
	// deleted is when a queue of that name was deleted.
	deleted map[string]time.Time
}

// New returns an SQS without queues.
func New(w *core.World) *Service {
	return &Service{world: w, regions: core.Regional[region]{
		Make: func(core.Scope) *region { return &region{queues: map[string]*queue{}, deleted: map[string]time.Time{}} },
	}}
}

// Inventory lists all queues.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.regions.All(func(sc core.Scope, r *region) {
		for _, q := range r.queues {
			list = append(list, core.Resource{
				Service: "sqs", Kind: "Queue", ID: q.arn, Account: sc.Account, Region: sc.Region, Tags: maps.Clone(q.tags),
			})
		}
	})
	core.SortResources(list)
	return list
}

// lookup finds the queue that a URL names, by its last two parts: account and name.
func (s *Service) lookup(c *core.Call, url *string) (*queue, error) {
	parts := strings.Split(aws.ToString(url), "/")
	if n := len(parts); n >= 2 && parts[n-2] == c.Account {
		if q, ok := s.regions.In(c.Scope).queues[parts[n-1]]; ok {
			return q, nil
		}
	}
	return nil, core.Errorf(noQueue, "The specified queue does not exist.")
}

// byARN finds a queue wherever it is.
func (s *Service) byARN(arn string) (*queue, bool) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[2] != "sqs" {
		return nil, false
	}
	q, ok := s.regions.In(core.Scope{Account: parts[4], Region: parts[3]}).queues[parts[5]]
	return q, ok && q.arn == arn
}

// names are the names of the queues, sorted.
func (r *region) names() []string { return slices.Sorted(maps.Keys(r.queues)) }
