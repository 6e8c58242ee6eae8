package anypointsim

import (
	"net/http"
	"slices"
	"time"
)

// The states of gateways and replicas.
const (
	statusConnected    = "CONNECTED"
	statusDisconnected = "DISCONNECTED"
	statusDeleted      = "DELETED"
)

// gatewayView is a gateway as the standalone service shows it.
type gatewayView struct {
	OrganizationID string        `json:"organizationId"`
	ID             string        `json:"id"`
	Name           string        `json:"name"`
	Status         string        `json:"status"`
	Tags           []string      `json:"tags"`
	LastUpdate     string        `json:"lastUpdate"`
	Replicas       []replicaPile `json:"replicas"`
	// Versions are told only where one gateway is asked for.
	Versions *[]string `json:"versions,omitempty"`
}

// replicaPile counts the replicas of one status.
type replicaPile struct {
	Status                     string   `json:"status"`
	Count                      int      `json:"count"`
	CertificateExpirationDates []string `json:"certificateExpirationDates"`
}

// stamp writes a time as the platform does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.00Z") }

func (s *Sim) viewGateway(g *gateway, now time.Time) gatewayView {
	v := gatewayView{
		OrganizationID: g.Organization, ID: g.ID, Name: g.Name, Status: s.gatewayStatus(g, now), Tags: []string{}, LastUpdate: stamp(g.Updated),
	}
	for _, status := range []string{statusConnected, statusDisconnected} {
		pile := replicaPile{Status: status, CertificateExpirationDates: []string{}}
		for _, r := range g.Replicas {
			if s.replicaStatus(r, now) != status {
				continue
			}
			pile.Count++
			if expires := stamp(r.CertificateExpires); !slices.Contains(pile.CertificateExpirationDates, expires) {
				pile.CertificateExpirationDates = append(pile.CertificateExpirationDates, expires)
			}
		}
		v.Replicas = append(v.Replicas, pile)
	}
	return v
}

// gatewayStatus follows from the replicas.
func (s *Sim) gatewayStatus(g *gateway, now time.Time) string {
	switch {
	case g.deleted(now):
		return statusDeleted
	case s.isConnected(g, now):
		return statusConnected
	default:
		return statusDisconnected
	}
}

func (s *Sim) isConnected(g *gateway, now time.Time) bool {
	return slices.ContainsFunc(g.Replicas, func(r *replica) bool { return s.replicaStatus(r, now) == statusConnected })
}

// gateway finds one by its id, tombstones too; nil where there is none.
func (s *Sim) gateway(id string) *gateway {
	i := slices.IndexFunc(s.state.Gateways, func(g *gateway) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return s.state.Gateways[i]
}

// gatewayOf is the gateway that a path names.
func (s *Sim) gatewayOf(c *call) (*gateway, *refusal) {
	g := s.gateway(c.PathValue("gateway"))
	if g == nil || g.Organization != c.org || g.Environment != c.env {
		return nil, refusef(http.StatusNotFound, "NotFoundError", "Gateway not found by id")
	}
	return g, nil
}

// listGateways lists those of an environment, tombstones among them.
func (s *Sim) listGateways(c *call) (answer, *refusal) {
	list := []gatewayView{}
	for _, g := range s.state.Gateways {
		if g.Organization == c.org && g.Environment == c.env {
			list = append(list, s.viewGateway(g, c.now))
		}
	}
	p, no := pageOf(c, list)
	return answer{http.StatusOK, p}, no
}

func (s *Sim) getGateway(c *call) (answer, *refusal) {
	g, no := s.gatewayOf(c)
	if no != nil {
		return answer{}, no
	}
	v := s.viewGateway(g, c.now)
	versions := s.versionsOf(g, c.now)
	v.Versions = &versions
	return answer{http.StatusOK, v}, nil
}

// versionsOf are the versions that run, each once.
func (s *Sim) versionsOf(g *gateway, now time.Time) []string {
	versions := []string{}
	for _, r := range g.Replicas {
		if s.replicaStatus(r, now) == statusConnected && !slices.Contains(versions, r.Version) {
			versions = append(versions, r.Version)
		}
	}
	slices.Sort(versions)
	return versions
}

// deleteGateway accepts to delete a gateway, which is done later.
func (s *Sim) deleteGateway(c *call) (answer, *refusal) {
	g, no := s.gatewayOf(c)
	if no == nil {
		no = s.dropGateway(g, c.now)
	}
	return answer{status: http.StatusAccepted}, no
}

// dropGateway begins to delete a gateway. Documented is that its APIs must be gone;
// assumptions are the 409 where they are not, and that to ask again before it is done is
// accepted.
func (s *Sim) dropGateway(g *gateway, now time.Time) *refusal {
	if g.deleted(now) {
		return refusef(http.StatusBadRequest, "BadRequest", "This target was already deleted")
	}
	if slices.ContainsFunc(s.state.APIs, func(a *api) bool { return !a.Removed && a.on(g.ID) }) {
		return refusef(http.StatusConflict, "ConflictError", "The target has API instances: delete or move them first")
	}
	if g.Deleted.IsZero() {
		g.Deleted, g.Updated = now.Add(s.delays.Delete), now
	}
	return nil
}
