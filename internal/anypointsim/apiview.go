package anypointsim

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// apiView is an API instance as API Manager shows it (mulesoft-anypoint/anypoint-client-go,
// apim/api/openapi.yaml, ApimInstanceDetails).
type apiView struct {
	Audit                audit           `json:"audit"`
	MasterOrganizationID string          `json:"masterOrganizationId"`
	OrganizationID       string          `json:"organizationId"`
	EnvironmentID        string          `json:"environmentId"`
	ID                   int             `json:"id"`
	InstanceLabel        *string         `json:"instanceLabel"`
	GroupID              string          `json:"groupId"`
	AssetID              string          `json:"assetId"`
	AssetVersion         string          `json:"assetVersion"`
	ProductVersion       string          `json:"productVersion"`
	Description          *string         `json:"description"`
	Tags                 []string        `json:"tags"`
	Order                int             `json:"order"`
	ProviderID           *string         `json:"providerId"`
	Deprecated           bool            `json:"deprecated"`
	LastActiveDate       *string         `json:"lastActiveDate"`
	EndpointURI          *string         `json:"endpointUri"`
	IsPublic             bool            `json:"isPublic"`
	Stage                string          `json:"stage"`
	Technology           string          `json:"technology"`
	Status               string          `json:"status"`
	Endpoint             endpointView    `json:"endpoint"`
	Deployment           *deploymentView `json:"deployment"`
	Routing              []route         `json:"routing"`
}

type audit struct {
	Created auditDate `json:"created"`
	Updated auditDate `json:"updated"`
}

type auditDate struct {
	Date string `json:"date"`
}

func auditOf(created, updated time.Time) audit {
	return audit{auditDate{stamp(created)}, auditDate{stamp(updated)}}
}

type endpointView struct {
	DeploymentType string  `json:"deploymentType"`
	Type           string  `json:"type"`
	ProxyURI       string  `json:"proxyUri"`
	URI            *string `json:"uri"`
	IsCloudHub     *bool   `json:"isCloudHub"`
	TLSContexts    *string `json:"tlsContexts"`
	APIVersionID   int     `json:"apiVersionId"`
}

// deploymentView is a deployment as API Manager and the proxies service show it.
type deploymentView struct {
	Audit          audit  `json:"audit"`
	ID             int    `json:"id"`
	APIID          int    `json:"apiId"`
	Type           string `json:"type"`
	EnvironmentID  string `json:"environmentId"`
	TargetID       string `json:"targetId"`
	TargetName     string `json:"targetName"`
	GatewayVersion string `json:"gatewayVersion"`
	ExpectedStatus string `json:"expectedStatus"`
	UpdatedDate    string `json:"updatedDate"`
}

func viewAPI(a *api) apiView {
	v := apiView{
		Audit: auditOf(a.Created, a.Updated), MasterOrganizationID: a.Organization, OrganizationID: a.Organization, EnvironmentID: a.Environment,
		ID: a.ID, GroupID: a.GroupID, AssetID: a.AssetID, AssetVersion: a.AssetVersion, ProductVersion: a.ProductVersion,
		Tags: []string{}, Order: 1, Stage: "release", Technology: a.Technology, Status: a.status(),
		Endpoint:   endpointView{DeploymentType: "HY", Type: cmp.Or(a.EndpointType, "http"), ProxyURI: a.ProxyURI, APIVersionID: a.ID},
		Deployment: viewDeployment(a), Routing: a.Routing,
	}
	if a.Label != "" {
		v.InstanceLabel = &a.Label
	}
	return v
}

// viewDeployment is nil for an API that is not deployed.
func viewDeployment(a *api) *deploymentView {
	d := a.Deployment
	if d == nil {
		return nil
	}
	return &deploymentView{
		Audit: auditOf(a.Created, d.Updated), ID: d.ID, APIID: a.ID, Type: cmp.Or(d.Type, "HY"), EnvironmentID: a.Environment,
		TargetID: d.TargetID, TargetName: d.TargetName, GatewayVersion: d.GatewayVersion, ExpectedStatus: d.ExpectedStatus, UpdatedDate: stamp(d.Updated),
	}
}

// assetView is an asset with its API instances, which is what a list of them is made of.
type assetView struct {
	MasterOrganizationID string    `json:"masterOrganizationId"`
	OrganizationID       string    `json:"organizationId"`
	GroupID              string    `json:"groupId"`
	AssetID              string    `json:"assetId"`
	Name                 string    `json:"name"`
	ExchangeAssetName    string    `json:"exchangeAssetName"`
	APIs                 []apiView `json:"apis"`
	TotalAPIs            int       `json:"totalApis"`
}

// The page of a list of API instances. Assumptions: the figures, and that limit, offset and
// total count assets.
const (
	defaultLimit = 20
	largestLimit = 100
)

// listAPIs lists API instances by their assets. Filters are exact; query, sort and the rest
// are read by nobody here.
func (s *Sim) listAPIs(c *call) (answer, *refusal) {
	q := c.URL.Query()
	list := []assetView{}
	for _, a := range s.state.APIs {
		filters := [][2]string{{q.Get("groupId"), a.GroupID}, {q.Get("assetId"), a.AssetID}, {q.Get("assetVersion"), a.AssetVersion}, {q.Get("instanceLabel"), a.Label}}
		other := func(f [2]string) bool { return f[0] != "" && f[0] != f[1] }
		if a.Removed || a.Organization != c.org || a.Environment != c.env || slices.ContainsFunc(filters, other) {
			continue
		}
		i := slices.IndexFunc(list, func(v assetView) bool { return v.GroupID == a.GroupID && v.AssetID == a.AssetID })
		if i < 0 {
			i = len(list)
			list = append(list, assetView{
				MasterOrganizationID: a.Organization, OrganizationID: a.Organization, GroupID: a.GroupID, AssetID: a.AssetID,
				Name: "groupId:" + a.GroupID + ":assetId:" + a.AssetID, ExchangeAssetName: a.AssetID,
			})
		}
		list[i].APIs = append(list[i].APIs, viewAPI(a))
		list[i].TotalAPIs++
	}
	limit, no := number(c, "limit", defaultLimit)
	if no != nil {
		return answer{}, no
	}
	offset, no := number(c, "offset", 0)
	if no != nil {
		return answer{}, no
	}
	total := len(list)
	list = list[min(offset, total):]
	list = list[:min(limit, largestLimit, len(list))]
	return answer{http.StatusOK, map[string]any{"total": total, "assets": list}}, nil
}
