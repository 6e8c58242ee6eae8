package awssim

import (
	"errors"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// conversation is what containers and the Anypoint Platform say to each other. The platform
// is outside of the world, so its answers are kept with the journal: a world that is made
// again hears them again, and does not ask. It is guarded by the world's lock.
type conversation struct {
	// with is nil where there is no platform any more: every answer is an error then.
	with platform.Platform
	// heard are all answers so far, in order.
	heard []reply
	// pending are those that are still to be heard again; nil once the world is live.
	pending   []reply
	repeating bool
	// deployed is ECS's, set by OnDeployment.
	deployed func(gateway string)
}

// reply is one of the platform.
type reply struct {
	Method string         `json:"method"`
	File   []byte         `json:"file,omitempty"`
	APIs   []platform.API `json:"apis,omitempty"`
	Error  string         `json:"error,omitempty"`
}

var (
	errNoPlatform = errors.New("cannot reach the control plane: the snapshot that this world came from had an Anypoint Platform, and there is none now")
	errNotAsked   = errors.New("the snapshot has no answer of the Anypoint Platform to this")
)

// newConversation is nil without a platform.
func newConversation(o Options) *conversation {
	if o.Anypoint == nil && o.heard == nil {
		return nil
	}
	return &conversation{with: o.Anypoint, pending: o.heard, repeating: o.heard != nil}
}

// hear keeps an answer and returns it: one from the past while the world is made again.
func (c *conversation) hear(method string, ask func() reply) reply {
	var a reply
	switch {
	case c.repeating && (len(c.pending) == 0 || c.pending[0].Method != method):
		a.Error = errNotAsked.Error()
	case c.repeating:
		a, c.pending = c.pending[0], c.pending[1:]
	case c.with == nil:
		a.Error = errNoPlatform.Error()
	default:
		a = ask()
	}
	a.Method = method
	c.heard = append(c.heard, a)
	return a
}

func (a reply) err() error {
	if a.Error == "" {
		return nil
	}
	return errors.New(a.Error)
}

func replyOf(file []byte, err error) reply {
	a := reply{File: file}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

// Create implements platform.Platform.
func (c *conversation) Create(at time.Time, r platform.Registration) ([]byte, error) {
	a := c.hear("Create", func() reply { return replyOf(c.with.Create(at, r)) })
	return a.File, a.err()
}

// Renew implements platform.Platform.
func (c *conversation) Renew(at time.Time, plane string, by platform.Credentials, file []byte) ([]byte, error) {
	a := c.hear("Renew", func() reply { return replyOf(c.with.Renew(at, plane, by, file)) })
	return a.File, a.err()
}

// Delete implements platform.Platform.
func (c *conversation) Delete(at time.Time, by platform.Credentials, file []byte) error {
	return c.hear("Delete", func() reply { return replyOf(nil, c.with.Delete(at, by, file)) }).err()
}

// Connect implements platform.Platform.
func (c *conversation) Connect(at time.Time, file []byte, r platform.Replica) error {
	return c.hear("Connect", func() reply { return replyOf(nil, c.with.Connect(at, file, r)) }).err()
}

// Disconnect implements platform.Platform.
func (c *conversation) Disconnect(at time.Time, gateway, replica string) {
	if !c.repeating && c.with != nil {
		c.with.Disconnect(at, gateway, replica)
	}
}

// APIs implements platform.Platform.
func (c *conversation) APIs(gateway string) []platform.API {
	return c.hear("APIs", func() reply { return reply{APIs: c.with.APIs(gateway)} }).APIs
}

// OnDeployment implements platform.Platform.
func (c *conversation) OnDeployment(fn func(gateway string)) { c.deployed = fn }

// listen has the world told of deployments from now on.
func (s *Sim) listen() {
	if s.anypoint == nil || s.anypoint.with == nil {
		return
	}
	s.anypoint.with.OnDeployment(func(gateway string) {
		s.turn.Lock()
		defer s.turn.Unlock()
		s.deployed(gateway)
	})
}

// deployed has gateways look at their APIs, and keeps that they did. All of it happens at
// one moment.
func (s *Sim) deployed(gateway string) {
	defer s.world.Hold()()
	s.anypoint.deployed(gateway)
	s.world.Do(func() { s.journal.add(journalEntry{At: s.world.Now(), Deployed: gateway}, len(gateway)) })
}

// goLive ends the repetition: from now on the platform itself is asked. It hears of the
// gateways that are connected in the world that was made again.
func (s *Sim) goLive() {
	if s.anypoint == nil {
		return
	}
	s.world.Do(func() {
		s.anypoint.repeating, s.anypoint.pending = false, nil
		if s.anypoint.with != nil {
			s.ECS.EachConnection(func(file []byte, r platform.Replica) {
				_ = s.anypoint.with.Connect(s.world.Now(), file, r) // it may not know them any more: they go on as if it were away
			})
		}
	})
	s.listen()
}
