package v1alpha1

// RegistrationSpec is the gateway's registration with the Anypoint Platform and
// the way it reaches the containers.
type RegistrationSpec struct {
	// SecretRef names the key of a Secret in the same namespace that holds the
	// registration file, as "flexctl registration create" writes it.
	SecretRef SecretKeyReference `json:"secretRef"`

	// Delivery is how the file reaches the containers. EFS: a one-shot task writes
	// it to the gateway's directory on the file system. Environment: ECS puts it
	// into the variable FLEX_CONFIG from Secrets Manager, and no file system is made
	// (Flex Gateway 1.7 or newer).
	// +kubebuilder:default=EFS
	// +optional
	Delivery RegistrationDelivery `json:"delivery,omitempty"`
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
