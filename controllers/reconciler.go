// Package controllers has the Kubernetes side of the controller: when a gateway is
// looked at, what of the cluster its stack is made from, and where the outcome is
// written. It makes no call to AWS itself.
package controllers

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// Finalizer keeps the object until nothing of it is left in AWS.
const Finalizer = "flexgw.io/aws-resources"

// reconcileTimeout bounds one look at one gateway.
const reconcileTimeout = 2 * time.Minute

// verifyPause is how soon a deletion that seems complete is proved.
const verifyPause = time.Second

// Reconciler brings the AWS resources of FlexGatewayDeployments to what their specs say.
type Reconciler struct {
	// Client writes; Reader reads past the cache, so that a look never starts from a
	// status that is older than the last one it wrote.
	Client client.Client
	Reader client.Reader
	// Recorder tells events.
	Recorder events.EventRecorder
	// Cloud is the doorway to AWS.
	Cloud *awscloud.Cloud
	// Anypoint is the doorway to the Anypoint Platform.
	Anypoint *anypoint.Platform
	// Clock tells the time and shortens waits in simulations.
	Clock clock.Clock
	// LookEvery is how often a gateway that is ready is compared with AWS.
	LookEvery time.Duration
	// WatchEvery is how often ECS is asked whether the services of ready gateways are as
	// they were; 0 is never.
	WatchEvery time.Duration
	// AnypointEvery is how often the Anypoint Platform is asked whether the gateways are
	// connected as they were; 0 is never.
	AnypointEvery time.Duration
	// Metrics tells of the gateways; nil tells nothing.
	Metrics *Metrics

	// Dial connects to load balancers, for spec.healthCheckAPI.validate; nil is the
	// network. Simulated load balancers are elsewhere than their names say.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	memories  memories
	deletions memories
	calls     apiCalls
	services  resource.ServiceWatch
	sightings sightings
}

// Reconcile looks at one gateway:
//
//  1. reads it, uncached;
//  2. takes it down if it is being deleted, or only plans under spec.planOnly;
//  3. puts the finalizer on before the first call to AWS;
//  4. applies its stack as far as that is possible now;
//  5. writes status and events, and says when to look again.
//
// Where that panics, the gateway says so, and is tried again in growing pauses.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (result ctrl.Result, err error) {
	ctx, cancel := context.WithTimeout(ctx, reconcileTimeout)
	defer cancel()
	var gw v1alpha1.FlexGatewayDeployment
	defer func() {
		if v := recover(); v != nil {
			result, err = r.failed(ctx, &gw, v)
		}
	}()
	if err := r.Reader.Get(ctx, req.NamespacedName, &gw); err != nil {
		if apierrors.IsNotFound(err) {
			r.Metrics.drop(req.NamespacedName)
		}
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !gw.DeletionTimestamp.IsZero() {
		return r.delete(ctx, &gw)
	}
	if gw.Spec.PlanOnly {
		return r.planOnly(ctx, &gw)
	}
	if err := r.ensureFinalizer(ctx, &gw); err != nil {
		return ctrl.Result{}, err
	}
	return r.apply(ctx, &gw)
}

func (r *Reconciler) ensureFinalizer(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) error {
	before := gw.DeepCopy()
	if !controllerutil.AddFinalizer(gw, Finalizer) {
		return nil
	}
	return r.Client.Patch(ctx, gw, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// apply makes AWS as the spec says.
func (r *Reconciler) apply(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (ctrl.Result, error) {
	in, err := r.input(ctx, gw)
	if err != nil {
		return r.cannotBegin(ctx, gw, err)
	}
	settled := wasReady(gw)
	in.Memory = r.memories.of(gw.UID, r.Clock.Now(), r.LookEvery, settled).Memory
	found := r.askAnypoint(ctx, gw, agentOf(in))
	in.Connection, in.Unlisted = connectionOf(gw, found), status.Unlisted(gw, found)
	stack := gateway.Stack(in)
	report := stack.Apply(ctx)
	r.addReplicas(ctx, gw, found, stack.Replicas.Value())
	seen := observed(in, stack)
	seen.Anypoint = found
	st := status.Compute(gw, report, seen)
	callAgain := r.callAPI(ctx, gw, &st)
	r.tell(ctx, gw, status.Events(&gw.Status, report, settled)...)
	r.tell(ctx, gw, status.AnypointEvents(&gw.Status, &st)...)
	r.tellReadiness(ctx, gw, &st)
	r.Metrics.tell(gw, &st, seen)
	r.Metrics.drifted(gw, status.Drifts(&gw.Status, report, settled))
	before := gw.Status
	if err := r.writeStatus(ctx, gw, st); err != nil {
		return ctrl.Result{}, err
	}
	r.Metrics.ended(gw, &before, &st, r.age(gw))
	result, err := r.next(report)
	return r.noLaterThan(result, err, connectingAfter(&st, seen.At), callAgain)
}

// age is how old the object is, by the clouds' clock.
func (r *Reconciler) age(gw *v1alpha1.FlexGatewayDeployment) time.Duration {
	return r.Clock.Now().Sub(clock.At(r.Clock, gw.CreationTimestamp.Time))
}

// wasReady is true where this very spec had been applied before.
func wasReady(gw *v1alpha1.FlexGatewayDeployment) bool {
	return gw.Status.Phase == v1alpha1.PhaseReady && gw.Status.ObservedGeneration == gw.Generation
}

// next says when to look again: at the soonest wait; with growing pauses after errors;
// at the regular interval where all is well, or where a person has to act.
func (r *Reconciler) next(report *engine.Report) (ctrl.Result, error) {
	after := report.LookAgain()
	var repeat []error
	said := map[string]bool{} // one trouble may be that of many resources
	for _, p := range report.Problems() {
		if !p.Terminal && p.RetryAfter == 0 && !said[p.Error()] {
			repeat = append(repeat, p)
			said[p.Error()] = true
		}
	}
	switch {
	case after > 0:
		return r.after(after), nil
	case len(repeat) > 0:
		return ctrl.Result{}, errors.Join(repeat...)
	default:
		return r.after(r.interval()), nil
	}
}

func (r *Reconciler) after(d time.Duration) ctrl.Result {
	return ctrl.Result{RequeueAfter: max(r.Clock.Real(d), time.Millisecond)}
}

// noLaterThan has a look come at this time at the latest, where there is one.
func (r *Reconciler) noLaterThan(result ctrl.Result, err error, pauses ...time.Duration) (ctrl.Result, error) {
	if err != nil {
		return result, err
	}
	for _, pause := range pauses {
		if pause > 0 {
			result.RequeueAfter = min(result.RequeueAfter, r.after(pause).RequeueAfter)
		}
	}
	return result, nil
}

// interval is the regular interval, give or take a tenth, so that many gateways do not
// all look at once.
func (r *Reconciler) interval() time.Duration {
	return time.Duration(float64(r.LookEvery) * (0.9 + 0.2*rand.Float64()))
}
