package resource

import (
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/anypoint"
)

// Diff compares what API Manager tells. What is told from memory is compared with what was
// wanted then.
func (a APIInstance) Diff(wish anypoint.APIInstanceSpec, observed *APIInstanceState) *compare.Delta {
	delta := compare.NewDelta()
	switch {
	case observed.Idle:
		diff(delta, "replicas", a.Service.Value().Desired > 0, false)
		return delta
	case observed.Stale.Cause != nil:
		diff(delta, "spec", a.recordID(observed.APIInstance.ID), observed.recorded)
		return delta
	}
	diffTold(delta, "asset.groupId", wish.Asset.Group, observed.Asset.Group)
	diffTold(delta, "asset.assetId", wish.Asset.Asset, observed.Asset.Asset)
	diffTold(delta, "asset.version", wish.Asset.Version, observed.Asset.Version)
	diff(delta, "instanceLabel", wish.Label, observed.Label)
	diffTold(delta, "endpoint.proxyUri", strings.TrimRight(wish.ProxyURI(), "/"), strings.TrimRight(observed.ProxyURI, "/"))
	diffTold(delta, "routing.upstream", wish.Upstream, observed.Upstream)
	a.diffDeployment(delta, wish, observed)
	return delta
}

// diffTold is diff for a field that an answer may leave out.
func diffTold(delta *compare.Delta, path, wanted, observed string) {
	if observed != "" {
		diff(delta, path, wanted, observed)
	}
}

// expectedDeployed is API Manager's word for an instance that should be on its gateway.
const expectedDeployed = "deployed"

// diffDeployment finds an instance that is undeployed or on another gateway. The answers
// of a while after it was asked for may not have it yet.
func (a APIInstance) diffDeployment(delta *compare.Delta, wish anypoint.APIInstanceSpec, observed *APIInstanceState) {
	deployment := observed.Deployment
	if deployment == nil {
		if !a.isRecent(observed) {
			delta.Add("deployment.targetId", wish.GatewayID, "")
		}
		return
	}
	diff(delta, "deployment.targetId", wish.GatewayID, deployment.GatewayID)
	diffTold(delta, "deployment.expectedStatus", expectedDeployed, deployment.ExpectedStatus)
}

// isRecent is true where the deployment was asked for a short time ago.
func (a APIInstance) isRecent(observed *APIInstanceState) bool {
	return !observed.RequestedAt.IsZero() && a.Now().Sub(observed.RequestedAt) < longestDeployment
}
