package resource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// find finds the recorded instance, else one of which nothing was recorded.
func (a APIInstance) find(ctx context.Context, recorded engine.Record) (*anypoint.APIInstance, error) {
	platform, err := a.Platform(ctx)
	if err != nil {
		return nil, err
	}
	if id := recordedInstance(recorded); id != 0 {
		found, err := platform.APIInstance(ctx, a.Environment, id)
		if found != nil || err != nil {
			return found, err
		}
	}
	return a.findUnrecorded(ctx, platform)
}

// findUnrecorded finds the instance by its asset and label. Lists leave parts of it out.
func (a APIInstance) findUnrecorded(ctx context.Context, platform APIPlatform) (*anypoint.APIInstance, error) {
	found, err := platform.FindAPIInstances(ctx, a.Environment, a.asset().Asset, a.Label)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if len(found) > 1 {
		return nil, &engine.Problem{Reason: anypoint.ReasonError, Terminal: true, Message: fmt.Sprintf(
			"%d API instances of %s in API Manager are labelled %s: remove all but one", len(found), a.asset().Asset, a.Label)}
	}
	return platform.APIInstance(ctx, a.Environment, found[0].ID)
}

// recordedInstance is the recorded id in API Manager, 0 where there is none.
func recordedInstance(recorded engine.Record) int {
	text, _, _ := strings.Cut(recorded.ID, "@")
	id, err := strconv.Atoi(text)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

func (a APIInstance) recordID(id int) string {
	wish := a.spec()
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", wish.Asset, wish.ProxyURI(), wish.Upstream, wish.GatewayID))
	return strconv.Itoa(id) + "@" + hex.EncodeToString(sum[:4])
}

// versioned fills in the version of the gateway, which API Manager wants, from a replica
// that is connected. As long as there is none, the gateway could not take an API anyway.
func (a APIInstance) versioned(ctx context.Context, platform APIPlatform, wish anypoint.APIInstanceSpec) (anypoint.APIInstanceSpec, error) {
	if wish.GatewayVersion != "" {
		return wish, nil
	}
	replicas, err := platform.Replicas(ctx, a.Environment, wish.GatewayID)
	if err != nil {
		return wish, err
	}
	for _, replica := range replicas {
		if replica.Status == anypoint.StatusConnected && replica.Version != "" {
			wish.GatewayVersion = replica.Version
			return wish, nil
		}
	}
	return wish, coded(anypoint.CodeGatewayNotReady, engine.WaitFor(versionLook, "no replica is connected yet that could tell the gateway's version"))
}

// versionLook is how often a connected replica is looked for: as often as a gateway is
// asked that cannot take an API yet.
const versionLook = 20 * time.Second
