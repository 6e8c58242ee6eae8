package anypoint

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// The states of a gateway and of a replica. Others are no errors.
const (
	StatusConnected    = "CONNECTED"
	StatusDisconnected = "DISCONNECTED"
	// StatusDeleted is that of a tombstone: lists show deleted gateways for a long time.
	StatusDeleted = "DELETED"
)

// Gateway is a self-managed gateway as Runtime Manager sees it.
type Gateway struct {
	// ID is the agentId of the registration file.
	ID string
	// Name is unique in an environment among gateways that are not deleted.
	Name string
	// Status is CONNECTED, DISCONNECTED or something that is not known.
	Status string
	// Connected and Disconnected count replicas. Replicas that have stopped stay in the
	// second number for seven days.
	Connected, Disconnected int
	// CertificateExpirations are the ends of the certificates of connected replicas, soonest
	// first.
	CertificateExpirations []time.Time
	// LastUpdate is when the record changed.
	LastUpdate time.Time
	// Versions of Flex Gateway; lists leave them out.
	Versions []string
}

const (
	// pageSize is the largest that Runtime Manager allows.
	pageSize = 100
	// maxPages bounds a list: 10,000 gateways or replicas.
	maxPages = 100
)

// Gateways lists the self-managed gateways of an environment, all pages of it, without
// the tombstones.
func (c *Client) Gateways(ctx context.Context, env Environment) ([]Gateway, error) {
	return c.session.gateways(ctx, env)
}

func (s *session) gateways(ctx context.Context, env Environment) ([]Gateway, error) {
	all, err := pages[wireGateway](ctx, s, call{operation: OperationListGateways, env: &env, path: gatewaysPath(env)})
	if err != nil {
		return nil, err
	}
	gateways := make([]Gateway, 0, len(all))
	for _, w := range all {
		if w.Status != StatusDeleted && w.ID != "" {
			gateways = append(gateways, w.gateway())
		}
	}
	return gateways, nil
}

// DeleteGateway deletes the record of a gateway; its replicas go on, without a platform.
// One that is deleted or not known is no error. APIs on it must be deleted first.
func (c *Client) DeleteGateway(ctx context.Context, env Environment, id string) error {
	path := gatewaysPath(env, id)
	err := c.session.do(ctx, call{operation: OperationDeleteGateway, method: http.MethodDelete, env: &env, path: path})
	if KindOf(err) == KindInvalid {
		// A second deletion is answered by a 400 whose text alone says why; the record
		// says it in a field.
		var w wireGateway
		switch look := c.session.do(ctx, call{operation: OperationGetGateway, method: http.MethodGet, env: &env, path: path, out: &w}); {
		case look == nil && w.Status == StatusDeleted, KindOf(look) == KindNotFound:
			err = nil
		}
	}
	if KindOf(err) == KindNotFound {
		err = nil
	}
	if err == nil {
		c.session.outdate(env)
	}
	return err
}

// gatewaysPath is the path of an environment's self-managed gateways, and of what is below.
func gatewaysPath(env Environment, below ...string) []string {
	return append([]string{"standalone", "api", "v1", "organizations", env.Organization, "environments", env.ID, "gateways"}, below...)
}

// pages reads the pages of a list of Runtime Manager's. The total that it says is 0 on a
// page past the end, so that only a short page ends the list.
func pages[T any](ctx context.Context, s *session, c call) ([]T, error) {
	var all []T
	for number := range maxPages {
		var page struct {
			Content *[]T `json:"content"`
		}
		c.method, c.out = http.MethodGet, &page
		c.query = url.Values{"pageSize": {strconv.Itoa(pageSize)}, "pageNumber": {strconv.Itoa(number)}}
		if err := s.do(ctx, c); err != nil {
			return nil, err
		}
		if page.Content == nil {
			return nil, &Error{Kind: KindNonsense, Status: http.StatusOK, Operation: c.operation, Message: "the answer has no content"}
		}
		all = append(all, *page.Content...)
		if len(*page.Content) < pageSize {
			return all, nil
		}
	}
	return nil, &Error{Kind: KindNonsense, Status: http.StatusOK, Operation: c.operation, Message: fmt.Sprintf("the list has no end after %d pages", maxPages)}
}

// wireGateway is a gateway as it is sent.
type wireGateway struct {
	ID         text   `json:"id"`
	Name       text   `json:"name"`
	Status     text   `json:"status"`
	LastUpdate moment `json:"lastUpdate"`
	Versions   []text `json:"versions"`
	Replicas   []struct {
		Status       text     `json:"status"`
		Count        integer  `json:"count"`
		Certificates []moment `json:"certificateExpirationDates"`
	} `json:"replicas"`
}

func (w wireGateway) gateway() Gateway {
	g := Gateway{ID: string(w.ID), Name: string(w.Name), Status: string(w.Status), LastUpdate: w.LastUpdate.Time}
	for _, version := range w.Versions {
		g.Versions = append(g.Versions, string(version))
	}
	for _, replicas := range w.Replicas {
		switch replicas.Status {
		case StatusConnected:
			g.Connected += int(replicas.Count)
			for _, at := range replicas.Certificates {
				if !at.IsZero() {
					g.CertificateExpirations = append(g.CertificateExpirations, at.Time)
				}
			}
		case StatusDisconnected:
			g.Disconnected += int(replicas.Count)
		}
	}
	slices.SortFunc(g.CertificateExpirations, time.Time.Compare)
	return g
}
