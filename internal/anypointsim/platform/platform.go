// Package platform is what simulated containers ask of a simulated Anypoint Platform:
// what "flexctl registration" sends, and what the agent of a gateway says and hears. It
// is the contract between the two simulators and imports neither.
package platform

import "time"

// Platform is the Anypoint Platform as containers reach it, at every control plane's URL.
//
// The simulated AWS calls it with its own world locked, and gives the time: an
// implementation never calls back into that world from within a method, and never waits.
// An error's text is what flexctl or the agent prints, in MuleSoft's words where they are
// known.
type Platform interface {
	// Create is "flexctl registration create": it returns the registration file. After
	// an error the gateway may be registered all the same, as when an answer is lost.
	Create(at time.Time, r Registration) (file []byte, err error)
	// Renew is "flexctl registration renew": it returns a file with a new certificate for
	// the gateway of the given one, which may have expired.
	Renew(at time.Time, plane string, by Credentials, file []byte) (renewed []byte, err error)
	// Delete is "flexctl registration delete".
	Delete(at time.Time, by Credentials, file []byte) error

	// Connect opens a replica's connection to its control plane with the certificate of a
	// registration file, until Disconnect.
	Connect(at time.Time, file []byte, r Replica) error
	// Disconnect closes it. An unknown one is no error.
	Disconnect(at time.Time, gateway, replica string)
	// APIs are the API instances that are deployed to a gateway.
	APIs(gateway string) []API
	// OnDeployment has fn called after the APIs of a gateway have changed, from another
	// goroutine than any that calls a method of Platform, and with nothing locked.
	OnDeployment(fn func(gateway string))
}

// Credentials are those of a Connected App, or a registration token.
type Credentials struct {
	ClientID, ClientSecret string
	Token                  string
}

// Registration is what "flexctl registration create" is asked for.
type Registration struct {
	// Plane is the URL of the control plane (--anypoint-url).
	Plane string
	// By are the credentials; a token carries organization and environment.
	By Credentials
	// Organization and Environment are ids.
	Organization, Environment string
	// Name is the gateway's name.
	Name string
	// Connected is false for a gateway in Local Mode.
	Connected bool
}

// Replica is one container of a gateway.
type Replica struct {
	// ID is the connection's own, unlike any other's.
	ID string
	// Name is the container's host name and namespace.
	Name string
	// Version is that of Flex Gateway.
	Version string
}

// API is an API instance as the gateway serves it.
type API struct {
	// ID is API Manager's.
	ID int
	// Port and BasePath are where it listens.
	Port     int32
	BasePath string
	// Upstream is the URL of what it stands for.
	Upstream string
}
