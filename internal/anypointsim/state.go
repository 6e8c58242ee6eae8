package anypointsim

import (
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// state is what the platform remembers. It is written to snapshots as it is; times are
// those of the clock.
type state struct {
	// Organizations are the environments of each organization, by ids.
	Organizations map[string][]string
	// Apps are the Connected Apps by client id.
	Apps map[string]*App
	// Bearers are the access tokens that were given out, and Registrations the
	// registration tokens.
	Bearers       map[string]bearer
	Registrations map[string]*registrationToken
	// Gateways, APIs and Assets are in the order in which they were made. Gateways that are
	// deleted, and assets that are soft-deleted, stay.
	Gateways     []*gateway
	APIs         []*api
	Assets       []*asset
	Publications map[string]*publication
	// LastAPI and LastDeployment are the numbers that were given last.
	LastAPI, LastDeployment int
}

func newState() state {
	return state{
		Organizations: map[string][]string{}, Apps: map[string]*App{}, Bearers: map[string]bearer{},
		Registrations: map[string]*registrationToken{}, Publications: map[string]*publication{},
		// The numbers of API Manager are global, and so are neither small nor told from each other.
		LastAPI: 19_000_000, LastDeployment: 1_900_000,
	}
}

// bearer is an access token.
type bearer struct {
	ClientID string
	Expires  time.Time
}

// registrationToken lets one gateway be registered once.
type registrationToken struct {
	ClientID, Organization, Environment string
	Expires                             time.Time
	Used                                bool
}

// gateway is a self-managed gateway, which the platform calls a target.
type gateway struct {
	ID, Organization, Environment, Name string
	// Plane is the URL of the control plane at which it was registered.
	Plane string
	// Local is a gateway that was registered with --connected=false.
	Local   bool
	Updated time.Time
	// Deleted is when it becomes a tombstone; zero where nobody has deleted it.
	Deleted time.Time
	// FirstConnected is zero for a gateway that has never had a replica.
	FirstConnected time.Time
	Replicas       []*replica
}

// deleted is true for a tombstone.
func (g *gateway) deleted(now time.Time) bool { return !g.Deleted.IsZero() && !now.Before(g.Deleted) }

// replica is one container of a gateway.
type replica struct {
	ID, NodeID, Name, CID, Version string
	Connected                      time.Time
	// Gone is when its connection was closed; zero while it is open.
	Gone               time.Time
	CertificateExpires time.Time
}

// asset is one version of an asset in Exchange.
type asset struct {
	Organization, Group, ID, Version, Name, Description, Type string
	// APIVersion and Link are the properties of an http-api.
	APIVersion, Link string
	// Published is when it can be seen.
	Published time.Time
	// SoftDeleted assets are gone, but for their coordinates.
	SoftDeleted bool
}

// publication is an asset on its way into Exchange.
type publication struct {
	Group, ID, Version string
	Done               time.Time
}

// api is an API instance in API Manager.
type api struct {
	ID                                       int
	Organization, Environment                string
	GroupID, AssetID, AssetVersion, Label    string
	Technology, ProductVersion, EndpointType string
	// ProxyURI is where it listens, and Port and BasePath are read from it.
	ProxyURI         string
	Port             int32
	BasePath         string
	Routing          []route
	Deployment       *deployment
	Created, Updated time.Time
	// Removed APIs are unknown to everybody but their gateway, until it has heard of it.
	Removed bool
	// Due is when the gateway hears of the latest change; zero once it has.
	Due time.Time
	// Served is what the gateway Target serves; nil while it serves nothing of this.
	Served *platform.API
	Target string
	// Applied is true once a replica has confirmed the latest change.
	Applied bool
}

// deployment says on which gateway an API is to be.
type deployment struct {
	ID                                         int
	TargetID, TargetName, GatewayVersion, Type string
	ExpectedStatus                             string
	Updated                                    time.Time
}

// route is a rule and where its requests go.
type route struct {
	Label     string     `json:"label,omitempty"`
	Upstreams []upstream `json:"upstreams"`
	Rules     any        `json:"rules,omitempty"`
}

type upstream struct {
	ID     string `json:"id,omitempty"`
	Weight int    `json:"weight"`
	URI    string `json:"uri,omitempty"`
	Label  string `json:"label,omitempty"`
}
