package resource

import (
	"fmt"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// The reasons of what becomes of a registration.
const (
	ReasonRegistering            = "Registering"
	ReasonGatewayNameTaken       = "GatewayNameTaken"
	ReasonRegistrationFailed     = "RegistrationFailed"
	ReasonRegistrationFileExists = "RegistrationFileExists"
	ReasonRegistrationNotStored  = "RegistrationNotStored"
)

// The pauses between two tries.
const (
	// rareRetry is the pause where a person has to change something first, and between
	// two renewals.
	rareRetry = time.Hour
	// firstRetry doubles with each failure, up to longestRetry.
	firstRetry   = time.Minute
	longestRetry = 15 * time.Minute
)

// How long Secrets Manager may take to show what has been stored, and how often it is
// asked.
const (
	storedVisible = 30 * time.Second
	storedPause   = 3 * time.Second
)

// mustPause is true while a task is at work, or the pause after the last one lasts. With
// another task definition, as after a change of the credentials, the next try is due at
// once.
func (r Registration) mustPause(wish RegisteredWish, observed *RegisteredState) bool {
	task := observed.current()
	switch {
	case task == nil:
		return false
	case task.Running:
		return true
	case task.stored():
		return r.Now().Sub(task.Stopped) < storedVisible
	case wish.Task != nil && wish.Definition != task.Definition:
		return false
	default:
		return r.Now().Sub(task.Stopped) < observed.pause()
	}
}

// pause is how long to wait after the last task before another one is started.
func (s *RegisteredState) pause() time.Duration {
	last := s.current()
	if s.Registered() || last.outcome == outcomeScopesMissing || last.outcome == outcomeCredentialsRefused {
		return rareRetry
	}
	pause := firstRetry
	for _, earlier := range s.Tasks {
		if earlier.ARN != last.ARN && earlier.Renews == last.Renews {
			pause = min(2*pause, longestRetry)
		}
	}
	return pause
}

// failure is the problem of a registration of which the last task failed.
func (r Registration) failure(observed *RegisteredState) *engine.Problem {
	task := observed.current()
	problem := task.problem(r.GatewayName)
	if !problem.Terminal {
		problem.RetryAfter = max(task.Stopped.Add(observed.pause()).Sub(r.Now()), time.Second)
	}
	return problem
}

// lastTry is what became of the task before the one at work, as the end of a sentence;
// empty where there was none.
func (r Registration) lastTry(observed *RegisteredState) string {
	if len(observed.Tasks) < 2 || observed.Tasks[1].Running {
		return ""
	}
	return "; the last try: " + observed.Tasks[1].problem(r.GatewayName).Message
}

// problem says why a task failed and what to do.
func (t *RegistrarTask) problem(name string) *engine.Problem {
	words := "; flexctl's own words are in log stream " + t.logs
	switch t.outcome {
	case outcomeNameTaken:
		return &engine.Problem{Reason: ReasonGatewayNameTaken, Message: fmt.Sprintf(
			"flexctl says that the environment has a gateway named %s already, which was not there right before: the Anypoint Platform is asked again whose it is", name) + words}
	case outcomeFileExists:
		return &engine.Problem{Reason: ReasonRegistrationFileExists,
			Message: "flexctl says that a registration file exists already where it writes its own, in a volume that was empty: it is tried again with another" + words}
	case outcomeScopesMissing:
		return &engine.Problem{Reason: anypoint.ReasonScopesMissing, Terminal: true,
			Message: "the Connected App may not register gateways: give it the scopes Read Servers, Manage Servers and View Organization in the environment. It is tried again every hour, and when its Secret or the spec changes" + words}
	case outcomeCredentialsRefused:
		return &engine.Problem{Reason: anypoint.ReasonCredentialsRefused, Terminal: true,
			Message: "the Anypoint Platform refuses the client id or the client secret of the Connected App: put the right ones into the Secret. It is tried again every hour, and when the Secret or the spec changes" + words}
	case outcomeNotStored:
		return &engine.Problem{Reason: ReasonRegistrationNotStored,
			Message: "flexctl has succeeded, but its file could not be stored in Secrets Manager (" + t.detail + "): it is tried again" + t.keeperWords()}
	case outcomeNeverRan:
		return &engine.Problem{Reason: ReasonRegistrationTaskFailed,
			Message: "the task that calls flexctl did not start and is tried again" + advice(t.detail) + ": " + t.detail}
	case outcomeStored:
		return &engine.Problem{Reason: ReasonRegistrationNotStored,
			Message: "the registration file was stored in Secrets Manager and does not show there: it is tried again"}
	default:
		return &engine.Problem{Reason: ReasonRegistrationFailed, Message: "flexctl failed and is tried again: " + t.detail + words}
	}
}

func (t *RegistrarTask) keeperWords() string {
	return "; what the keeper said is in the stream beside " + t.logs
}

// Renewal says how a renewal stands: whether one is at work, and why the last one failed.
func (s *RegisteredState) Renewal() (running bool, failure *engine.Problem) {
	task := s.current()
	switch {
	case !s.Registered() || task == nil:
		return false, nil
	case task.Running || task.stored():
		return true, nil
	default:
		return false, task.problem("")
	}
}
