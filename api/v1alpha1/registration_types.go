package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RegistrationSpec is the gateway's registration with the Anypoint Platform and
// the way it reaches the containers.
//
// +kubebuilder:validation:XValidation:rule="has(self.create) != has(self.secretRef)",message="choose one: create registers the gateway with the credentials of spec.anypoint, secretRef brings a registration file"
type RegistrationSpec struct {
	// Create has the controller register the gateway, with the credentials of
	// spec.anypoint, and renew its registration.
	// +optional
	Create *RegistrationCreate `json:"create,omitempty"`

	// SecretRef names the key of a Secret in the same namespace that holds the
	// registration file, as "flexctl registration create" writes it.
	// +optional
	SecretRef *SecretKeyReference `json:"secretRef,omitempty"`

	// RenewBefore is how long before its certificate expires the controller renews a
	// registration that it made. A certificate is valid for two years.
	// +kubebuilder:default="720h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('24h') && duration(self) <= duration('8760h')",message="write a duration from 24h to 8760h, such as 720h"
	// +optional
	RenewBefore *metav1.Duration `json:"renewBefore,omitempty"`

	// Delivery is how the file reaches the containers. EFS: a one-shot task writes
	// it to the gateway's directory on the file system. Environment: ECS puts it
	// into the variable FLEX_CONFIG from Secrets Manager, and no file system is made
	// (Flex Gateway 1.7 or newer).
	// +kubebuilder:default=EFS
	// +optional
	Delivery RegistrationDelivery `json:"delivery,omitempty"`
}

// RegistrationCreate is how the controller registers the gateway: a one-shot Fargate task
// of the gateway's own image runs "flexctl registration create", and a container of the
// AWS CLI's image stores the file in Secrets Manager.
type RegistrationCreate struct {
	// KeeperImage is the AWS CLI's image that stores the registration file, for networks
	// that cannot pull the public one.
	// +kubebuilder:default="public.ecr.aws/aws-cli/aws-cli:2.31.0"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9][a-zA-Z0-9._/:-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*|@sha256:[a-f0-9]{64})$') && !self.endsWith(':latest')",message="pin the image to a version: end it with a tag other than latest, or with @sha256:<digest>"
	// +optional
	KeeperImage string `json:"keeperImage,omitempty"`
	// HTTPSProxy is the proxy through which flexctl reaches the control plane, such as
	// http://proxy.internal:8888, where there is no other way.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^https?://[^/@? #]+$')",message="write the proxy as http://host:port, without user and password"
	// +optional
	HTTPSProxy string `json:"httpsProxy,omitempty"`
}

// SecretKeyReference names one key of a Secret in the object's namespace.
type SecretKeyReference struct {
	// Name is the name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Key is the key in the Secret's data.
	// +kubebuilder:default="registration.yaml"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Key string `json:"key,omitempty"`
}

// RegistrationDelivery is a way of bringing the registration to the containers.
// +kubebuilder:validation:Enum=EFS;Environment
type RegistrationDelivery string

// The ways of delivery.
const (
	RegistrationDeliveryEFS         RegistrationDelivery = "EFS"
	RegistrationDeliveryEnvironment RegistrationDelivery = "Environment"
)
