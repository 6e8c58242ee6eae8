package anypoint

import (
	"fmt"
	"log/slog"
)

// Credentials are those of a Connected App that acts on its own behalf
// (client_credentials). Printed in whatever way, they do not show the secret.
type Credentials struct {
	ClientID, ClientSecret string
}

// String has the client's id only.
func (c Credentials) String() string { return c.ClientID + ":(secret)" }

// GoString is what %#v shows.
func (c Credentials) GoString() string {
	return fmt.Sprintf("anypoint.Credentials{ClientID: %q, ClientSecret: (secret)}", c.ClientID)
}

// LogValue is what slog shows.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalLog is what logr shows.
func (c Credentials) MarshalLog() any { return c.String() }

// MarshalJSON keeps the secret out of loggers and documents that marshal what they get.
func (c Credentials) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%q", c.String()), nil
}

// Environment is an environment of an organization (business group), by their ids.
type Environment struct {
	Organization, ID string
}
