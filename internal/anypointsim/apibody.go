package anypointsim

import (
	"cmp"
	"net/http"
)

// apiBody is what is sent to make or change an API instance, as far as the platform here
// reads it (mulesoft-anypoint/anypoint-client-go, apim/api/openapi.yaml).
type apiBody struct {
	Technology string        `json:"technology"`
	Label      *string       `json:"instanceLabel"`
	Endpoint   *endpointBody `json:"endpoint"`
	Spec       *specBody     `json:"spec"`
	Routing    []route       `json:"routing"`
	// AssetVersion and Upstreams are what MuleSoft's Terraform provider sends beside a change.
	AssetVersion string          `json:"assetVersion"`
	Upstreams    []upstream      `json:"upstreams"`
	Deployment   *deploymentBody `json:"deployment"`
}

type endpointBody struct {
	Type     string  `json:"type"`
	ProxyURI *string `json:"proxyUri"`
	// URI is the upstream of an API without routes.
	URI *string `json:"uri"`
}

type specBody struct {
	GroupID string `json:"groupId"`
	AssetID string `json:"assetId"`
	Version string `json:"version"`
}

type deploymentBody struct {
	Type           string `json:"type"`
	TargetID       string `json:"targetId"`
	GatewayVersion string `json:"gatewayVersion"`
}

// version is the version of the asset that a change asks for.
func (in *apiBody) version() string {
	if in.Spec != nil && in.Spec.Version != "" {
		return in.Spec.Version
	}
	return in.AssetVersion
}

// routeTo takes the routes of a body. An upstream that has only an id is the one of this id
// that the body or the API has; one that has none is new.
func (s *Sim) routeTo(a *api, in *apiBody) *refusal {
	known := map[string]upstream{}
	for _, u := range a.upstreams() {
		known[u.ID] = u
	}
	for _, u := range in.Upstreams {
		if u.ID != "" {
			known[u.ID] = over(known[u.ID], u)
		}
	}
	routing := in.Routing
	if routing == nil {
		routing = a.Routing
		if in.Endpoint != nil && in.Endpoint.URI != nil && *in.Endpoint.URI != "" {
			routing = []route{{Upstreams: []upstream{{Weight: 100, URI: *in.Endpoint.URI}}}}
		}
	}
	a.Routing = nil
	for _, r := range routing {
		kept := route{Label: r.Label, Rules: r.Rules}
		for _, u := range r.Upstreams {
			if u.ID == "" {
				u.ID = s.chance.uuid()
			} else if _, ok := known[u.ID]; !ok {
				return invalid(".routing", "the upstream %s is not one of this API", u.ID)
			}
			u = over(known[u.ID], u)
			if u.URI == "" {
				return invalid(".routing", "an upstream should have a uri")
			}
			kept.Upstreams = append(kept.Upstreams, u)
		}
		a.Routing = append(a.Routing, kept)
	}
	return nil
}

// over lays what a body says of an upstream over what is known of it.
func over(known, u upstream) upstream {
	return upstream{ID: u.ID, Weight: cmp.Or(u.Weight, known.Weight), URI: cmp.Or(u.URI, known.URI), Label: cmp.Or(u.Label, known.Label)}
}

// upstreams are those of all routes.
func (a *api) upstreams() []upstream {
	list := []upstream{}
	for _, r := range a.Routing {
		list = append(list, r.Upstreams...)
	}
	return list
}

// listUpstreams lists the upstreams of an API.
func (s *Sim) listUpstreams(c *call) (answer, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return answer{}, no
	}
	list := a.upstreams()
	return answer{http.StatusOK, map[string]any{"total": len(list), "upstreams": list}}, nil
}
