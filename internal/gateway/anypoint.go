package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// The members of the JSON in Secret/credentials, as task definitions name them.
const (
	clientIDMember     = "clientID"
	clientSecretMember = "clientSecret"
)

// creates is true where the controller registers the gateway.
func (b *builder) creates() bool { return b.spec.Registration.Create != nil && b.spec.Anypoint != nil }

func (b *builder) isDeleted() bool { return !b.in.Gateway.DeletionTimestamp.IsZero() }

// gatewayName is the gateway's name in Runtime Manager.
func (b *builder) gatewayName() string { return GatewayName(b.in.Gateway) }

// GatewayName is the name of a gateway in the Anypoint Platform: the spec's, else the
// object's.
func GatewayName(gw *v1alpha1.FlexGatewayDeployment) string {
	if gw.Spec.Anypoint != nil && gw.Spec.Anypoint.GatewayName != "" {
		return gw.Spec.Anypoint.GatewayName
	}
	return gw.Name
}

// Client makes the calls to the Anypoint Platform with the gateway's credentials.
func (in Input) Client() (*anypoint.Client, error) {
	credentials, digest, err := in.Credentials()
	if err != nil {
		return nil, err
	}
	if digest == engine.Unread {
		return nil, &engine.UnseenError{Message: "the Anypoint Platform cannot be asked without the credentials"}
	}
	return in.clientOf(credentials)
}

func (in Input) clientOf(by anypoint.Credentials) (*anypoint.Client, error) {
	if in.Gateway.Spec.Anypoint == nil {
		return nil, &engine.Problem{Reason: v1alpha1.ReasonNotAsked, Terminal: true, Message: "spec.anypoint does not say where the Anypoint Platform is: set it"}
	}
	return in.Anypoint.Client(in.Gateway.Spec.Anypoint.ControlPlane, by)
}

// connect is Client, or a client with other credentials.
func (b *builder) connect(instead *anypoint.Credentials) (resource.Anypoint, error) {
	if instead != nil {
		return asAnypoint(b.in.clientOf(*instead))
	}
	return asAnypoint(b.in.Client())
}

// asAnypoint keeps a nil client from becoming an interface that is not nil.
func asAnypoint(c *anypoint.Client, err error) (resource.Anypoint, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

// credentials are the Connected App's on their way to the task that registers.
func (b *builder) credentials() resource.Secret {
	return resource.Secret{
		Common: b.common, Part: resource.PartCredentials, Name: b.names.CredentialsSecret,
		Content: func() (string, string, error) {
			credentials, digest, err := b.in.Credentials()
			if err != nil {
				return "", "", err
			}
			content, err := json.Marshal(map[string]string{clientIDMember: credentials.ClientID, clientSecretMember: credentials.ClientSecret})
			return string(content), digest, err
		},
	}
}

// DigestCredentials tells two credentials apart and says nothing about either. It is keyed
// with the owner's UID.
func DigestCredentials(uid string, c anypoint.Credentials) string {
	mac := hmac.New(sha256.New, []byte(uid))
	fmt.Fprintf(mac, "%d %s %s", len(c.ClientID), c.ClientID, c.ClientSecret)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

var errNoCredentials = errors.New("the secret holds no credentials")

// ReadCredentials reads what credentials has written.
func ReadCredentials(content string) (anypoint.Credentials, error) {
	var members map[string]string
	if err := json.Unmarshal([]byte(content), &members); err != nil {
		return anypoint.Credentials{}, errNoCredentials // the cause may quote the content
	}
	c := anypoint.Credentials{ClientID: members[clientIDMember], ClientSecret: members[clientSecretMember]}
	if c.ClientID == "" || c.ClientSecret == "" {
		return anypoint.Credentials{}, errNoCredentials
	}
	return c, nil
}

// identity keeps the registration file that flexctl wrote. The task fills it.
func (b *builder) identity() resource.Secret {
	secret := resource.Secret{Common: b.common, Part: resource.PartIdentity, Name: b.names.IdentitySecret}
	if b.retainsRegistration() {
		secret.Keep = fmt.Sprintf("gateway %s stays registered with the Anypoint Platform, and its registration file in Secrets Manager", b.gatewayName())
	}
	return secret
}

// retainsRegistration is true where the registration is to outlive the object.
func (b *builder) retainsRegistration() bool {
	return b.spec.Anypoint != nil && b.spec.Anypoint.DeletionPolicy == v1alpha1.DeletionPolicyRetain
}

// defaultDeletionTimeout is the default of spec.anypoint.deletionTimeoutMinutes.
const defaultDeletionTimeout = 30 * time.Minute

// registrationRemoval says how the registration goes; nil where it stays.
func (b *builder) registrationRemoval() *resource.RegistrationRemoval {
	if b.creates() && !b.isDeleted() {
		return nil
	}
	return b.removal()
}

// removal says how what is in the Anypoint Platform goes.
func (b *builder) removal() *resource.RegistrationRemoval {
	removal := &resource.RegistrationRemoval{Retain: b.retainsRegistration(), GiveUpAfter: defaultDeletionTimeout}
	if a := b.spec.Anypoint; a != nil && a.DeletionTimeoutMinutes > 0 {
		removal.GiveUpAfter = time.Duration(a.DeletionTimeoutMinutes) * time.Minute
	}
	if b.isDeleted() {
		removal.Since = b.in.DeletedAt
	}
	return removal
}
