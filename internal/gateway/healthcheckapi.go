package gateway

import (
	"context"
	"regexp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// addHealthCheckAPI adds the API for the load balancer's health checks, and its asset where
// the spec names none.
func (b *builder) addHealthCheckAPI(registered *engine.Ref[resource.RegisteredState], service *engine.Ref[resource.ServiceState]) *engine.Ref[resource.APIInstanceState] {
	asset := b.exchangeAsset()
	asset.Prerequisites = []engine.Need{engine.After(b.copied)}
	published := engine.Add(b.stack, HealthCheckAPI, asset, engine.Wanted(asset.Asked))
	api := b.apiInstance(asset.First(), registered)
	api.Service, api.Prerequisites = service, []engine.Need{engine.After(b.copied), b.isRegistered(registered)}
	switch {
	case asset.Asked:
		api.Published = published
	case api.Removal != nil: // an asset of an earlier time goes after its instance
		api.Prerequisites = append(api.Prerequisites, engine.After(published))
	}
	return engine.Add(b.stack, HealthCheckAPI, api, engine.Wanted(api.Asked))
}

// isRegistered is the need for the gateway's id, where the controller registers the gateway.
func (b *builder) isRegistered(registered *engine.Ref[resource.RegisteredState]) engine.Need {
	if !b.creates() {
		return engine.After(registered) // one that is left over goes after the API
	}
	return engine.Seen(registered).If(func() bool { return registered.Value().Registered() })
}

// apiPlatform makes the calls with the gateway's credentials or, in a deletion in which
// those in Kubernetes are gone, with the copy in Secrets Manager.
func (b *builder) apiPlatform(ctx context.Context) (resource.APIPlatform, error) {
	client, err := b.in.Client()
	if err == nil {
		return client, nil
	}
	if !b.isDeleted() {
		return nil, err
	}
	copied, readErr := resource.Registration{Common: b.common, Credentials: b.copied, ReadCredentials: ReadCredentials}.CredentialsCopy(ctx)
	if readErr != nil {
		return nil, readErr
	}
	if copied == nil {
		return nil, err
	}
	return b.in.clientOf(*copied)
}

// healthCheckAPI is the spec's API, empty where there is none.
func (b *builder) healthCheckAPI() v1alpha1.HealthCheckAPISpec {
	if b.spec.HealthCheckAPI == nil {
		return v1alpha1.HealthCheckAPISpec{}
	}
	return *b.spec.HealthCheckAPI
}

// environment is where in the Anypoint Platform the gateway belongs.
func (b *builder) environment() anypoint.Environment {
	if b.spec.Anypoint == nil {
		return anypoint.Environment{}
	}
	return anypoint.Environment{Organization: b.spec.Anypoint.OrganizationID, ID: b.spec.Anypoint.EnvironmentID}
}

// apiRemoval says how the API or its asset goes; nil where it stays. Without a deletion of
// the object there is nothing that its policy could retain.
func (b *builder) apiRemoval(asked bool) *resource.RegistrationRemoval {
	if asked && !b.isDeleted() {
		return nil
	}
	removal := b.removal()
	removal.Retain = removal.Retain && b.isDeleted()
	return removal
}

func (b *builder) exchangeAsset() resource.ExchangeAsset {
	asked := b.spec.HealthCheckAPI != nil && b.spec.HealthCheckAPI.Asset == nil
	return resource.ExchangeAsset{
		Common: b.common, Platform: b.apiPlatform, Group: b.environment().Organization, Asset: b.names.HealthAsset,
		Title: b.in.Gateway.Name + " health check", Link: b.healthCheckAPI().Upstream, Asked: asked, Removal: b.apiRemoval(asked),
	}
}

func (b *builder) apiInstance(asset anypoint.AssetRef, registered *engine.Ref[resource.RegisteredState]) resource.APIInstance {
	api, asked := b.healthCheckAPI(), b.spec.HealthCheckAPI != nil
	if named := api.Asset; named != nil {
		asset = anypoint.AssetRef{Group: named.GroupID, Asset: named.AssetID, Version: named.Version}
	}
	return resource.APIInstance{
		Common: b.common, Platform: b.apiPlatform, Environment: b.environment(), Label: b.names.APILabel, Asset: asset,
		Port: api.Port, BasePath: api.BasePath, Upstream: api.Upstream, GatewayName: b.gatewayName(), GatewayVersion: versionOf(b.spec.Image),
		GatewayID: func() string {
			if content := b.content(registered); content != nil {
				return content.AgentID
			}
			return ""
		},
		Asked: asked, Removal: b.apiRemoval(asked), Unlisted: b.in.Unlisted,
	}
}

// versionTag is the tag of an image that tells the version of Flex Gateway.
var versionTag = regexp.MustCompile(`:v?(\d+\.\d+\.\d+)$`)

// versionOf is the version of Flex Gateway in an image; empty where the image does not tell.
func versionOf(image string) string {
	found := versionTag.FindStringSubmatch(image)
	if found == nil {
		return ""
	}
	return found[1]
}
