package anypoint

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// APIInstance is an instance of an API in API Manager.
type APIInstance struct {
	ID    int
	Label string
	// ProxyURI is where the gateway listens, such as http://0.0.0.0:8081/health.
	ProxyURI string
	// Status is API Manager's word; not all of them are known.
	Status string
	// Upstream is the URL of what it stands for; empty where the answer leaves it out.
	Upstream string
	Asset    AssetRef
	// Deployment is nil where it is not deployed, and where the answer leaves it out: that
	// of a creation does.
	Deployment *Deployment
}

// Deployment says on which gateway an instance is.
type Deployment struct {
	ID, GatewayID, GatewayName, GatewayVersion string
	// ExpectedStatus is deployed or undeployed.
	ExpectedStatus string
}

// APIInstanceSpec is what an instance should be.
type APIInstanceSpec struct {
	Asset AssetRef
	// Label tells instances of the same asset apart.
	Label string
	// Port is where the gateway listens, on all addresses, in plain HTTP.
	Port int32
	// BasePath is the path below which it answers; no two instances on a port may clash.
	BasePath string
	// Upstream is a URL.
	Upstream                               string
	GatewayID, GatewayName, GatewayVersion string
}

// instancesPageSize is how many assets a page of instances has.
const instancesPageSize = 100

// FindAPIInstances finds the instances of an asset, of all its versions, with a label.
func (c *Client) FindAPIInstances(ctx context.Context, env Environment, assetID, label string) ([]APIInstance, error) {
	var found []APIInstance
	for number := range maxPages {
		var page struct {
			Assets *[]struct {
				AssetID text           `json:"assetId"`
				APIs    []wireInstance `json:"apis"`
			} `json:"assets"`
		}
		err := c.session.do(ctx, call{
			operation: OperationFindAPIInstances, method: http.MethodGet, env: &env, path: instancesPath("api", env), out: &page,
			query: url.Values{
				"assetId": {assetID}, "instanceLabel": {label},
				"limit": {strconv.Itoa(instancesPageSize)}, "offset": {strconv.Itoa(number * instancesPageSize)},
			},
		})
		if err != nil {
			return nil, err
		}
		if page.Assets == nil {
			return nil, &Error{Kind: KindNonsense, Status: http.StatusOK, Operation: OperationFindAPIInstances, Message: "the answer has no assets"}
		}
		for _, asset := range *page.Assets {
			for _, w := range asset.APIs {
				// The filters are checked again, for the sake of a control plane that ignores them.
				if first(w.AssetID, asset.AssetID) == assetID && string(w.Label) == label {
					found = append(found, w.instance())
				}
			}
		}
		if len(*page.Assets) < instancesPageSize {
			break
		}
	}
	return found, nil
}

// APIInstance returns an instance; nil where it is not there.
func (c *Client) APIInstance(ctx context.Context, env Environment, id int) (*APIInstance, error) {
	w, err := c.session.instance(ctx, env, id)
	if KindOf(err) == KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	instance := w.instance()
	return &instance, nil
}

func (s *session) instance(ctx context.Context, env Environment, id int) (*wireInstance, error) {
	var w wireInstance
	err := s.do(ctx, call{
		operation: OperationGetAPIInstance, method: http.MethodGet, env: &env, path: instancesPath("api", env, strconv.Itoa(id)), out: &w,
	})
	return w.checked(OperationGetAPIInstance, err)
}

// CreateAPIInstance creates an instance and deploys it to its gateway, in one call. That
// the gateway cannot take it yet is KindNotReady. It does not look for one that is there:
// a second call makes a second instance, or a conflict of base paths.
func (c *Client) CreateAPIInstance(ctx context.Context, env Environment, spec APIInstanceSpec) (*APIInstance, error) {
	return c.session.writeInstance(ctx, call{
		operation: OperationCreateAPIInstance, method: http.MethodPost, env: &env, path: instancesPath("xapi", env), body: spec.creation(env),
	})
}

// UpdateAPIInstance makes an instance what the spec says. It reads it before, as a route
// names its upstream by the upstream's id. One that is not there is KindNotFound; another
// group or asset is KindInvalid, as API Manager changes the version only: delete it and
// create another.
func (c *Client) UpdateAPIInstance(ctx context.Context, env Environment, id int, spec APIInstanceSpec) (*APIInstance, error) {
	present, err := c.session.instance(ctx, env, id)
	if err != nil {
		return nil, err
	}
	if present.isOfOtherAsset(spec.Asset) {
		return nil, &Error{Kind: KindInvalid, Operation: OperationUpdateAPIInstance, Message: "an API instance cannot get another asset; delete it and create another"}
	}
	return c.session.writeInstance(ctx, call{
		operation: OperationUpdateAPIInstance, method: http.MethodPatch, env: &env,
		path: instancesPath("xapi", env, strconv.Itoa(id)), body: spec.change(env, present),
	})
}

func (s *session) writeInstance(ctx context.Context, c call) (*APIInstance, error) {
	var w wireInstance
	c.out = &w
	if _, err := w.checked(c.operation, s.do(ctx, c)); err != nil {
		return nil, err
	}
	instance := w.instance()
	return &instance, nil
}

// DeleteAPIInstance undeploys and deletes an instance. One that is not there is no error.
func (c *Client) DeleteAPIInstance(ctx context.Context, env Environment, id int) error {
	err := c.session.do(ctx, call{
		operation: OperationDeleteAPIInstance, method: http.MethodDelete, env: &env, path: instancesPath("api", env, strconv.Itoa(id)),
	})
	if KindOf(err) == KindNotFound {
		return nil
	}
	return err
}

// instancesPath is the path of an environment's instances in API Manager's api or xapi,
// and of what is below.
func instancesPath(api string, env Environment, below ...string) []string {
	return append([]string{"apimanager", api, "v1", "organizations", env.Organization, "environments", env.ID, "apis"}, below...)
}
