package resource

import (
	"fmt"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// clockTolerance is how far AWS's, Anypoint's and our own clock may be apart.
const clockTolerance = 2 * time.Minute

// unusedTime is how long a gateway must have been used by nobody before it is taken for one
// whose file was lost. Somebody else may have registered the name in the same minutes, such
// as another object of the same gatewayName: their replicas connect within minutes, and
// those of a lost file never.
const unusedTime = 10 * time.Minute

// proof says whether a gateway comes from a task of ours that ended without storing its
// file.
type proof int

const (
	proofNone     proof = iota
	proofPending        // it may, and is proved to if nobody uses it for a while
	proofComplete       // it does: nobody else can miss it, as its key is lost
)

// proofOf is complete for a gateway whose name was free right before a task that may have
// registered it, that has changed at no other time, and that no replica has ever used. A
// platform that does not say when it changed proves nothing. Where flexctl has said that it
// registered the name, it cannot be somebody else's.
func (s *RegisteredState) proofOf(g anypoint.Gateway, now time.Time) proof {
	if g.LastUpdate.IsZero() || g.Status == anypoint.StatusConnected || g.Connected > 0 || g.Disconnected > 0 || len(g.CertificateExpirations) > 0 {
		return proofNone
	}
	found := proofNone
	for _, task := range s.Tasks {
		switch {
		case !task.mayHaveRegistered() || !task.spans(g.LastUpdate):
		case task.outcome == outcomeNotStored, now.Sub(task.Stopped) >= unusedTime:
			return proofComplete
		default:
			found = proofPending
		}
	}
	return found
}

// spans is true for a moment between the look before the task and its end.
func (t *RegistrarTask) spans(at time.Time) bool {
	return at.After(t.NameFree.Add(-clockTolerance)) && at.Before(t.Stopped.Add(clockTolerance))
}

// mayHaveRegistered is true for a task after which a gateway may be there without a file.
func (t *RegistrarTask) mayHaveRegistered() bool {
	if t.Running || t.Renews != "" || t.NameFree.IsZero() {
		return false
	}
	return t.outcome == outcomeFailed || t.outcome == outcomeNotStored || t.outcome == outcomeFileExists
}

// mayBeLost is true where a task may have registered a gateway and lost its file.
func (s *RegisteredState) mayBeLost() bool {
	for _, task := range s.Tasks {
		if task.mayHaveRegistered() {
			return true
		}
	}
	return false
}

// nameUndecided says that it is yet to be seen whose the gateway is.
func (r Registration) nameUndecided(g anypoint.Gateway) error {
	return &engine.Problem{Reason: ReasonGatewayNameTaken, RetryAfter: nameTakenPause, Message: fmt.Sprintf(
		"the environment has a gateway named %s since the task that should register it ended without an answer: id %s. If no replica uses it for %v, it is that task's, whose file is lost, and makes way for another",
		r.GatewayName, g.ID, unusedTime)}
}
