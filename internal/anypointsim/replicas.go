package anypointsim

import (
	"net/http"
	"slices"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// replicaView is a replica as the standalone service shows it.
type replicaView struct {
	ID                        string             `json:"id"`
	TargetID                  string             `json:"targetId"`
	GatewayVersion            string             `json:"gatewayVersion"`
	Status                    string             `json:"status"`
	ConnectedAt               string             `json:"connectedAt"`
	DisconnectedAt            *string            `json:"disconnectedAt"`
	ConfigurationStatus       configurationState `json:"configurationStatus"`
	Name                      string             `json:"name"`
	CID                       string             `json:"cid"`
	CertificateExpirationDate string             `json:"certificateExpirationDate"`
	NodeID                    string             `json:"nodeId"`
	Provider                  string             `json:"provider"`
}

type configurationState struct {
	Status  string  `json:"status"`
	Message *string `json:"message"`
}

// replicaPage is a page of replicas, with the gateway that they belong to.
type replicaPage struct {
	page[replicaView]
	Gateway gatewayView `json:"gateway"`
}

// replicaStatus is CONNECTED, DISCONNECTED, or empty for one that is forgotten. The platform
// notices late that a replica is gone.
func (s *Sim) replicaStatus(r *replica, now time.Time) string {
	switch lost := r.Gone.Add(s.delays.Linger); {
	case r.Gone.IsZero() || now.Before(lost):
		return statusConnected
	case now.Before(lost.Add(s.delays.Forget)):
		return statusDisconnected
	default:
		return ""
	}
}

func (s *Sim) viewReplica(g *gateway, r *replica, now time.Time) replicaView {
	v := replicaView{
		ID: r.ID, TargetID: g.ID, GatewayVersion: r.Version, Status: s.replicaStatus(r, now), ConnectedAt: stamp(r.Connected),
		ConfigurationStatus: configurationState{Status: s.configurationOf(g)}, Name: r.Name, CID: r.CID,
		CertificateExpirationDate: stamp(r.CertificateExpires), NodeID: r.NodeID, Provider: "RR",
	}
	if v.Status == statusDisconnected {
		at := stamp(r.Gone.Add(s.delays.Linger))
		v.DisconnectedAt = &at
	}
	return v
}

// configurationOf is how far replicas are with what the gateway is to serve. UP_TO_DATE was
// seen in production; APPLYING is an assumption.
func (s *Sim) configurationOf(g *gateway) string {
	if slices.ContainsFunc(s.state.APIs, func(a *api) bool { return !a.Due.IsZero() && a.on(g.ID) }) {
		return "APPLYING"
	}
	return "UP_TO_DATE"
}

// listReplicas lists those that are not forgotten, of one status where the caller asks so.
func (s *Sim) listReplicas(c *call) (answer, *refusal) {
	g, no := s.gatewayOf(c)
	if no != nil {
		return answer{}, no
	}
	wanted := c.URL.Query().Get("status")
	list := []replicaView{}
	for _, r := range g.Replicas {
		if v := s.viewReplica(g, r, c.now); v.Status != "" && (wanted == "" || v.Status == wanted) {
			list = append(list, v)
		}
	}
	p, no := pageOf(c, list)
	return answer{http.StatusOK, replicaPage{p, s.viewGateway(g, c.now)}}, no
}

// Connect implements platform.Platform.
func (s *Sim) Connect(at time.Time, file []byte, r platform.Replica) error {
	return s.flexctl(at, opConnect, "agent", "connect", func() error { return s.connect(at, file, r) })
}

// connect refuses a certificate that is not the platform's own, has expired, or is that of
// a gateway which is deleted.
func (s *Sim) connect(at time.Time, file []byte, r platform.Replica) error {
	g, leaf, err := s.holderOf(file)
	if err != nil || g.deleted(at) || at.After(leaf.NotAfter) || at.Before(leaf.NotBefore) {
		return errCertificate
	}
	g.Updated = at
	if g.FirstConnected.IsZero() {
		g.FirstConnected = at
	}
	for _, known := range g.Replicas {
		if known.ID == r.ID {
			known.Gone, known.Connected, known.CertificateExpires, known.Version = time.Time{}, at, leaf.NotAfter, r.Version
			return nil
		}
	}
	g.Replicas = append(g.Replicas, &replica{
		ID: r.ID, NodeID: s.chance.uuid(), CID: "arm-mcm2-service-" + s.chance.hex(10), Name: r.Name, Version: r.Version,
		Connected: at, CertificateExpires: leaf.NotAfter,
	})
	return nil
}

// Disconnect implements platform.Platform.
func (s *Sim) Disconnect(at time.Time, gateway, id string) {
	s.do(at, func() {
		g := s.gateway(gateway)
		if g == nil {
			return
		}
		for _, r := range g.Replicas {
			if r.ID == id && r.Gone.IsZero() {
				r.Gone, g.Updated = at, at
			}
		}
	})
}

// forgetReplicas removes those that have been gone for long.
func (s *Sim) forgetReplicas(now time.Time) {
	for _, g := range s.state.Gateways {
		g.Replicas = slices.DeleteFunc(g.Replicas, func(r *replica) bool { return s.replicaStatus(r, now) == "" })
	}
}
