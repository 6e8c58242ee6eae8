package gateway

import (
	"cmp"
	"regexp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// addHealthCheckAPI adds the API for the load balancer's health checks, and its asset where
// the spec names none.
func (b *builder) addHealthCheckAPI(service *engine.Ref[resource.ServiceState]) *engine.Ref[resource.APIInstanceState] {
	asset := b.exchangeAsset()
	published := engine.Add(b.stack, HealthCheckAPI, asset, engine.Wanted(b.publishesAsset())) // 3.1.1
	api := b.apiInstance(asset, service)
	switch {
	case b.publishesAsset():
		api.Published = published
	case !api.Asked || api.Leaving: // an asset of an earlier time goes after its instance
		api.Prerequisites = append(api.Prerequisites, engine.Exists(published))
	}
	return engine.Add(b.stack, HealthCheckAPI, api, engine.Wanted(b.spec.HealthCheckAPI != nil)) // 3.1.1
}

// publishesAsset is true where the spec asks for an API and names no asset.
func (b *builder) publishesAsset() bool {
	return b.spec.HealthCheckAPI != nil && b.spec.HealthCheckAPI.Asset == nil
}

// isLeaving is true while the object is being deleted.
func (b *builder) isLeaving() bool { return !b.in.Gateway.DeletionTimestamp.IsZero() }

// anypointSpec is the spec's part on the Anypoint Platform, empty where there is none.
func (b *builder) anypointSpec() v1alpha1.AnypointSpec {
	if b.spec.Anypoint == nil {
		return v1alpha1.AnypointSpec{}
	}
	return *b.spec.Anypoint
}

// healthCheckAPI is the spec's API, empty where there is none.
func (b *builder) healthCheckAPI() v1alpha1.HealthCheckAPISpec {
	if b.spec.HealthCheckAPI == nil {
		return v1alpha1.HealthCheckAPISpec{}
	}
	return *b.spec.HealthCheckAPI
}

func (b *builder) exchangeAsset() resource.ExchangeAsset {
	return resource.ExchangeAsset{
		Common: b.common, Platform: b.in.APIs, Group: b.anypointSpec().OrganizationID, Asset: b.names.HealthAsset,
		Title: b.in.Gateway.Name + " health check", Link: b.healthCheckAPI().Upstream, Asked: b.publishesAsset(), Leaving: b.isLeaving(),
	}
}

func (b *builder) apiInstance(published resource.ExchangeAsset, service *engine.Ref[resource.ServiceState]) resource.APIInstance {
	on, api := b.anypointSpec(), b.healthCheckAPI()
	instance := resource.APIInstance{
		Common: b.common, Platform: b.in.APIs, Environment: anypoint.Environment{Organization: on.OrganizationID, ID: on.EnvironmentID},
		Label: b.names.APILabel, Asset: published.First(), Port: api.Port, BasePath: api.BasePath, Upstream: api.Upstream,
		GatewayID: b.gatewayID, GatewayName: cmp.Or(on.GatewayName, b.in.Gateway.Name), GatewayVersion: versionOf(b.spec.Image),
		Service: service, Asked: b.spec.HealthCheckAPI != nil, Leaving: b.isLeaving(),
	}
	if named := api.Asset; named != nil {
		instance.Asset = anypoint.AssetRef{Group: named.GroupID, Asset: named.AssetID, Version: named.Version}
	}
	return instance
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

// gatewayID is the gateway's id in the Anypoint Platform; empty while it is not known.
func (b *builder) gatewayID() string {
	content, _, err := b.in.Registration()
	if err != nil {
		return ""
	}
	id, err := agentIDOf([]byte(content))
	if err != nil {
		return ""
	}
	return id
}
