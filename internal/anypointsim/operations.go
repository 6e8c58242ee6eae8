package anypointsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// operation is one thing that a client can ask the platform for.
type operation struct {
	// name is the simulator's own, for faults and the call log.
	name            string
	method, pattern string
	// needs are the scopes that the caller must have. None: anybody with a token may.
	needs []Scope
	// open operations ask for no token.
	open bool
	// serve runs locked; a refusal is what the caller gets.
	serve func(*call) (answer, *refusal)
}

// Where the services of the platform are (facts of the REST APIs: docs/simulator.md).
const (
	standalone = "/standalone/api/v1/organizations/{org}/environments/{env}"
	apiManager = "/apimanager/api/v1/organizations/{org}/environments/{env}"
	apiXAPI    = "/apimanager/xapi/v1/organizations/{org}/environments/{env}"
	proxies    = "/proxies/xapi/v1/organizations/{org}/environments/{env}/apis/{api}/deployments"
	exchange   = "/exchange/api/v2"
	published  = exchange + "/organizations/{org}/assets/{group}/{asset}/{version}"
)

// operations are all that is simulated.
func (s *Sim) operations() []operation {
	return slices.Concat([]operation{
		{name: "CreateToken", method: "POST", pattern: "/accounts/api/v2/oauth2/token", open: true, serve: s.createToken},
	}, s.gatewayOperations(), s.exchangeOperations(), s.apiOperations())
}

func (s *Sim) gatewayOperations() []operation {
	return []operation{
		{name: "CreateRegistrationToken", method: "POST", pattern: standalone + "/gatewaytokens", needs: []Scope{ManageServers}, serve: s.createRegistrationToken},
		{name: "ListGateways", method: "GET", pattern: standalone + "/gateways", needs: []Scope{ReadServers}, serve: s.listGateways},
		{name: "GetGateway", method: "GET", pattern: standalone + "/gateways/{gateway}", needs: []Scope{ReadServers}, serve: s.getGateway},
		{name: "DeleteGateway", method: "DELETE", pattern: standalone + "/gateways/{gateway}", needs: []Scope{ManageServers}, serve: s.deleteGateway},
		{name: "ListReplicas", method: "GET", pattern: standalone + "/gateways/{gateway}/replicas", needs: []Scope{ReadServers}, serve: s.listReplicas},
		{name: "ListTargets", method: "GET", pattern: apiXAPI + "/flex-gateway-targets", needs: []Scope{ReadServers}, serve: s.listTargets},
		{name: "GetTarget", method: "GET", pattern: apiXAPI + "/flex-gateway-targets/{gateway}", needs: []Scope{ReadServers}, serve: s.getTarget},
		{name: "ListTargetAPIs", method: "GET", pattern: apiXAPI + "/flex-gateway-targets/{gateway}/apis", needs: []Scope{ReadServers}, serve: s.listTargetAPIs},
	}
}

func (s *Sim) exchangeOperations() []operation {
	asset := exchange + "/assets/{group}/{asset}"
	return []operation{
		{name: "CreateAsset", method: "POST", pattern: published, needs: []Scope{CreateExchange}, serve: s.createAsset},
		{name: "GetPublication", method: "GET", pattern: published + "/publication/status/{publication}", needs: []Scope{ViewExchange}, serve: s.getPublication},
		{name: "GetAsset", method: "GET", pattern: asset + "/asset", needs: []Scope{ViewExchange}, serve: s.getAsset},
		{name: "GetAsset", method: "GET", pattern: asset + "/{version}", needs: []Scope{ViewExchange}, serve: s.getAsset},
		{name: "GetAsset", method: "GET", pattern: asset + "/{version}/asset", needs: []Scope{ViewExchange}, serve: s.getAsset},
		{name: "DeleteAsset", method: "DELETE", pattern: asset + "/{version}", needs: []Scope{CreateExchange}, serve: s.deleteAsset},
	}
}

func (s *Sim) apiOperations() []operation {
	return []operation{
		{name: "ListAPIs", method: "GET", pattern: apiManager + "/apis", needs: []Scope{ViewAPIs}, serve: s.listAPIs},
		{name: "CreateAPI", method: "POST", pattern: apiManager + "/apis", needs: []Scope{ManageAPIs}, serve: s.createAPI},
		{name: "CreateAPI", method: "POST", pattern: apiXAPI + "/apis", needs: []Scope{ManageAPIs}, serve: s.createAPI},
		{name: "GetAPI", method: "GET", pattern: apiManager + "/apis/{api}", needs: []Scope{ViewAPIs}, serve: s.getAPI},
		{name: "UpdateAPI", method: "PATCH", pattern: apiXAPI + "/apis/{api}", needs: []Scope{ManageAPIs}, serve: s.updateAPI},
		{name: "DeleteAPI", method: "DELETE", pattern: apiManager + "/apis/{api}", needs: []Scope{ManageAPIs}, serve: s.deleteAPI},
		{name: "ListUpstreams", method: "GET", pattern: apiManager + "/apis/{api}/upstreams", needs: []Scope{ViewAPIs}, serve: s.listUpstreams},
		{name: "ListDeployments", method: "GET", pattern: proxies, needs: []Scope{ViewAPIs}, serve: s.listDeployments},
		{name: "CreateDeployment", method: "POST", pattern: proxies, needs: []Scope{DeployProxies}, serve: s.createDeployment},
		{name: "GetDeployment", method: "GET", pattern: proxies + "/{deployment}", needs: []Scope{ViewAPIs}, serve: s.getDeployment},
		{name: "GetDeploymentStatus", method: "GET", pattern: proxies + "/{deployment}/status", needs: []Scope{ViewAPIs}, serve: s.getDeploymentStatus},
	}
}

// Operations of flexctl and of the agents of gateways, which are not at the wire here.
const (
	opRegister   = "Register"
	opRenew      = "Renew"
	opUnregister = "Unregister"
	opConnect    = "Connect"
)

// operationNames are all names that a fault can have.
func (s *Sim) operationNames() []string {
	names := []string{opRegister, opRenew, opUnregister, opConnect}
	for _, op := range s.operations() {
		names = append(names, op.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// apiHandler serves the operations; what is none of them is refused in JSON, as by the
// platform's own front door.
func (s *Sim) apiHandler() http.Handler {
	methods := map[string]map[string]operation{}
	for _, op := range s.operations() {
		if methods[op.pattern] == nil {
			methods[op.pattern] = map[string]operation{}
		}
		methods[op.pattern][op.method] = op
	}
	mux := http.NewServeMux()
	for pattern, byMethod := range methods {
		allowed := strings.Join(slices.Sorted(maps.Keys(byMethod)), ", ")
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if op, ok := byMethod[r.Method]; ok {
				s.serve(w, r, op)
				return
			}
			w.Header().Set("Allow", allowed)
			s.serve(w, r, refuser("", r.Method, pattern, refusef(http.StatusMethodNotAllowed, "MethodNotAllowedError", "Method Not Allowed")))
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, refuser("", r.Method, r.URL.Path, refusef(http.StatusNotFound, "NotFoundError", "Not Found")))
	})
	return mux
}

// refuser is an operation that answers everybody with the same refusal.
func refuser(name, method, pattern string, no *refusal) operation {
	return operation{name: name, method: method, pattern: pattern, open: true, serve: func(*call) (answer, *refusal) { return answer{}, no }}
}
