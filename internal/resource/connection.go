package resource

import (
	"fmt"
	"time"

	"flexgw.io/controller/internal/engine"
)

// ReasonReplicasConnecting is the reason of the wait for replicas that run and are not
// connected to the Anypoint Platform yet.
const ReasonReplicasConnecting = "ReplicasConnecting"

// ConnectingLook is how often replicas that are yet to be connected are looked at: a
// replica connects within minutes of its start.
const ConnectingLook = 20 * time.Second

// Connection is what the Anypoint Platform says of the replicas, where a change waits for
// them to be connected. The zero value waits for nothing.
type Connection struct {
	// Awaited is true where changes wait.
	Awaited bool
	// Connected is how many replicas are connected, as far as is known.
	Connected int32
	// Unknown says why the platform has not said so just now; empty where it has.
	Unknown string
	// WasReady is true where all was as the spec asks at the last look: that the platform
	// cannot be asked does not change it.
	WasReady bool
}

// has is true where the platform has said that so many replicas are connected.
func (c Connection) has(running int32) bool {
	return !c.Awaited || c.Unknown == "" && c.Connected >= running
}

// missing is how many of the replicas are yet to be connected. What was ready stays so
// while the platform is away.
func (c Connection) missing(running int32) int32 {
	switch {
	case !c.Awaited:
		return 0
	case c.Unknown == "", c.WasReady:
		return max(running-c.Connected, 0)
	default:
		return running
	}
}

// wait is the wait for replicas to be connected; nil where none is awaited.
func (c Connection) wait(running int32) error {
	if c.missing(running) == 0 {
		return nil
	}
	return &engine.Wait{After: ConnectingLook, Code: ReasonReplicasConnecting, Reason: c.describe(running)}
}

// describe says how many of the replicas are connected.
func (c Connection) describe(running int32) string {
	if c.Unknown != "" {
		return fmt.Sprintf("waiting for the Anypoint Platform, which cannot say how many of %d replicas are connected: %s", running, c.Unknown)
	}
	return fmt.Sprintf("%d of %d replicas are connected to the Anypoint Platform", c.Connected, running)
}
