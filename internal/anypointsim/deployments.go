package anypointsim

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// The states of a deployment, as MuleSoft's skills for its APIs describe them.
const (
	deploymentApplying   = "applying"
	deploymentApplied    = "applied"
	deploymentUndeployed = "undeployed"
)

// on is true where the API is to be on the gateway, or still is.
func (a *api) on(gateway string) bool {
	return a.Deployment != nil && a.Deployment.TargetID == gateway || a.Served != nil && a.Target == gateway
}

// deploy has the gateway hear of the API's latest change after a while.
func (s *Sim) deploy(a *api, now time.Time) {
	a.Due, a.Applied = now.Add(s.delays.Deployment), false
}

// nextDeployment is when the next gateway hears of a change.
func (s *Sim) nextDeployment() (due time.Time, waiting bool) {
	for _, a := range s.state.APIs {
		if !a.Due.IsZero() && (!waiting || a.Due.Before(due)) {
			due, waiting = a.Due, true
		}
	}
	return due, waiting
}

// settle does what is due: gateways hear of changes, replicas confirm them, and those that
// are long gone are forgotten.
func (s *Sim) settle(now time.Time) {
	s.forgetReplicas(now)
	for _, a := range s.state.APIs {
		if !a.Due.IsZero() && !now.Before(a.Due) {
			s.arrive(a)
		}
		if a.Due.IsZero() && a.Deployment != nil && !a.Applied {
			g := s.gateway(a.Deployment.TargetID)
			a.Applied = g != nil && s.isConnected(g, now)
		}
	}
	s.state.APIs = slices.DeleteFunc(s.state.APIs, func(a *api) bool { return a.Removed && a.Due.IsZero() })
}

// arrive makes the gateway serve what API Manager says.
func (s *Sim) arrive(a *api) {
	a.Due = time.Time{}
	s.notices.change(a.Target)
	a.Served, a.Target = nil, ""
	if a.Removed || a.Deployment == nil {
		return
	}
	a.Served, a.Target = &platform.API{ID: a.ID, Port: a.Port, BasePath: a.BasePath, Upstream: a.upstream()}, a.Deployment.TargetID
	s.notices.change(a.Target)
}

// upstream is the URL to which the first route leads.
func (a *api) upstream() string {
	for _, r := range a.Routing {
		for _, u := range r.Upstreams {
			if u.URI != "" {
				return u.URI
			}
		}
	}
	return ""
}

// APIs implements platform.Platform.
func (s *Sim) APIs(gateway string) []platform.API {
	var list []platform.API
	s.do(s.clock.Now(), func() {
		for _, a := range s.state.APIs {
			if a.Served != nil && a.Target == gateway {
				list = append(list, *a.Served)
			}
		}
	})
	return list
}

// deploymentStatus is applied once a replica has confirmed it.
func (a *api) deploymentStatus() string {
	switch {
	case a.Deployment == nil:
		return deploymentUndeployed
	case a.Applied:
		return deploymentApplied
	default:
		return deploymentApplying
	}
}

// status is that of the API instance: active with its deployment, unregistered before.
func (a *api) status() string {
	if a.Applied {
		return "active"
	}
	return "unregistered"
}

// deploymentOf is the API and the deployment that a path names.
func (s *Sim) deploymentOf(c *call) (*api, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return nil, no
	}
	if a.Deployment == nil || strconv.Itoa(a.Deployment.ID) != c.PathValue("deployment") {
		return nil, refusef(http.StatusNotFound, "NotFoundError", "The deployment was not found")
	}
	return a, nil
}

// listDeployments answers with a list, which others have seen; its elements are in the form
// that API Manager publishes.
func (s *Sim) listDeployments(c *call) (answer, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return answer{}, no
	}
	list := []deploymentView{}
	if a.Deployment != nil {
		list = append(list, *viewDeployment(a))
	}
	return answer{http.StatusOK, list}, nil
}

func (s *Sim) getDeployment(c *call) (answer, *refusal) {
	a, no := s.deploymentOf(c)
	if no != nil {
		return answer{}, no
	}
	return answer{http.StatusOK, viewDeployment(a)}, nil
}

// statusView is the state of a deployment.
type statusView struct {
	Status           string  `json:"status"`
	LastActiveDate   *string `json:"lastActiveDate"`
	APIVersionStatus string  `json:"apiVersionStatus"`
}

func (s *Sim) getDeploymentStatus(c *call) (answer, *refusal) {
	a, no := s.deploymentOf(c)
	if no != nil {
		return answer{}, no
	}
	return answer{http.StatusOK, statusView{Status: a.deploymentStatus(), APIVersionStatus: a.status()}}, nil
}

// createDeployment is the second step of the way to an API in two steps.
func (s *Sim) createDeployment(c *call) (answer, *refusal) {
	a, no := s.apiOf(c)
	if no != nil {
		return answer{}, no
	}
	var in deploymentBody
	if no := decode(c, &in); no != nil {
		return answer{}, no
	}
	if a.Deployment != nil {
		return answer{}, refusef(http.StatusConflict, "ConflictError", "The API is deployed already")
	}
	if no := s.place(a, &in, c); no != nil {
		return answer{}, no
	}
	s.deploy(a, c.now)
	return answer{http.StatusCreated, viewDeployment(a)}, nil
}
