package anypoint

import (
	"context"
	"time"
)

// Replica is a replica of a gateway as Runtime Manager sees it. One that has stopped stays
// in the list, DISCONNECTED, for seven days.
type Replica struct {
	ID string
	// Name is the container's host name and ".default", unless FLEX_NAME is set.
	Name string
	// Status is CONNECTED, DISCONNECTED or something that is not known.
	Status string
	// ConfigurationStatus is UP_TO_DATE, APPLYING or something that is not known.
	ConfigurationStatus string
	// Version of Flex Gateway.
	Version                         string
	ConnectedAt, CertificateExpires time.Time
}

// Replicas lists the replicas of a gateway, all pages of it.
func (c *Client) Replicas(ctx context.Context, env Environment, gatewayID string) ([]Replica, error) {
	all, err := pages[wireReplica](ctx, c.session, call{operation: OperationListReplicas, env: &env, path: gatewaysPath(env, gatewayID, "replicas")})
	if err != nil {
		return nil, err
	}
	replicas := make([]Replica, 0, len(all))
	for _, w := range all {
		replicas = append(replicas, Replica{
			ID: string(w.ID), Name: string(w.Name), Status: string(w.Status), Version: string(w.Version),
			ConfigurationStatus: string(w.Configuration.Status), ConnectedAt: w.ConnectedAt.Time, CertificateExpires: w.CertificateExpires.Time,
		})
	}
	return replicas, nil
}

// wireReplica is a replica as it is sent.
type wireReplica struct {
	ID                 text   `json:"id"`
	Name               text   `json:"name"`
	Status             text   `json:"status"`
	Version            text   `json:"gatewayVersion"`
	ConnectedAt        moment `json:"connectedAt"`
	CertificateExpires moment `json:"certificateExpirationDate"`
	Configuration      struct {
		Status text `json:"status"`
	} `json:"configurationStatus"`
}
