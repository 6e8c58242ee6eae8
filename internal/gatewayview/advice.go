package gatewayview

import (
	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/resource"
)

// advice is what a person does about a reason of Ready or Stalled. Reasons that are not here
// pass by themselves.
var advice = map[string]string{
	v1alpha1.ReasonRolledBack:                "the old version serves. See what the new one said with \"logs --previous\", then change the spec, or take the change back with \"rollout undo\"",
	v1alpha1.ReasonRolloutFailed:             "see what the replicas said with \"logs --previous\", then change the spec: nothing is tried again before",
	v1alpha1.ReasonProgressDeadlineExceeded:  "ECS goes on trying. See what the replicas say with \"logs\", and give up with \"rollout abort\" where it does not help to wait",
	v1alpha1.ReasonPlanOnly:                  "see status.plan, and set spec.planOnly to false to have it done",
	v1alpha1.ReasonPaused:                    "let changes go on with \"rollout resume\"",
	v1alpha1.ReasonWaitingForPromotion:       "let the rollout go on with \"rollout promote\", or take it back with \"rollout abort\"",
	v1alpha1.ReasonScaledToZero:              "set spec.replicas, where it is to serve",
	v1alpha1.ReasonNoCapacityProvider:        "add the capacity provider to the ECS cluster, or name another in spec.compute.capacityProviders",
	v1alpha1.ReasonInvalidSpec:               "change the spec as the message says",
	v1alpha1.ReasonRegistrationSecretMissing: "create the Secret that the message names",
	v1alpha1.ReasonRegistrationInvalid:       "put the file that \"flexctl registration create\" writes into the Secret",
	v1alpha1.ReasonConfigMissing:             "create the ConfigMap or Secret that the message names",
	v1alpha1.ReasonConfigInvalid:             "correct the document that the message names",
	v1alpha1.ReasonCredentialsMissing:        "create the Secret of spec.anypoint.credentialsSecretRef",
	v1alpha1.ReasonGatewayNameTaken:          "choose another spec.anypoint.gatewayName, or remove the other gateway in Runtime Manager",
	v1alpha1.ReasonRegistrationFailed:        "see what flexctl said with \"logs --registration\"",
	v1alpha1.ReasonRegistrationFileExists:    "see what flexctl said with \"logs --registration\"",
	v1alpha1.ReasonRegistrationNotStored:     "see what the keeper said with \"logs --registration\"",
	v1alpha1.ReasonRenewalFailed:             "see what flexctl said with \"logs --registration\"; it is tried again",
	v1alpha1.ReasonNotRegistered:             "see in Runtime Manager whether somebody has removed the gateway",
	v1alpha1.ReasonReplicasConnecting:        "where it lasts, see with \"logs\" whether the replicas reach the Anypoint Platform",
	v1alpha1.ReasonCertificateExpires:        "renew the registration: docs/operations.md",
	v1alpha1.ReasonCertificateExpired:        "renew the registration: docs/operations.md",
	v1alpha1.ReasonConflict:                  "see whose resource it is, with \"resources\", and remove or rename one of the two",
	v1alpha1.ReasonAccessDenied:              "give the controller's role the permission that the message names: docs/iam.md",
	v1alpha1.ReasonWrongAccount:              "give the controller credentials of the account that the message asks for, and start it again; or correct the annotation services.k8s.aws/owner-account-id, if that asks for it",
	v1alpha1.ReasonAWSError:                  "it is tried again; where it lasts, the message is AWS's own",
	resource.ReasonRegistrationTaskFailed:    "the message has ECS's words; what the task said, if it began, is in \"logs --registration\"",
	anypoint.ReasonUnreachable:               "see whether the controller reaches the Anypoint Platform: proxy, network policy; it is tried again",
	anypoint.ReasonCredentialsRefused:        "put the id and the secret of a Connected App into the Secret of spec.anypoint.credentialsSecretRef",
	anypoint.ReasonScopesMissing:             "give the Connected App the scopes that docs/anypoint.md names",
	anypoint.ReasonError:                     "it is tried again; where it lasts, the message is the platform's own",
	v1alpha1.ReasonControllerFault:           "the manager's log has the place: please report it",
}

// Advice is what a person does about a reason; empty where it passes by itself, or nothing is
// wrong.
func Advice(reason string) string { return advice[reason] }
