package anypoint

import (
	"context"
	"net/http"
)

// AssetRef is the name of a version of an asset in Exchange ("GAV"). Group is mostly the
// organization's id.
type AssetRef struct {
	Group, Asset, Version string
}

// Asset is a version of an asset in Exchange.
type Asset struct {
	AssetRef
	Name string
	// Type is http-api, rest-api and so on.
	Type string
	// Status is published or something that is not known.
	Status string
	// APIVersion is the version group, such as v1.
	APIVersion string
}

// httpAPI is the type of an asset that is a name for an endpoint, without a file.
const httpAPI = "http-api"

// Asset returns a version of an asset; nil where it is not there. One that was deleted
// softly is not there either, although its name cannot be used again.
func (c *Client) Asset(ctx context.Context, ref AssetRef) (*Asset, error) {
	var w struct {
		Group        text `json:"groupId"`
		Asset        text `json:"assetId"`
		Version      text `json:"version"`
		Name         text `json:"name"`
		Type         text `json:"type"`
		Status       text `json:"status"`
		VersionGroup text `json:"versionGroup"`
	}
	err := c.session.do(ctx, call{
		operation: OperationGetAsset, method: http.MethodGet, out: &w,
		path: []string{"exchange", "api", "v2", "assets", ref.Group, ref.Asset, ref.Version},
	})
	if KindOf(err) == KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if w.Asset == "" {
		return nil, &Error{Kind: KindNonsense, Status: http.StatusOK, Operation: OperationGetAsset, Message: "the answer is no asset"}
	}
	return &Asset{
		AssetRef: AssetRef{Group: string(w.Group), Asset: string(w.Asset), Version: string(w.Version)},
		Name:     string(w.Name), Type: string(w.Type), Status: string(w.Status), APIVersion: string(w.VersionGroup),
	}, nil
}

// PublishAsset publishes an http-api asset in the organization that is its group. The
// publication is asked for synchronously; where Exchange goes on with it after its answer
// nevertheless, Asset returns nil until it is done. That it is there already is
// KindConflict.
func (c *Client) PublishAsset(ctx context.Context, ref AssetRef, name, link, apiVersion string) error {
	return c.session.do(ctx, call{
		operation: OperationPublishAsset, method: http.MethodPost,
		path:   []string{"exchange", "api", "v2", "organizations", ref.Group, "assets", ref.Group, ref.Asset, ref.Version},
		header: http.Header{"X-Sync-Publication": {"true"}},
		form: &form{fields: [][2]string{
			{"name", name}, {"type", httpAPI}, {"properties.assetLink", link}, {"properties.apiVersion", apiVersion},
		}},
	})
}

// DeleteAsset deletes a version for good, so that its name can be used again. One that is
// not there is no error.
func (c *Client) DeleteAsset(ctx context.Context, ref AssetRef) error {
	err := c.session.do(ctx, call{
		operation: OperationDeleteAsset, method: http.MethodDelete,
		path:   []string{"exchange", "api", "v2", "assets", ref.Group, ref.Asset, ref.Version},
		header: http.Header{"X-Delete-Type": {"hard-delete"}},
	})
	if KindOf(err) == KindNotFound {
		return nil
	}
	return err
}
