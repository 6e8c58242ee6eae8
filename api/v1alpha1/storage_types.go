package v1alpha1

// StorageSpec is the EFS file system.
//
// +kubebuilder:validation:XValidation:rule="self.performanceMode == oldSelf.performanceMode",fieldPath=".performanceMode",message="EFS cannot change the performance mode of a file system: create another FlexGatewayDeployment"
// +kubebuilder:validation:XValidation:rule="self.encrypted == oldSelf.encrypted",fieldPath=".encrypted",message="EFS cannot change the encryption of a file system: create another FlexGatewayDeployment"
// +kubebuilder:validation:XValidation:rule="has(self.kmsKeyID) == has(oldSelf.kmsKeyID) && (!has(self.kmsKeyID) || self.kmsKeyID == oldSelf.kmsKeyID)",fieldPath=".kmsKeyID",message="EFS cannot change the key of a file system: create another FlexGatewayDeployment"
// +kubebuilder:validation:XValidation:rule="has(self.directory) == has(oldSelf.directory) && (!has(self.directory) || self.directory == oldSelf.directory)",fieldPath=".directory",message="the directory of a gateway cannot change: create another FlexGatewayDeployment"
// +kubebuilder:validation:XValidation:rule="!has(self.kmsKeyID) || self.encrypted",fieldPath=".kmsKeyID",message="a KMS key needs encryption: set encrypted to true or remove kmsKeyID"
// +kubebuilder:validation:XValidation:rule="self.throughputMode != 'elastic' || self.performanceMode == 'generalPurpose'",fieldPath=".throughputMode",message="elastic throughput needs performanceMode generalPurpose: change one of the two"
// +kubebuilder:validation:XValidation:rule="(self.throughputMode == 'provisioned') == has(self.provisionedThroughputMiBps)",fieldPath=".provisionedThroughputMiBps",message="throughputMode provisioned needs provisionedThroughputMiBps, and the other modes do not take it: set or remove it"
type StorageSpec struct {
	// PerformanceMode is EFS's performance mode. It cannot change.
	// +kubebuilder:default=generalPurpose
	// +kubebuilder:validation:Enum=generalPurpose;maxIO
	// +optional
	PerformanceMode string `json:"performanceMode,omitempty"`

	// ThroughputMode is EFS's throughput mode. EFS allows one change in 24 hours.
	// +kubebuilder:default=elastic
	// +kubebuilder:validation:Enum=elastic;bursting;provisioned
	// +optional
	ThroughputMode string `json:"throughputMode,omitempty"`

	// ProvisionedThroughputMiBps is the throughput in MiB/s of the mode
	// provisioned, 1 to 3414.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3414
	// +optional
	ProvisionedThroughputMiBps *int32 `json:"provisionedThroughputMiBps,omitempty"`

	// Backup turns AWS Backup's automatic backups of the file system on.
	// +kubebuilder:default=true
	// +optional
	Backup *bool `json:"backup,omitempty"`

	// Encrypted encrypts the file system at rest. It cannot change.
	// +kubebuilder:default=true
	// +optional
	Encrypted *bool `json:"encrypted,omitempty"`

	// KMSKeyID is the KMS key of the encryption: an id, an ARN, an alias. Default:
	// the AWS managed key of EFS. It cannot change.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	KMSKeyID string `json:"kmsKeyID,omitempty"`

	// Directory is the directory of this gateway on the file system. Default:
	// metadata.name. It cannot change.
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9][A-Za-z0-9._-]*$')",message="the directory is one name of letters, digits, dots, dashes and underscores that starts with a letter or digit: rename it"
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Directory string `json:"directory,omitempty"`
}
