package anypoint

import "strings"

// The scopes of a Connected App, by their names in Access Management.
const (
	scopeReadServers         = "Read Servers"
	scopeManageServers       = "Manage Servers"
	scopeViewOrganization    = "View Organization"
	scopeExchangeViewer      = "Exchange Viewer"
	scopeExchangeContributor = "Exchange Contributor"
	scopeViewAPIs            = "View APIs Configuration"
	scopeManageAPIs          = "Manage APIs Configuration"
	scopeDeployProxies       = "Deploy API Proxies"
)

// scopes are those that an operation needs. Those of Runtime Manager are in MuleSoft's
// guide to registration and its Terraform provider, those of API Manager in the
// descriptions of its operations and in the guide to its use with Flex Gateway, those of
// Exchange in its page on tokens (Exchange Administrator has them too).
var scopes = map[string][]string{
	OperationListGateways:      {scopeReadServers, scopeViewOrganization},
	OperationGetGateway:        {scopeReadServers, scopeViewOrganization},
	OperationListReplicas:      {scopeReadServers, scopeViewOrganization},
	OperationDeleteGateway:     {scopeManageServers, scopeReadServers, scopeViewOrganization},
	OperationGetAsset:          {scopeExchangeViewer},
	OperationPublishAsset:      {scopeExchangeContributor},
	OperationDeleteAsset:       {scopeExchangeContributor},
	OperationFindAPIInstances:  {scopeViewAPIs},
	OperationGetAPIInstance:    {scopeViewAPIs},
	OperationCreateAPIInstance: {scopeManageAPIs, scopeDeployProxies, scopeExchangeViewer, scopeReadServers},
	OperationUpdateAPIInstance: {scopeManageAPIs, scopeDeployProxies, scopeExchangeViewer, scopeReadServers},
	OperationDeleteAPIInstance: {scopeManageAPIs, scopeDeployProxies},
}

// Scopes are the scopes that the Connected App needs for an operation.
func Scopes(operation string) []string { return scopes[operation] }

// neededScopes is what a person is told about an operation that was refused.
func neededScopes(operation string) string {
	needed := scopes[operation]
	if len(needed) == 0 {
		return "see docs/anypoint.md for the scopes that it needs"
	}
	return operation + " needs the scopes " + strings.Join(needed, ", ") + " in this environment (docs/anypoint.md)"
}
