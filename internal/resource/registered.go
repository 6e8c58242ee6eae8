package resource

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
)

// RegistrationContent is a registration file with what can be read in it.
type RegistrationContent struct {
	// Text is the file; Digest tells it from others.
	Text, Digest string
	// AgentID is the gateway's id in the Anypoint Platform.
	AgentID string
	// Expires is when the gateway's certificate ends; zero where none could be read.
	Expires time.Time
}

// String does not have the text.
func (c RegistrationContent) String() string { return "registration of " + c.AgentID }

// RegisteredWish is the registration that should be there.
type RegisteredWish struct {
	// Task is how to run the task that registers or renews; nil where something that it
	// needs is not ready, which Missing names.
	Task    *ecs.RunTaskInput
	Missing string
	// Definition is the revision of the task.
	Definition string
}

// RegisteredState is the registration, and the tasks that work on it.
type RegisteredState struct {
	RegistrationContent
	// Version is the file's version in Secrets Manager, and StoredAt when it was stored.
	Version  string
	StoredAt time.Time
	// Tasks are the tasks that register or renew, the newest first, as far as ECS still
	// knows them: for about an hour after their end.
	Tasks []RegistrarTask
	// Before is the id under which the registration was recorded.
	Before string

	leaving time.Time // since when it is being removed
}

// Registered is true where there is a registration file.
func (s *RegisteredState) Registered() bool { return s.Text != "" }
