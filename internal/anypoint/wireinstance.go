package anypoint

// wireInstance is an instance as it is sent by API Manager.
type wireInstance struct {
	ID           integer `json:"id"`
	APIID        integer `json:"apiId"` // instead of id in an older description
	Label        text    `json:"instanceLabel"`
	Status       text    `json:"status"`
	GroupID      text    `json:"groupId"`
	AssetID      text    `json:"assetId"`
	AssetVersion text    `json:"assetVersion"`
	Spec         struct {
		GroupID text `json:"groupId"`
		AssetID text `json:"assetId"`
		Version text `json:"version"`
	} `json:"spec"` // in some answers, instead of the three above
	Endpoint struct {
		URI      text `json:"uri"`
		ProxyURI text `json:"proxyUri"`
	} `json:"endpoint"`
	Deployment *struct {
		ID             text `json:"id"`
		TargetID       text `json:"targetId"`
		TargetName     text `json:"targetName"`
		GatewayVersion text `json:"gatewayVersion"`
		ExpectedStatus text `json:"expectedStatus"`
	} `json:"deployment"`
	Routing []struct {
		Upstreams []wireUpstream `json:"upstreams"`
	} `json:"routing"`
}

// wireUpstream is an upstream as it is sent by API Manager.
type wireUpstream struct {
	ID  text `json:"id"`
	URI text `json:"uri"`
}

// checked refuses an answer that is no instance.
func (w *wireInstance) checked(operation string, err error) (*wireInstance, error) {
	if w.ID == 0 {
		w.ID = w.APIID
	}
	if err == nil && w.ID == 0 {
		err = &Error{Kind: KindNonsense, Operation: operation, Message: "the answer is no API instance"}
	}
	return w, err
}

// upstream is the only one that we make: the first of the first route. The zero one where
// there is none.
func (w *wireInstance) upstream() wireUpstream {
	for _, route := range w.Routing {
		for _, upstream := range route.Upstreams {
			return upstream
		}
	}
	return wireUpstream{}
}

// isOfOtherAsset is true where an instance is known to be of another asset.
func (w *wireInstance) isOfOtherAsset(ref AssetRef) bool {
	is := w.asset()
	return (is.Group != "" && is.Group != ref.Group) || (is.Asset != "" && is.Asset != ref.Asset)
}

func (w *wireInstance) asset() AssetRef {
	return AssetRef{
		Group: first(w.GroupID, w.Spec.GroupID), Asset: first(w.AssetID, w.Spec.AssetID), Version: first(w.AssetVersion, w.Spec.Version),
	}
}

func (w *wireInstance) instance() APIInstance {
	i := APIInstance{
		ID: int(w.ID), Label: string(w.Label), ProxyURI: string(w.Endpoint.ProxyURI), Status: string(w.Status),
		Upstream: first(w.upstream().URI, w.Endpoint.URI),
		Asset:    w.asset(),
	}
	if d := w.Deployment; d != nil {
		i.Deployment = &Deployment{
			ID: string(d.ID), GatewayID: string(d.TargetID), GatewayName: string(d.TargetName),
			GatewayVersion: string(d.GatewayVersion), ExpectedStatus: string(d.ExpectedStatus),
		}
	}
	return i
}
