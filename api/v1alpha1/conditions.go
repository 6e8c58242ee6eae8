package v1alpha1

// The condition types. Ready, Reconciling and Stalled follow kstatus
// (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus):
// Reconciling and Stalled are present only while they are true.
const (
	// ConditionReady is true when what the spec asks for is serving.
	ConditionReady = "Ready"
	// ConditionReconciling is true while the controller is working towards the spec.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is true when a person must change something first, or should look:
	// a call has failed for long, and is repeated.
	ConditionStalled = "Stalled"
	// ConditionAvailable is true when at least one replica serves.
	ConditionAvailable = "Available"
	// ConditionProgressing is true while ECS rolls a change out.
	ConditionProgressing = "Progressing"
	// ConditionNetworkReady speaks of VPC, subnets and security groups.
	ConditionNetworkReady = "NetworkReady"
	// ConditionStorageReady speaks of file system, mount targets and access point.
	ConditionStorageReady = "StorageReady"
	// ConditionIdentityReady speaks of the IAM role.
	ConditionIdentityReady = "IdentityReady"
	// ConditionComputeReady speaks of log group, cluster and task definition.
	ConditionComputeReady = "ComputeReady"
	// ConditionRegistrationReady speaks of the registration's way to the containers.
	ConditionRegistrationReady = "RegistrationReady"
	// ConditionLoadBalancerReady speaks of load balancer, target groups and listeners.
	ConditionLoadBalancerReady = "LoadBalancerReady"
	// ConditionAnypointConnected compares the replicas that are connected to the Anypoint
	// Platform with what the service runs. It is Unknown where the platform could not be
	// asked, and does not decide about Ready unless spec.rollout.waitForConnected is set.
	ConditionAnypointConnected = "AnypointConnected"
	// ConditionHealthCheckAPIReady walks through the stages of spec.healthCheckAPI.
	ConditionHealthCheckAPIReady = "HealthCheckAPIReady"
	// ConditionCertificateExpiring is true from 30 days before the registration's
	// certificate expires, and after.
	ConditionCertificateExpiring = "CertificateExpiring"
)

// The reasons of conditions.
const (
	// ReasonSucceeded: all is as the spec asks.
	ReasonSucceeded = "Succeeded"
	// ReasonCreating: AWS resources are being made or changed.
	ReasonCreating = "Creating"
	// ReasonWaiting: AWS is working; the message says on what.
	ReasonWaiting = "WaitingForAWS"
	// ReasonRollingOut: ECS replaces or adds tasks.
	ReasonRollingOut = "RollingOut"
	// ReasonRolledBack: ECS's circuit breaker went back to the previous revision.
	ReasonRolledBack = "RolledBack"
	// ReasonRolloutFailed: ECS's circuit breaker gave up with nothing to go back to.
	ReasonRolloutFailed = "RolloutFailed"
	// ReasonPaused: spec.rollout.paused holds a change back.
	ReasonPaused = "Paused"
	// ReasonPlanOnly: spec.planOnly has what would be done only planned; status.plan has it.
	ReasonPlanOnly = "PlanOnly"
	// ReasonWaitingForPromotion: a rollout waits at a pause of spec.rollout.pauseAt.
	ReasonWaitingForPromotion = "WaitingForPromotion"
	// ReasonProgressDeadlineExceeded: a rollout has made no progress for
	// spec.rollout.progressDeadlineSeconds; ECS goes on trying.
	ReasonProgressDeadlineExceeded = "ProgressDeadlineExceeded"
	// ReasonScaledToZero: spec.replicas is zero, or autoscaling has set the count to zero;
	// nothing serves.
	ReasonScaledToZero = "ScaledToZero"
	// ReasonNoCapacityProvider: the cluster was there before, and lacks a capacity
	// provider that the spec names.
	ReasonNoCapacityProvider = "NoCapacityProvider"
	// ReasonInvalidSpec: the spec asks for what cannot be.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonWrongAccount: the controller's credentials are of another AWS account than the
	// gateway is in, or is to be in.
	ReasonWrongAccount = "WrongAccount"
	// ReasonRegistrationSecretMissing: the Secret or its key is not there.
	ReasonRegistrationSecretMissing = "RegistrationSecretMissing"
	// ReasonRegistrationInvalid: the registration file is not one.
	ReasonRegistrationInvalid = "RegistrationInvalid"
	// ReasonConfigMissing: a ConfigMap or Secret of spec.config is not there.
	ReasonConfigMissing = "ConfigMissing"
	// ReasonConfigInvalid: a document of spec.config is refused; the message names it.
	ReasonConfigInvalid = "ConfigInvalid"
	// ReasonCredentialsMissing: the Secret of spec.anypoint.credentialsSecretRef, or a key
	// of it, is not there.
	ReasonCredentialsMissing = "AnypointCredentialsMissing"
	// ReasonGatewayNameTaken: a gateway of this name is registered already, and nothing
	// proves that it is ours.
	ReasonGatewayNameTaken = "GatewayNameTaken"
	// ReasonRegistering: a task registers the gateway, or renews its registration.
	ReasonRegistering = "Registering"
	// ReasonRegistrationFailed: flexctl failed; the message names the log stream with its
	// words.
	ReasonRegistrationFailed = "RegistrationFailed"
	// ReasonRegistrationFileExists: flexctl says that there is a registration file already
	// where it writes its own.
	ReasonRegistrationFileExists = "RegistrationFileExists"
	// ReasonRegistrationNotStored: the gateway was registered, and its file could not be
	// stored in AWS Secrets Manager.
	ReasonRegistrationNotStored = "RegistrationNotStored"
	// ReasonRenewalFailed: the registration could not be renewed yet; the one in use is
	// valid until the time in the message.
	ReasonRenewalFailed = "RenewalFailed"
	// ReasonReplicasConnecting: fewer replicas are connected than run.
	ReasonReplicasConnecting = "ReplicasConnecting"
	// ReasonNotRegistered: the Anypoint Platform does not know the gateway.
	ReasonNotRegistered = "NotRegistered"
	// ReasonStale: the Anypoint Platform did not say how many replicas are connected; the
	// message has the last figures and their time.
	ReasonStale = "AnypointStale"
	// ReasonNotAsked: spec.anypoint is not set, so nobody asks the Anypoint Platform.
	ReasonNotAsked = "NotAsked"
	// ReasonPublishing: the asset of the API is being published in Exchange.
	ReasonPublishing = "Publishing"
	// ReasonGatewayNotReady: API Manager cannot deploy an API to the gateway yet, as a rule
	// because no replica is connected.
	ReasonGatewayNotReady = "GatewayNotReady"
	// ReasonDeploying: the API instance is on its way to the gateway.
	ReasonDeploying = "Deploying"
	// ReasonCertificateExpires: the certificate expires within 30 days.
	ReasonCertificateExpires = "CertificateExpires"
	// ReasonCertificateExpired: the certificate has expired: new replicas get no APIs.
	ReasonCertificateExpired = "CertificateExpired"
	// ReasonConflict: a resource of the wanted name belongs to someone else.
	ReasonConflict = "OwnedBySomeoneElse"
	// ReasonAccessDenied: AWS denied a call.
	ReasonAccessDenied = "AccessDenied"
	// ReasonAWSError: AWS answered with another error; the call is repeated.
	ReasonAWSError = "AWSError"
	// ReasonControllerFault: the controller itself failed; its log has the place.
	ReasonControllerFault = "ControllerFault"
	// ReasonDeleting: the AWS resources are being removed.
	ReasonDeleting = "Deleting"
	// ReasonNotNeeded: this gateway needs nothing of this part.
	ReasonNotNeeded = "NotNeeded"
)
