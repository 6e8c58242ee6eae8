package status

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
)

// fillHealthCheckAPI says how far the API for the health checks has come.
func fillHealthCheckAPI(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, report *engine.Report, seen Observed) {
	var before v1alpha1.HealthCheckAPIStatus
	if st.Anypoint != nil && st.Anypoint.HealthCheckAPI != nil {
		before = *st.Anypoint.HealthCheckAPI
	}
	asset, _ := report.Step("ExchangeAsset", "health-check")
	api, found := report.Step("APIInstance", "health-check")
	if gw.Spec.HealthCheckAPI == nil || !found {
		if st.Anypoint != nil {
			st.Anypoint.HealthCheckAPI = nil
		}
		return
	}
	now := v1alpha1.HealthCheckAPIStatus{Asset: assetName(gw, asset), URL: healthCheckURL(gw, st.Endpoint), InstanceID: before.InstanceID}
	if seen.HealthCheckAPI != nil {
		now.InstanceID = int64(seen.HealthCheckAPI.APIInstance.ID)
	}
	now.Stage = stageOf(asset, api)
	if isUnseen(gw, report) {
		now.Stage = before.Stage
	}
	if now.Stage == v1alpha1.HealthCheckAPIDeployed && before.Stage == v1alpha1.HealthCheckAPIAnswering && before.URL == now.URL && before.InstanceID == now.InstanceID {
		now.Stage = v1alpha1.HealthCheckAPIAnswering // it was called then
	}
	if st.Anypoint == nil {
		st.Anypoint = &v1alpha1.AnypointStatus{}
	}
	st.Anypoint.HealthCheckAPI = &now
}

// isUnseen is true where the API was ready and could not be looked at, because something
// that comes before it is in trouble: then what is known of it stands.
func isUnseen(gw *v1alpha1.FlexGatewayDeployment, report *engine.Report) bool {
	asset, _ := report.Step("ExchangeAsset", "health-check")
	api, _ := report.Step("APIInstance", "health-check")
	return api.State == engine.StateBlocked && api.ID != "" && (!asset.Wanted || asset.State == engine.StateReady) &&
		meta.IsStatusConditionTrue(gw.Status.Conditions, v1alpha1.ConditionHealthCheckAPIReady)
}

// stageOf is how far the two resources are.
func stageOf(asset, api engine.Step) string {
	switch {
	case api.State == engine.StateReady && api.ID == "": // no replica is wanted that could have it
		return v1alpha1.HealthCheckAPICreating
	case api.State == engine.StateReady:
		return v1alpha1.HealthCheckAPIDeployed
	case asset.Wanted && asset.State != engine.StateReady:
		return v1alpha1.HealthCheckAPIPublishing
	case api.ID == "":
		return v1alpha1.HealthCheckAPICreating
	default:
		return v1alpha1.HealthCheckAPIDeploying
	}
}

// assetName is group/asset/version: the spec's, or the one that was published.
func assetName(gw *v1alpha1.FlexGatewayDeployment, published engine.Step) string {
	if named := gw.Spec.HealthCheckAPI.Asset; named != nil {
		return named.GroupID + "/" + named.AssetID + "/" + named.Version
	}
	return published.ID
}

// healthCheckURL is where the API answers through the load balancer; empty while that has
// no name.
func healthCheckURL(gw *v1alpha1.FlexGatewayDeployment, endpoint string) string {
	if endpoint == "" {
		return ""
	}
	for _, port := range gw.Spec.Ports {
		if port.Port == gw.Spec.HealthCheckAPI.Port {
			return "http://" + endpoint + ":" + strconv.Itoa(int(port.LoadBalancerPort())) + gw.Spec.HealthCheckAPI.BasePath
		}
	}
	return ""
}

// setHealthCheckAPI sets HealthCheckAPIReady.
func setHealthCheckAPI(c conditions, gw *v1alpha1.FlexGatewayDeployment, report *engine.Report, seen Observed) {
	status, reason, message := ofPhase(report, gateway.HealthCheckAPI)
	switch {
	case gw.Spec.HealthCheckAPI == nil:
		status, reason, message = metav1.ConditionTrue, v1alpha1.ReasonNotNeeded, "spec.healthCheckAPI is not set"
	case status == metav1.ConditionTrue && seen.isStale():
		reason, message = v1alpha1.ReasonStale, c.staleSince(gw, v1alpha1.ConditionHealthCheckAPIReady, seen.HealthCheckAPI.Stale)
	case status == metav1.ConditionTrue && reason == v1alpha1.ReasonSucceeded:
		message = healthCheckMessage(c.st.Anypoint.HealthCheckAPI)
	case isUnseen(gw, report):
		status, reason = metav1.ConditionTrue, v1alpha1.ReasonSucceeded
		message = healthCheckMessage(c.st.Anypoint.HealthCheckAPI) + "; that is not looked at now: " + message
	}
	c.set(v1alpha1.ConditionHealthCheckAPIReady, status, reason, message)
}

// isStale is true where the API was told from memory.
func (o Observed) isStale() bool {
	return o.HealthCheckAPI != nil && o.HealthCheckAPI.Stale.Cause != nil
}

// staleSince says since when the Anypoint Platform could not be asked, and why: the first
// time counts, which an earlier message has.
func (c conditions) staleSince(gw *v1alpha1.FlexGatewayDeployment, kind string, stale resource.Stale) string {
	if before := meta.FindStatusCondition(c.st.Conditions, kind); before != nil && before.Reason == v1alpha1.ReasonStale {
		return before.Message
	}
	_, why := WhyUnknown(gw, stale.Cause)
	return "nothing new is known since " + stale.Since.UTC().Format(time.RFC3339) + ": " + why + "; before that, all was as the spec asks"
}

func healthCheckMessage(api *v1alpha1.HealthCheckAPIStatus) string {
	switch {
	case api.InstanceID == 0:
		return "no replica is wanted that could have the API"
	case api.Stage == v1alpha1.HealthCheckAPIAnswering:
		return fmt.Sprintf("API instance %d is deployed and answers at %s", api.InstanceID, api.URL)
	default:
		return fmt.Sprintf("API instance %d is deployed", api.InstanceID)
	}
}

// Called notes what a call of the API through the load balancer has seen: that it answers,
// or why not, which makes nothing worse than it is.
func Called(st *v1alpha1.FlexGatewayDeploymentStatus, generation int64, answers bool, saw string) {
	ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionHealthCheckAPIReady)
	if st.Anypoint == nil || st.Anypoint.HealthCheckAPI == nil || ready == nil || ready.Status != metav1.ConditionTrue {
		return
	}
	api := st.Anypoint.HealthCheckAPI
	if answers {
		api.Stage = v1alpha1.HealthCheckAPIAnswering
	}
	if ready.Reason != v1alpha1.ReasonSucceeded {
		return
	}
	message := healthCheckMessage(api)
	if !answers {
		message += ", but the manager's call to " + strings.TrimSpace(api.URL+" "+saw)
	}
	conditions{st: st, generation: generation}.set(v1alpha1.ConditionHealthCheckAPIReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, message)
}
