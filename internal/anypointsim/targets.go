package anypointsim

import (
	"net/http"
	"strconv"
)

// targetView is a gateway as API Manager shows it (mulesoft-anypoint/anypoint-client-go, flexgateway).
type targetView struct {
	OrganizationID string         `json:"organizationId"`
	ID             string         `json:"id"`
	Name           string         `json:"name"`
	Status         string         `json:"status"`
	Replicas       map[string]int `json:"replicas"`
	Tags           []string       `json:"tags"`
	LastUpdate     string         `json:"lastUpdate"`
}

// targetDetails is one gateway as API Manager shows it.
type targetDetails struct {
	gatewayView
	Version string `json:"version"`
}

// listTargets lists the gateways to which APIs can be deployed. Assumption: tombstones are
// none.
func (s *Sim) listTargets(c *call) (answer, *refusal) {
	list := []targetView{}
	for _, g := range s.state.Gateways {
		if g.Organization != c.org || g.Environment != c.env || g.deleted(c.now) {
			continue
		}
		v := s.viewGateway(g, c.now)
		t := targetView{OrganizationID: v.OrganizationID, ID: v.ID, Name: v.Name, Status: v.Status, Replicas: map[string]int{}, Tags: v.Tags, LastUpdate: v.LastUpdate}
		for _, pile := range v.Replicas {
			t.Replicas[pile.Status] = pile.Count
		}
		list = append(list, t)
	}
	return answer{http.StatusOK, list}, nil
}

func (s *Sim) getTarget(c *call) (answer, *refusal) {
	g, no := s.gatewayOf(c)
	if no != nil {
		return answer{}, no
	}
	versions := s.versionsOf(g, c.now)
	d := targetDetails{gatewayView: s.viewGateway(g, c.now)}
	d.Versions = &versions
	if len(versions) > 0 {
		d.Version = versions[0]
	}
	return answer{http.StatusOK, d}, nil
}

// listTargetAPIs tells which ports and base paths of a gateway are taken; with the query
// parameters port and path, whether these are.
func (s *Sim) listTargetAPIs(c *call) (answer, *refusal) {
	g, no := s.gatewayOf(c)
	if no != nil {
		return answer{}, no
	}
	port, path := c.URL.Query().Get("port"), c.URL.Query().Get("path")
	instances := []any{}
	for _, a := range s.state.APIs {
		if a.Removed || !a.on(g.ID) || port != "" && port != strconv.Itoa(int(a.Port)) || path != "" && path != a.BasePath {
			continue
		}
		instances = append(instances, map[string]any{"id": a.ID, "port": a.Port, "path": a.BasePath})
	}
	return answer{http.StatusOK, map[string]any{"instances": instances, "targetAllowsPortSharing": true}}, nil
}
