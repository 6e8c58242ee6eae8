package anypoint

import (
	"fmt"
	"strings"
)

// instanceBody is what is sent to create or change an instance. API Manager wants the
// keys that are null to be there.
type instanceBody struct {
	Technology   string         `json:"technology"`
	ProviderID   *string        `json:"providerId"` // null: Anypoint itself knows the client applications
	Label        string         `json:"instanceLabel"`
	Spec         *assetBody     `json:"spec,omitempty"`         // of a creation
	AssetVersion string         `json:"assetVersion,omitempty"` // of a change
	Endpoint     endpointBody   `json:"endpoint"`
	Upstreams    []upstreamBody `json:"upstreams,omitempty"` // of a change
	Routing      []routeBody    `json:"routing"`
	Deployment   deploymentBody `json:"deployment"`
}

type endpointBody struct {
	DeploymentType       string  `json:"deploymentType"`
	MuleVersion4OrAbove  *bool   `json:"muleVersion4OrAbove"`
	Type                 string  `json:"type"`
	IsCloudHub           *bool   `json:"isCloudHub"`
	ProxyURI             string  `json:"proxyUri"`
	ReferencesUserDomain *bool   `json:"referencesUserDomain"`
	ResponseTimeout      *int    `json:"responseTimeout"`
	TLSContexts          *string `json:"tlsContexts"`
}

type assetBody struct {
	GroupID string `json:"groupId"`
	AssetID string `json:"assetId"`
	Version string `json:"version"`
}

// routeBody is a route; without rules it takes every request.
type routeBody struct {
	Label     string         `json:"label"`
	Upstreams []upstreamBody `json:"upstreams"`
}

// upstreamBody is an upstream, or, with weight and id alone, a route's reference to it.
type upstreamBody struct {
	ID     string `json:"id,omitempty"`
	Weight int    `json:"weight,omitempty"`
	URI    string `json:"uri,omitempty"`
	Label  string `json:"label,omitempty"`
}

type deploymentBody struct {
	EnvironmentID  string `json:"environmentId"`
	Type           string `json:"type"`
	ExpectedStatus string `json:"expectedStatus"`
	Overwrite      bool   `json:"overwrite"`
	TargetID       string `json:"targetId"`
	TargetName     string `json:"targetName"`
	GatewayVersion string `json:"gatewayVersion"`
}

const (
	// hybrid is the type of deployment to self-managed gateways.
	hybrid = "HY"
	// wholeWeight is the share of an upstream that gets every request, in percent.
	wholeWeight   = 100
	routeLabel    = "route"
	upstreamLabel = "upstream"
)

// creation is the body that creates an instance.
func (s APIInstanceSpec) creation(env Environment) instanceBody {
	b := s.common(env)
	b.Spec = &assetBody{GroupID: s.Asset.Group, AssetID: s.Asset.Asset, Version: s.Asset.Version}
	b.Routing = []routeBody{{Label: routeLabel, Upstreams: []upstreamBody{{Weight: wholeWeight, URI: s.Upstream, Label: upstreamLabel}}}}
	return b
}

// change is the body that makes the instance that is present what the spec says. Its
// upstream is changed where it stands, and the route refers to it by its id.
func (s APIInstanceSpec) change(env Environment, present *wireInstance) instanceBody {
	b := s.common(env)
	if present.asset().Version != s.Asset.Version {
		b.AssetVersion = s.Asset.Version
	}
	upstream := upstreamBody{ID: string(present.upstream().ID), URI: s.Upstream, Label: upstreamLabel}
	reference := upstreamBody{ID: upstream.ID, Weight: wholeWeight}
	if upstream.ID == "" { // somebody has taken it away
		reference = upstreamBody{Weight: wholeWeight, URI: s.Upstream, Label: upstreamLabel}
	} else {
		b.Upstreams = []upstreamBody{upstream}
	}
	b.Routing = []routeBody{{Label: routeLabel, Upstreams: []upstreamBody{reference}}}
	return b
}

// common is what creation and change have in common.
func (s APIInstanceSpec) common(env Environment) instanceBody {
	return instanceBody{
		Technology: "flexGateway", Label: s.Label,
		Endpoint: endpointBody{DeploymentType: hybrid, Type: "http", ProxyURI: s.ProxyURI()},
		Deployment: deploymentBody{
			EnvironmentID: env.ID, Type: hybrid, ExpectedStatus: "deployed",
			TargetID: s.GatewayID, TargetName: s.GatewayName, GatewayVersion: s.GatewayVersion,
		},
	}
}

// ProxyURI is where the gateway listens, as API Manager writes it.
func (s APIInstanceSpec) ProxyURI() string {
	return fmt.Sprintf("http://0.0.0.0:%d/%s", s.Port, strings.TrimLeft(s.BasePath, "/"))
}
