package anypoint

import (
	"fmt"
	"strings"
)

// wireInstance is an instance as it is sent by API Manager.
type wireInstance struct {
	ID           integer `json:"id"`
	Label        text    `json:"instanceLabel"`
	Status       text    `json:"status"`
	GroupID      text    `json:"groupId"`
	AssetID      text    `json:"assetId"`
	AssetVersion text    `json:"assetVersion"`
	EndpointURI  text    `json:"endpointUri"`
	Endpoint     struct {
		URI      text `json:"uri"`
		ProxyURI text `json:"proxyUri"`
	} `json:"endpoint"`
	Deployment *struct {
		ID             text `json:"id"`
		TargetID       text `json:"targetId"`
		TargetName     text `json:"targetName"`
		GatewayVersion text `json:"gatewayVersion"`
		ExpectedStatus text `json:"expectedStatus"`
	} `json:"deployment"`
	Routing []struct {
		Upstreams []wireUpstream `json:"upstreams"`
	} `json:"routing"`
}

// wireUpstream is an upstream as it is sent, and as it is read.
type wireUpstream struct {
	ID     text    `json:"id"`
	Weight integer `json:"weight"`
	URI    text    `json:"uri"`
	Label  text    `json:"label"`
}

// checked refuses an answer that is no instance.
func (w *wireInstance) checked(operation string, err error) (*wireInstance, error) {
	if err == nil && w.ID == 0 {
		err = &Error{Kind: KindNonsense, Operation: operation, Message: "the answer is no API instance"}
	}
	return w, err
}

// upstream is the only one that we make: the first of the first route. The zero one where
// there is none.
func (w *wireInstance) upstream() wireUpstream {
	for _, route := range w.Routing {
		for _, upstream := range route.Upstreams {
			return upstream
		}
	}
	return wireUpstream{}
}

func (w *wireInstance) instance() APIInstance {
	i := APIInstance{
		ID: int(w.ID), Label: string(w.Label), ProxyURI: string(w.Endpoint.ProxyURI), Status: string(w.Status),
		Upstream: first(w.upstream().URI, w.Endpoint.URI),
		Asset:    AssetRef{Group: string(w.GroupID), Asset: string(w.AssetID), Version: string(w.AssetVersion)},
	}
	if d := w.Deployment; d != nil {
		i.Deployment = &Deployment{
			ID: string(d.ID), GatewayID: string(d.TargetID), GatewayName: string(d.TargetName),
			GatewayVersion: string(d.GatewayVersion), ExpectedStatus: string(d.ExpectedStatus),
		}
	}
	return i
}

// instanceBody is what is sent to create or change an instance. API Manager wants the
// keys that are null to be there.
type instanceBody struct {
	Technology string         `json:"technology"`
	ProviderID *string        `json:"providerId"`
	Label      string         `json:"instanceLabel"`
	Endpoint   endpointBody   `json:"endpoint"`
	Spec       assetBody      `json:"spec"`
	Routing    []routeBody    `json:"routing"`
	Deployment deploymentBody `json:"deployment"`
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

type routeBody struct {
	Label     string         `json:"label"`
	Upstreams []upstreamBody `json:"upstreams"`
	Rules     rulesBody      `json:"rules"`
}

// rulesBody without a rule lets every request through.
type rulesBody struct {
	Methods string            `json:"methods,omitempty"`
	Host    string            `json:"host,omitempty"`
	Path    string            `json:"path,omitempty"`
	Headers map[string]string `json:"headers"`
}

type upstreamBody struct {
	ID     string `json:"id,omitempty"`
	Weight int    `json:"weight"`
	URI    string `json:"uri"`
	Label  string `json:"label"`
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

// hybrid is the type of deployment to self-managed gateways.
const hybrid = "HY"

// wire is the body of the spec; upstream is the id of the upstream that is there, if any.
func (s APIInstanceSpec) wire(env Environment, upstream text) instanceBody {
	return instanceBody{
		Technology: "flexGateway",
		Label:      s.Label,
		Endpoint:   endpointBody{DeploymentType: hybrid, Type: "http", ProxyURI: s.proxyURI()},
		Spec:       assetBody{GroupID: s.Asset.Group, AssetID: s.Asset.Asset, Version: s.Asset.Version},
		Routing: []routeBody{{
			Label:     "route",
			Upstreams: []upstreamBody{{ID: string(upstream), Weight: 100, URI: s.Upstream, Label: "upstream"}},
			Rules:     rulesBody{Headers: map[string]string{}},
		}},
		Deployment: deploymentBody{
			EnvironmentID: env.ID, Type: hybrid, ExpectedStatus: "deployed",
			TargetID: s.GatewayID, TargetName: s.GatewayName, GatewayVersion: s.GatewayVersion,
		},
	}
}

// proxyURI is where the gateway listens.
func (s APIInstanceSpec) proxyURI() string {
	return fmt.Sprintf("http://0.0.0.0:%d/%s", s.Port, strings.TrimLeft(s.BasePath, "/"))
}
