package events

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/sqs"
)

// principal is EventBridge as the policies of queues know it.
const principal = "events.amazonaws.com"

// Event is what an AWS service tells EventBridge.
type Event struct {
	// Source is such as "aws.ecs", DetailType such as "ECS Task State Change".
	Source, DetailType string
	// Resources are the ARNs of what it is about.
	Resources []string
	// Detail makes the object that says more. It is called at once, or not at all
	// where no rule could match.
	Detail func() map[string]any
}

// envelope is an event as targets get it, with AWS's order of members.
type envelope struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// Publish sends an event to the default bus. The world must be locked.
func (s *Service) Publish(sc core.Scope, e Event) {
	if len(s.buses.In(sc).rules) == 0 {
		return
	}
	detail, err := json.Marshal(e.Detail())
	if err != nil {
		return // an event that cannot be written is never sent
	}
	s.send(sc, envelope{
		Version: "0", ID: s.world.EventID(), DetailType: e.DetailType, Source: e.Source, Account: sc.Account, Region: sc.Region,
		Time: s.world.Now().UTC().Format(time.RFC3339), Resources: append([]string{}, e.Resources...), Detail: detail,
	})
}

// send delivers the event to the targets of all rules that match it.
func (s *Service) send(sc core.Scope, e envelope) {
	text, err := json.Marshal(e)
	if err != nil {
		return // its detail has been read or written as JSON before
	}
	var parsed any
	if err := decode(string(text), &parsed); err != nil {
		return // the same
	}
	b := s.buses.In(sc)
	for _, name := range b.names() {
		r := b.rules[name]
		if r.state == types.RuleStateDisabled || !r.pattern.matches(parsed) {
			continue
		}
		for _, t := range r.targets {
			body := string(text)
			if t.Input != nil {
				body = *t.Input
			}
			s.dispatch(*t.Arn, r.arn, body)
		}
	}
}

// dispatch delivers to one target, once or twice, when its time has come.
func (s *Service) dispatch(target, rule, body string) {
	if !strings.Contains(target, ":sqs:") {
		s.counts.Elsewhere++
		return
	}
	delays := s.world.EventDelays()
	s.counts.Duplicates += len(delays) - 1
	for _, d := range delays {
		s.world.After(d, func() {
			switch s.queues.Deliver(target, principal, rule, body) {
			case sqs.Delivered:
				s.counts.Delivered++
			case sqs.NoQueue:
				s.counts.NoQueue++
			case sqs.Refused:
				s.counts.Refused++
			}
		})
	}
}

// PutEvents sends events of one's own to the default bus; each entry succeeds or
// fails by itself.
func (s *Service) PutEvents(c *core.Call, in *sdk.PutEventsInput) (*sdk.PutEventsOutput, error) {
	if in.EndpointId != nil {
		return nil, core.Errorf(notSimulated, "awssim: global endpoints are not simulated").WithStatus(501)
	}
	out := &sdk.PutEventsOutput{Entries: []types.PutEventsResultEntry{}}
	fail := func(code, message string) {
		out.FailedEntryCount++
		out.Entries = append(out.Entries, types.PutEventsResultEntry{ErrorCode: aws.String(code), ErrorMessage: aws.String(message)})
	}
	for _, entry := range in.Entries {
		var detail map[string]any
		_, busErr := s.bus(c, entry.EventBusName)
		switch {
		case aws.ToString(entry.Source) == "":
			fail("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.")
			continue
		case strings.HasPrefix(*entry.Source, "aws."):
			fail("NotAuthorizedForSourceException", "Not authorized for the source.")
			continue
		case aws.ToString(entry.DetailType) == "":
			fail("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.")
			continue
		case json.Unmarshal([]byte(aws.ToString(entry.Detail)), &detail) != nil:
			fail("MalformedDetail", "Detail is malformed.")
			continue
		}
		e := envelope{
			Version: "0", ID: s.world.EventID(), DetailType: *entry.DetailType, Source: *entry.Source, Account: c.Account, Region: c.Region,
			Time: s.world.Now().UTC().Format(time.RFC3339), Resources: append([]string{}, entry.Resources...), Detail: json.RawMessage(*entry.Detail),
		}
		if entry.Time != nil {
			e.Time = entry.Time.UTC().Format(time.RFC3339)
		}
		if busErr == nil { // what goes to a bus that does not exist is lost, and AWS does not say so
			s.send(c.Scope, e)
		}
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String(e.ID)})
	}
	return out, nil
}
