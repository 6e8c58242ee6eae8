package controllers

import (
	"context"
	"errors"
	"fmt"

	ackv1 "github.com/aws-controllers-k8s/runtime/apis/core/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// errNoRegion says that nothing names a region.
var errNoRegion = errors.New("no region")

// input gathers what the stack of a gateway is made from.
func (r *Reconciler) input(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (gateway.Input, error) {
	in, err := r.inputForDeletion(ctx, gw)
	if err != nil {
		return in, err
	}
	if gw.Spec.Registration.Create == nil {
		content, err := r.registration(ctx, gw)
		in.Registration = func() (resource.RegistrationContent, error) { return content, err }
	}
	text, ofText, unreadable := r.documents(ctx, gw)
	in.Documents = func() (string, string, error) { return text, ofText, unreadable }
	return in, nil
}

// errNoRegistration says that nobody has read a registration file.
var errNoRegistration = errors.New("no registration file has been read")

// inputForDeletion is the input without what only a wish needs: deletion works without
// the Secrets.
func (r *Reconciler) inputForDeletion(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (gateway.Input, error) {
	in := gateway.Input{
		Gateway: gw, Records: status.Records(&gw.Status), Rollout: status.Rollout(&gw.Status), Known: status.Replicas(&gw.Status), Now: r.Clock.Now,
		Registration: func() (resource.RegistrationContent, error) { return resource.RegistrationContent{}, errNoRegistration },
		Anypoint:     r.Anypoint,
	}
	if at := gw.DeletionTimestamp; at != nil {
		in.DeletedAt = clock.At(r.Clock, at.Time)
	}
	by, digest, credentialsErr := r.credentials(ctx, gw)
	in.Credentials = func() (anypoint.Credentials, string, error) { return by, digest, credentialsErr }
	region, err := r.region(ctx, gw)
	if err != nil {
		return in, err
	}
	if in.Cloud, err = r.Cloud.In(ctx, region); err != nil {
		return in, err
	}
	if err := checkAccount(gw, in.Cloud.Account); err != nil {
		return in, err
	}
	forgetOthers(&in)
	return in, nil
}

// region is where the gateway lives: where it was made, else the spec's, the object's
// annotation, the namespace's annotation, or the manager's own region.
func (r *Reconciler) region(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (string, error) {
	wanted, err := r.wantedRegion(ctx, gw)
	if err != nil {
		return "", err
	}
	made := gw.Status.Region
	switch {
	case made != "" && wanted != "" && wanted != made && gw.DeletionTimestamp.IsZero():
		return "", invalid("this gateway was made in region %s and cannot move to %s: create another FlexGatewayDeployment there and delete this one", made, wanted)
	case made != "":
		return made, nil
	case wanted != "":
		return wanted, nil
	default:
		return "", fmt.Errorf("%w: %w", errNoRegion, invalid("no region is known: set spec.region, the annotation %s, or AWS_REGION of the controller", ackv1.AnnotationRegion))
	}
}

func (r *Reconciler) wantedRegion(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (string, error) {
	if gw.Spec.Region != "" {
		return gw.Spec.Region, nil
	}
	if region := gw.Annotations[ackv1.AnnotationRegion]; region != "" {
		return region, nil
	}
	var namespace corev1.Namespace
	if err := r.Reader.Get(ctx, client.ObjectKey{Name: gw.Namespace}, &namespace); client.IgnoreNotFound(err) != nil {
		return "", err
	}
	if region := namespace.Annotations[ackv1.AnnotationDefaultRegion]; region != "" {
		return region, nil
	}
	return r.Cloud.DefaultRegion(), nil
}

// registration reads the registration file from its Secret.
func (r *Reconciler) registration(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (none resource.RegistrationContent, err error) {
	ref := gw.Spec.Registration.SecretRef
	if ref == nil {
		return none, invalid("spec.registration has neither create nor secretRef: choose one")
	}
	secret, err := r.secret(ctx, gw, ref.Name)
	if apierrors.IsNotFound(err) {
		return none, missingRegistration("there is no Secret %s/%s: create it with the registration file under the key %s", gw.Namespace, ref.Name, ref.Key)
	}
	if err != nil {
		return none, fmt.Errorf("read Secret %s/%s: %w", gw.Namespace, ref.Name, err)
	}
	data, found := secret.Data[ref.Key]
	if !found {
		return none, missingRegistration("Secret %s/%s has no key %s: put the registration file there", gw.Namespace, ref.Name, ref.Key)
	}
	return gateway.ReadRegistration(string(gw.UID), data)
}

func missingRegistration(format string, args ...any) error {
	return &engine.Problem{Reason: v1alpha1.ReasonRegistrationSecretMissing, Terminal: true, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &engine.Problem{Reason: v1alpha1.ReasonInvalidSpec, Terminal: true, Message: fmt.Sprintf(format, args...)}
}

// agentOf is the id of the gateway in the Anypoint Platform: as the file says that the user
// brought, else as was recorded; empty where neither is known.
func agentOf(in gateway.Input) string {
	if content, err := in.Registration(); err == nil {
		return content.AgentID
	}
	if st := in.Gateway.Status.Anypoint; st != nil {
		return st.GatewayID
	}
	return ""
}

// observed picks what the status speaks of out of the walked stack.
func observed(in gateway.Input, stack *gateway.Gateway) status.Observed {
	return status.Observed{
		Account: in.Cloud.Account, Region: in.Cloud.Region,
		Network: stack.Network.Value(), TaskDefinition: stack.TaskDefinition.Value(), LoadBalancer: stack.LoadBalancer.Value(),
		Service: stack.Service.Value(), Replicas: stack.Replicas.Value(), HealthCheckAPI: stack.HealthCheckAPI.Value(),
		Registration: stack.Content(), Registered: stack.Registered.Value(), At: in.Now(),
	}
}

// asProblem is the problem that keeps a look from beginning.
func asProblem(err error) *engine.Problem {
	var problem *engine.Problem
	if errors.As(err, &problem) {
		return problem
	}
	if classified := awscloud.Classify(err); errors.As(classified, &problem) {
		return problem
	}
	return &engine.Problem{Reason: v1alpha1.ReasonAWSError, Err: err}
}
