package ecs

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	// mostRollouts is how many service deployments are remembered for a service.
	mostRollouts = 100
	// mostDescribedRollouts is the batch limit of DescribeServiceDeployments and of
	// DescribeServiceRevisions.
	mostDescribedRollouts = 20
)

// rollout is the history of one deployment: what AWS calls a service deployment.
type rollout struct {
	arn            string
	target, source *revision
	createdAt      time.Time
	// startedAt is when the scheduler got round to it, finishedAt when it was done;
	// zero before that.
	startedAt  time.Time
	finishedAt time.Time
	status     types.ServiceDeploymentStatus
	reason     string
	rollback   *types.Rollback
	deployment *deployment
}

// newRollout begins the history of a deployment that is about to become PRIMARY.
func (s *Service) newRollout(svc *service, d *deployment) *rollout {
	ro := &rollout{
		arn:    svc.region.scope.ARN("ecs", "service-deployment/"+svc.cluster.name+"/"+svc.name+"/"+s.world.Letters(21)),
		target: &d.revision, createdAt: s.world.Now(), status: types.ServiceDeploymentStatusPending, deployment: d,
	}
	switch {
	case d.shift != nil && d.shift.blue != nil:
		ro.source = &d.shift.blue.revision
	case len(svc.deployments) > 0:
		ro.source = &svc.primary().revision
	}
	svc.rollouts = append([]*rollout{ro}, svc.rollouts...)
	svc.rollouts = svc.rollouts[:min(len(svc.rollouts), mostRollouts)]
	return ro
}

// start notes that the scheduler works on the deployment.
func (ro *rollout) start(at time.Time) {
	if ro.status == types.ServiceDeploymentStatusPending {
		ro.status, ro.startedAt = types.ServiceDeploymentStatusInProgress, at
	}
}

func (ro *rollout) finish(status types.ServiceDeploymentStatus, reason string, at time.Time) {
	ro.status, ro.reason, ro.finishedAt = status, reason, at
}

// rollBack notes that the deployment has failed and an earlier revision is put back.
func (ro *rollout) rollBack(to *revision, reason string, at time.Time) {
	ro.status, ro.reason = types.ServiceDeploymentStatusRollbackInProgress, reason
	ro.rollback = &types.Rollback{Reason: aws.String(reason), StartedAt: aws.Time(at), ServiceRevisionArn: aws.String(to.arn)}
}

// ListServiceDeployments lists the deployments of a service, newest first, by
// status and time of creation.
func (s *Service) ListServiceDeployments(c *core.Call, in *sdk.ListServiceDeploymentsInput) (*sdk.ListServiceDeploymentsOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	svc, ok := found.service(aws.ToString(in.Service), s.world.Now())
	if !ok {
		return nil, core.Errorf(codeServiceNotFound, "Service not found.")
	}
	var all []types.ServiceDeploymentBrief
	for _, ro := range svc.rollouts {
		if len(in.Status) > 0 && !slices.Contains(in.Status, ro.status) || !within(in.CreatedAt, ro.createdAt) {
			continue
		}
		all = append(all, types.ServiceDeploymentBrief{
			ServiceDeploymentArn: aws.String(ro.arn), ServiceArn: aws.String(svc.arn), ClusterArn: aws.String(found.arn),
			CreatedAt: aws.Time(ro.createdAt), StartedAt: timeOrNil(ro.startedAt), FinishedAt: timeOrNil(ro.finishedAt),
			Status: ro.status, StatusReason: stringOrNil(ro.reason), TargetServiceRevisionArn: aws.String(ro.target.arn),
		})
	}
	part, next, err := page(all, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	return &sdk.ListServiceDeploymentsOutput{ServiceDeployments: part, NextToken: next}, nil
}

func within(span *types.CreatedAt, at time.Time) bool {
	return span == nil ||
		(span.After == nil || !at.Before(*span.After)) && (span.Before == nil || !at.After(*span.Before))
}

// DescribeServiceDeployments describes up to twenty service deployments by ARN.
func (s *Service) DescribeServiceDeployments(c *core.Call, in *sdk.DescribeServiceDeploymentsInput) (*sdk.DescribeServiceDeploymentsOutput, error) {
	if len(in.ServiceDeploymentArns) > mostDescribedRollouts {
		return nil, invalidParameter("serviceDeploymentArns cannot have more than %d elements.", mostDescribedRollouts)
	}
	r := s.regions.In(c.Scope)
	out := &sdk.DescribeServiceDeploymentsOutput{ServiceDeployments: []types.ServiceDeployment{}, Failures: []types.Failure{}}
	for _, arn := range in.ServiceDeploymentArns {
		svc, ro, ok := r.rollout(arn)
		if !ok {
			out.Failures = append(out.Failures, missing(arn))
			continue
		}
		out.ServiceDeployments = append(out.ServiceDeployments, svc.rolloutView(ro))
	}
	return out, nil
}

// serviceOf is the service to which a service deployment or revision belongs, as
// its ARN says.
func (r *region) serviceOf(arn string) (*service, bool) {
	parts := strings.Split(resourcePart(arn), "/")
	if len(parts) != 4 || r.clusters[parts[1]] == nil {
		return nil, false
	}
	svc, ok := r.clusters[parts[1]].services[parts[2]]
	return svc, ok
}

func (r *region) rollout(arn string) (*service, *rollout, bool) {
	svc, ok := r.serviceOf(arn)
	if !ok {
		return nil, nil, false
	}
	at := slices.IndexFunc(svc.rollouts, func(ro *rollout) bool { return ro.arn == arn })
	if at < 0 {
		return nil, nil, false
	}
	return svc, svc.rollouts[at], true
}

func (svc *service) rolloutView(ro *rollout) types.ServiceDeployment {
	v := types.ServiceDeployment{
		ServiceDeploymentArn: aws.String(ro.arn), ServiceArn: aws.String(svc.arn), ClusterArn: aws.String(svc.cluster.arn),
		CreatedAt: aws.Time(ro.createdAt), StartedAt: timeOrNil(ro.startedAt), FinishedAt: timeOrNil(ro.finishedAt), UpdatedAt: aws.Time(ro.deployment.updatedAt),
		Status: ro.status, StatusReason: stringOrNil(ro.reason), Rollback: ro.rollback,
		DeploymentConfiguration:  svc.configurationView(),
		DeploymentCircuitBreaker: svc.breakerView(ro),
		TargetServiceRevision:    svc.summary(ro.target),
	}
	if ro.source != nil {
		v.SourceServiceRevisions = []types.ServiceRevisionSummary{*svc.summary(ro.source)}
	}
	if ro.status == types.ServiceDeploymentStatusStopped {
		v.StoppedAt = timeOrNil(ro.finishedAt)
	}
	if sh := ro.deployment.shift; sh != nil {
		sh.describe(&v)
	}
	return v
}

// describe puts into a service deployment what only one that shifts traffic has.
func (sh *shift) describe(v *types.ServiceDeployment) {
	v.LifecycleStage = sh.stage()
	v.LifecycleHookDetails = sh.hookViews()
	configuration := sh.configuration
	v.DeploymentConfiguration = &configuration
	v.TargetServiceRevision.RequestedProductionTrafficWeight = aws.Float64(sh.production)
	if sh.isTested() {
		v.TargetServiceRevision.RequestedTestTrafficWeight = aws.Float64(sh.test)
	}
	for i := range v.SourceServiceRevisions {
		source := &v.SourceServiceRevisions[i]
		source.RequestedProductionTrafficWeight = aws.Float64(100 - sh.production)
		if sh.isTested() {
			source.RequestedTestTrafficWeight = aws.Float64(100 - sh.test)
		}
	}
}

// breakerView tells what the circuit breaker makes of a deployment.
func (svc *service) breakerView(ro *rollout) *types.ServiceDeploymentCircuitBreaker {
	v := &types.ServiceDeploymentCircuitBreaker{FailureCount: int32(ro.deployment.failed), Threshold: int32(breakerThreshold(svc.configuration.DeploymentCircuitBreaker, svc.desired))}
	switch {
	case !svc.configuration.DeploymentCircuitBreaker.Enable:
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusDisabled
	case ro.deployment.rolloutState == types.DeploymentRolloutStateFailed:
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusTriggered
	case ro.finishedAt.IsZero():
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusMonitoring
	default:
		v.Status = types.ServiceDeploymentRollbackMonitorsStatusMonitoringComplete
	}
	return v
}

func (svc *service) summary(rev *revision) *types.ServiceRevisionSummary {
	v := &types.ServiceRevisionSummary{Arn: aws.String(rev.arn)}
	for _, d := range svc.deployments {
		if d.revision.arn == rev.arn {
			v.RequestedTaskCount = int32(svc.desiredOf(d))
			v.RunningTaskCount, v.PendingTaskCount = svc.countsOf(d)
		}
	}
	return v
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func stringOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
