package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AnypointSpec says where in the Anypoint Platform the gateway belongs, and with which
// credentials the controller works there.
type AnypointSpec struct {
	// OrganizationID is the id of the business group.
	// +kubebuilder:validation:MaxLength=36
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$')",message="this is no id of an organization: copy it from Access Management > Business Groups; it looks like 01234567-89ab-cdef-0123-456789abcdef"
	OrganizationID string `json:"organizationID"`

	// EnvironmentID is the id of the environment.
	// +kubebuilder:validation:MaxLength=36
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$')",message="this is no id of an environment: copy it from Access Management > Environments; it looks like 01234567-89ab-cdef-0123-456789abcdef"
	EnvironmentID string `json:"environmentID"`

	// CredentialsSecretRef names the Secret with the id and the secret of a Connected
	// App. docs/anypoint.md says which scopes it needs.
	CredentialsSecretRef CredentialsSecretReference `json:"credentialsSecretRef"`

	// ControlPlane is the control plane: US, EU, CA, JP, GOV, or its URL.
	// +kubebuilder:default=US
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^(US|EU|CA|JP|GOV|https://[a-zA-Z0-9.-]+(:[0-9]+)?)$')",message="write US, EU, CA, JP, GOV, or the URL of the control plane with nothing behind the host, such as https://eu1.anypoint.mulesoft.com"
	// +optional
	ControlPlane string `json:"controlPlane,omitempty"`

	// GatewayName is the gateway's name in Runtime Manager; the object's name where it is
	// left out. A name is unique in its environment.
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$')",message="use letters, digits, dots, dashes and underscores, with a letter or digit at both ends"
	// +optional
	GatewayName string `json:"gatewayName,omitempty"`

	// DeletionPolicy says what becomes of what was made in the Anypoint Platform (the
	// registration, the health-check API) when the object is deleted: Delete removes it;
	// Retain leaves it.
	// +kubebuilder:default=Delete
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// DeletionTimeoutMinutes is how long a deletion waits for an Anypoint Platform that
	// does not answer. After it, what is there is left, an event says so, and the
	// deletion in AWS goes on.
	// +kubebuilder:default=30
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10080
	// +optional
	DeletionTimeoutMinutes int32 `json:"deletionTimeoutMinutes,omitempty"`
}

// CredentialsSecretReference names the keys of a Secret in the object's namespace that
// hold the credentials of a Connected App.
type CredentialsSecretReference struct {
	// Name is the name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// ClientIDKey is the key of the client id.
	// +kubebuilder:default=clientID
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ClientIDKey string `json:"clientIDKey,omitempty"`
	// ClientSecretKey is the key of the client secret.
	// +kubebuilder:default=clientSecret
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ClientSecretKey string `json:"clientSecretKey,omitempty"`
}

// The stages of the API for the health checks.
const (
	// HealthCheckAPIPublishing: its asset is being published in Exchange.
	HealthCheckAPIPublishing = "Publishing"
	// HealthCheckAPICreating: it is about to be made in API Manager, once the gateway can
	// take it.
	HealthCheckAPICreating = "Creating"
	// HealthCheckAPIDeploying: API Manager brings it to the gateway.
	HealthCheckAPIDeploying = "Deploying"
	// HealthCheckAPIDeployed: it is on the gateway.
	HealthCheckAPIDeployed = "Deployed"
	// HealthCheckAPIAnswering: the manager has called it through the load balancer.
	HealthCheckAPIAnswering = "Answering"
)

// HealthCheckAPISpec is an API instance on the gateway for the load balancer's health
// checks to meet (guide 3.1): a gateway without an API listens on no port.
type HealthCheckAPISpec struct {
	// Asset is the API in Exchange. Where it is left out, an HTTP API is published under
	// the gateway's name.
	// +optional
	Asset *ExchangeAssetReference `json:"asset,omitempty"`

	// Port is the port on which the gateway serves the API: one of spec.ports.
	// +kubebuilder:default=8081
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// BasePath is the path under which the gateway serves the API.
	// +kubebuilder:default="/health"
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^/[a-zA-Z0-9._~/-]*$')",message="write a path that begins with a slash, of letters, digits and . _ ~ / -"
	// +optional
	BasePath string `json:"basePath,omitempty"`

	// Upstream is the URL to which the gateway passes the API's requests.
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.matches('^https?://[^/@? #]+(/[^ ]*)?$')",message="write the URL of the service behind the API, such as https://status.example.com"
	Upstream string `json:"upstream"`

	// Validate has the manager call the API through the load balancer once it is
	// deployed (guide 3.1.2), where the manager can reach the load balancer.
	// +optional
	Validate bool `json:"validate,omitempty"`
}

// ExchangeAssetReference names a version of an asset in Exchange.
type ExchangeAssetReference struct {
	// GroupID is the id of the group: as a rule that of the organization.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	GroupID string `json:"groupID"`
	// AssetID is the id of the asset.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	AssetID string `json:"assetID"`
	// Version is the version of the asset.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Version string `json:"version"`
}

// ProbeSpec is the HTTP readiness probe that Flex Gateway has had since 1.8.
type ProbeSpec struct {
	// Enabled turns the probe on. The load balancer's health checks then ask the probe,
	// and not a port of an API.
	// +kubebuilder:default=true
	// +optional
	Enabled *bool `json:"enabled,omitempty"`
	// Port is the port of the probe: none of spec.ports, and not 9998, which Flex Gateway
	// keeps for itself.
	// +kubebuilder:default=3000
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +kubebuilder:validation:XValidation:rule="self != 9998",message="Flex Gateway keeps port 9998 for itself: choose another"
	// +optional
	Port int32 `json:"port,omitempty"`
}

// ConfigSource names an object in the same namespace whose keys hold documents of the
// gateway's configuration (conf.d).
//
// +kubebuilder:validation:XValidation:rule="has(self.configMapRef) != has(self.secretRef)",message="name either a configMapRef or a secretRef"
type ConfigSource struct {
	// ConfigMapRef names a ConfigMap.
	// +optional
	ConfigMapRef *LocalObjectReference `json:"configMapRef,omitempty"`
	// SecretRef names a Secret, for documents with passwords.
	// +optional
	SecretRef *LocalObjectReference `json:"secretRef,omitempty"`
}

// LocalObjectReference names an object in the same namespace.
type LocalObjectReference struct {
	// Name is the object's name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// GatewayMode is Flex Gateway's mode.
// +kubebuilder:validation:Enum=Connected;Local
type GatewayMode string

// The modes.
const (
	// ModeConnected: APIs come from API Manager.
	ModeConnected GatewayMode = "Connected"
	// ModeLocal: APIs come from documents of spec.config.
	ModeLocal GatewayMode = "Local"
)

// AnypointStatus is what the Anypoint Platform knows of the gateway.
type AnypointStatus struct {
	// GatewayID is the id of the gateway, which its registration file calls agentId.
	// +optional
	GatewayID string `json:"gatewayID,omitempty"`
	// GatewayName is its name there.
	// +optional
	GatewayName string `json:"gatewayName,omitempty"`
	// Status is its state in the Anypoint Platform's own word, such as CONNECTED.
	// +optional
	Status string `json:"status,omitempty"`
	// ConnectedReplicas is how many replicas are connected; it is not there until the
	// platform has said so.
	// +optional
	ConnectedReplicas *int32 `json:"connectedReplicas,omitempty"`
	// DisconnectedReplicas is how many replicas the platform still remembers, up to seven
	// days after they stopped.
	// +optional
	DisconnectedReplicas int32 `json:"disconnectedReplicas,omitempty"`
	// SeenAt is when the platform was asked last. It is written with other changes, and
	// every ten minutes at the latest.
	// +optional
	SeenAt *metav1.Time `json:"seenAt,omitempty"`
	// CertificateExpiresAt is when the certificate of the registration expires.
	// +optional
	CertificateExpiresAt *metav1.Time `json:"certificateExpiresAt,omitempty"`
	// RegisteredAt is when the controller registered the gateway.
	// +optional
	RegisteredAt *metav1.Time `json:"registeredAt,omitempty"`
	// RenewedAt is when the controller last renewed the registration.
	// +optional
	RenewedAt *metav1.Time `json:"renewedAt,omitempty"`
	// HealthCheckAPI is the API instance of spec.healthCheckAPI.
	// +optional
	HealthCheckAPI *HealthCheckAPIStatus `json:"healthCheckAPI,omitempty"`
}

// HealthCheckAPIStatus is the API instance for the health checks.
type HealthCheckAPIStatus struct {
	// InstanceID is API Manager's id.
	// +optional
	InstanceID int64 `json:"instanceID,omitempty"`
	// Asset is the asset as group/asset/version.
	// +optional
	Asset string `json:"asset,omitempty"`
	// URL is where it answers through the load balancer.
	// +optional
	URL string `json:"url,omitempty"`
	// Stage is how far it is: Publishing, Creating, Deploying, Deployed, Answering.
	// +optional
	Stage string `json:"stage,omitempty"`
}
