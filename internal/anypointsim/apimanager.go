package anypointsim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"time"
)

// decode reads a body of API Manager.
func decode(c *call, in any) *refusal {
	if err := json.Unmarshal(c.body, in); err != nil {
		return invalid("", "the body is not what is expected: %v", err)
	}
	return nil
}

// apiOf is the API instance that a path names.
func (s *Sim) apiOf(c *call) (*api, *refusal) {
	for _, a := range s.state.APIs {
		if strconv.Itoa(a.ID) == c.PathValue("api") && a.Organization == c.org && a.Environment == c.env && !a.Removed {
			return a, nil
		}
	}
	return nil, refusef(http.StatusNotFound, "NotFoundError", "The API instance was not found")
}

// createAPI makes an API instance, and deploys it where the body says to which gateway.
func (s *Sim) createAPI(c *call) (answer, *refusal) {
	var in apiBody
	if no := decode(c, &in); no != nil {
		return answer{}, no
	}
	switch {
	case in.Spec == nil || in.Spec.GroupID == "" || in.Spec.AssetID == "" || in.Spec.Version == "":
		return answer{}, invalid(".spec", "should have required properties groupId, assetId and version")
	case in.Endpoint == nil:
		return answer{}, invalid(".endpoint", "should have required property endpoint")
	}
	found := s.asset(in.Spec.GroupID, in.Spec.AssetID, in.Spec.Version, c.now)
	if found == nil {
		return answer{}, refusef(http.StatusNotFound, "NotFoundError", "The asset %s/%s/%s was not found", in.Spec.GroupID, in.Spec.AssetID, in.Spec.Version)
	}
	a := &api{
		Organization: c.org, Environment: c.env, GroupID: in.Spec.GroupID, AssetID: in.Spec.AssetID, AssetVersion: in.Spec.Version,
		ProductVersion: found.APIVersion, Created: c.now,
	}
	if no := s.change(a, &in, c); no != nil {
		return answer{}, no
	}
	s.state.LastAPI++
	a.ID = s.state.LastAPI
	s.state.APIs = append(s.state.APIs, a)
	return answer{http.StatusCreated, viewAPI(a)}, nil
}

// updateAPI changes what the body has, and leaves the rest.
func (s *Sim) updateAPI(c *call) (answer, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return answer{}, no
	}
	var in apiBody
	if no := decode(c, &in); no != nil {
		return answer{}, no
	}
	changed := *a
	changed.Routing = slices.Clone(a.Routing)
	if a.Deployment != nil {
		d := *a.Deployment
		changed.Deployment = &d
	}
	if version := in.version(); version != "" {
		if s.asset(a.GroupID, a.AssetID, version, c.now) == nil {
			return answer{}, refusef(http.StatusNotFound, "NotFoundError", "The version %s of the asset was not found", version)
		}
		changed.AssetVersion = version
	}
	if no := s.change(&changed, &in, c); no != nil {
		return answer{}, no
	}
	*a = changed
	return answer{http.StatusOK, viewAPI(a)}, nil
}

// change lays a body over an API instance, which is a copy or new, and deploys it.
func (s *Sim) change(a *api, in *apiBody, c *call) *refusal {
	if in.Label != nil {
		a.Label = *in.Label
	}
	if in.Technology != "" {
		a.Technology = in.Technology
	}
	if in.Endpoint != nil {
		if no := a.listen(in.Endpoint); no != nil {
			return no
		}
	}
	if no := s.routeTo(a, in); no != nil {
		return no
	}
	if in.Deployment != nil {
		if !c.app.may(DeployProxies, c.env) {
			return forbidden(DeployProxies)
		}
		if no := s.place(a, in.Deployment, c); no != nil {
			return no
		}
	} else if a.Deployment != nil {
		if no := s.clash(a, a.Deployment.TargetID); no != nil {
			return no
		}
	}
	a.Updated = c.now
	if a.Deployment != nil {
		s.deploy(a, c.now)
	}
	return nil
}

// listen reads port and base path from the URL at which the API is to be.
func (a *api) listen(in *endpointBody) *refusal {
	if in.Type != "" {
		a.EndpointType = in.Type
	}
	if in.ProxyURI == nil {
		return nil
	}
	u, err := url.Parse(*in.ProxyURI)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return invalid(".endpoint.proxyUri", "should be a URL, such as http://0.0.0.0:8081/")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return invalid(".endpoint.proxyUri", "should have a port")
	}
	a.ProxyURI, a.Port, a.BasePath = *in.ProxyURI, int32(port), path.Clean("/"+u.Path)
	return nil
}

// place says to which gateway an API goes. GatewayNotReadyError is what MuleSoft's Terraform
// provider retries; the other refusals are assumptions.
func (s *Sim) place(a *api, in *deploymentBody, c *call) *refusal {
	g := s.gateway(in.TargetID)
	if g == nil || g.deleted(c.now) || g.Organization != c.org || g.Environment != c.env {
		return invalid(".deployment.targetId", "should be the id of a gateway in this environment")
	}
	if g.Local || g.FirstConnected.IsZero() || c.now.Before(g.FirstConnected.Add(s.delays.Ready)) {
		return refusef(http.StatusBadRequest, "GatewayNotReadyError", "The gateway %s is not ready", g.Name)
	}
	if no := s.clash(a, g.ID); no != nil {
		return no
	}
	if a.Deployment == nil {
		s.state.LastDeployment++
		a.Deployment = &deployment{ID: s.state.LastDeployment}
	}
	d := a.Deployment
	d.TargetID, d.TargetName, d.GatewayVersion, d.Type, d.Updated = g.ID, g.Name, in.GatewayVersion, in.Type, c.now
	d.ExpectedStatus = "deployed"
	return nil
}

// clash refuses a port and base path that another API of the gateway has. Documented is that
// they must not clash; the 409 is an assumption.
func (s *Sim) clash(a *api, gateway string) *refusal {
	if a.Port == 0 {
		return invalid(".endpoint.proxyUri", "an API without a port cannot be deployed")
	}
	for _, other := range s.state.APIs {
		if other.ID != a.ID && !other.Removed && other.Deployment != nil && other.Deployment.TargetID == gateway &&
			other.Port == a.Port && other.BasePath == a.BasePath {
			return refusef(http.StatusConflict, "ConflictError", "The API instance %d listens on port %d at %s of this gateway", other.ID, a.Port, a.BasePath)
		}
	}
	return nil
}

func (s *Sim) getAPI(c *call) (answer, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return answer{}, no
	}
	return answer{http.StatusOK, viewAPI(a)}, nil
}

// deleteAPI forgets the instance at once; its gateway hears of it later.
func (s *Sim) deleteAPI(c *call) (answer, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return answer{}, no
	}
	a.Removed, a.Deployment, a.Due = true, nil, time.Time{}
	if a.Served != nil {
		s.deploy(a, c.now)
	}
	return answer{status: http.StatusNoContent}, nil
}
