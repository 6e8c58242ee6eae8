package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// DescribeServiceRevisions describes up to twenty service revisions by ARN, as long
// as a remembered service deployment refers to them.
func (s *Service) DescribeServiceRevisions(c *core.Call, in *sdk.DescribeServiceRevisionsInput) (*sdk.DescribeServiceRevisionsOutput, error) {
	if len(in.ServiceRevisionArns) > mostDescribedRollouts {
		return nil, invalidParameter("serviceRevisionArns cannot have more than %d elements.", mostDescribedRollouts)
	}
	r := s.regions.In(c.Scope)
	out := &sdk.DescribeServiceRevisionsOutput{ServiceRevisions: []types.ServiceRevision{}, Failures: []types.Failure{}}
	for _, arn := range in.ServiceRevisionArns {
		svc, rev, ok := r.revision(arn)
		if !ok {
			out.Failures = append(out.Failures, missing(arn))
			continue
		}
		out.ServiceRevisions = append(out.ServiceRevisions, svc.revisionView(rev))
	}
	return out, nil
}

func (r *region) revision(arn string) (*service, *revision, bool) {
	svc, ok := r.serviceOf(arn)
	if !ok {
		return nil, nil, false
	}
	for _, ro := range svc.rollouts {
		if ro.target.arn == arn {
			return svc, ro.target, true
		}
		if ro.source != nil && ro.source.arn == arn {
			return svc, ro.source, true
		}
	}
	return nil, nil, false
}

func (svc *service) revisionView(rev *revision) types.ServiceRevision {
	v := types.ServiceRevision{
		ServiceRevisionArn: aws.String(rev.arn), ServiceArn: aws.String(svc.arn), ClusterArn: aws.String(svc.cluster.arn),
		CreatedAt: aws.Time(rev.createdAt), TaskDefinition: aws.String(rev.definition.arn()),
		LaunchType: rev.launchType, CapacityProviderStrategy: slices.Clone(rev.strategy),
		PlatformVersion: aws.String(platformNumber(rev.platform)), PlatformFamily: aws.String(platformFamily),
		NetworkConfiguration: rev.network, LoadBalancers: orEmpty(rev.loadBalancers),
		ServiceRegistries: []types.ServiceRegistry{}, ContainerImages: svc.images(rev),
	}
	if len(rev.loadBalancers) > 0 {
		v.ResolvedConfiguration = &types.ResolvedConfiguration{}
	}
	for _, lb := range rev.loadBalancers {
		v.ResolvedConfiguration.LoadBalancers = append(v.ResolvedConfiguration.LoadBalancers, types.ServiceRevisionLoadBalancer{TargetGroupArn: lb.TargetGroupArn})
	}
	return v
}

// images are the images of a revision's containers, with their digests once a task
// of it has pulled them.
func (svc *service) images(rev *revision) []types.ContainerImage {
	digests := map[string]string{}
	for _, t := range svc.tasks {
		if t.revision.arn != rev.arn {
			continue
		}
		for _, c := range t.containers {
			if c.digest != "" {
				digests[aws.ToString(c.definition.Name)] = c.digest
			}
		}
	}
	images := []types.ContainerImage{}
	for _, c := range rev.definition.ContainerDefinitions {
		images = append(images, types.ContainerImage{ContainerName: c.Name, Image: c.Image, ImageDigest: stringOrNil(digests[aws.ToString(c.Name)])})
	}
	return images
}
