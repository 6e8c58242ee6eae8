package awssim

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// loadBalancerBox is a load balancer with its listeners.
type loadBalancerBox struct {
	Name      string         `json:"name"`
	DNSName   string         `json:"dnsName"`
	State     string         `json:"state"`
	VPC       string         `json:"vpc"`
	Listeners []listenerLine `json:"listeners"`
}

// listenerLine is a listener and the targets that it leads to, in all its target groups.
type listenerLine struct {
	Port        int32        `json:"port"`
	TargetGroup string       `json:"targetGroup"`
	Targets     []targetLine `json:"targets"`
}

type targetLine struct {
	Address string `json:"address"`
	Port    int32  `json:"port"`
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
}

func (s *Sim) loadBalancers(call *core.Call) []loadBalancerBox {
	boxes := []loadBalancerBox{}
	out, err := s.ELB.DescribeLoadBalancers(call, &elb.DescribeLoadBalancersInput{})
	if err != nil {
		return boxes
	}
	for _, lb := range out.LoadBalancers {
		boxes = append(boxes, loadBalancerBox{
			Name: aws.ToString(lb.LoadBalancerName), DNSName: aws.ToString(lb.DNSName), State: string(lb.State.Code),
			VPC: aws.ToString(lb.VpcId), Listeners: s.listeners(call, lb.LoadBalancerArn),
		})
	}
	return boxes
}

func (s *Sim) listeners(call *core.Call, loadBalancer *string) []listenerLine {
	lines := []listenerLine{}
	out, err := s.ELB.DescribeListeners(call, &elb.DescribeListenersInput{LoadBalancerArn: loadBalancer})
	if err != nil {
		return lines
	}
	for _, l := range out.Listeners {
		line := listenerLine{Port: aws.ToInt32(l.Port), Targets: []targetLine{}}
		for _, action := range l.DefaultActions {
			for _, group := range action.ForwardConfig.TargetGroups {
				name, targets := s.targetGroup(call, group)
				line.TargetGroup = strings.TrimPrefix(line.TargetGroup+" + "+name, " + ")
				line.Targets = append(line.Targets, targets...)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// targetGroup is the name of a target group, with its weight where it has one, and its
// targets.
func (s *Sim) targetGroup(call *core.Call, group types.TargetGroupTuple) (name string, targets []targetLine) {
	if groups, err := s.ELB.DescribeTargetGroups(call, &elb.DescribeTargetGroupsInput{TargetGroupArns: []string{aws.ToString(group.TargetGroupArn)}}); err == nil {
		name = aws.ToString(groups.TargetGroups[0].TargetGroupName)
	}
	if group.Weight != nil {
		name = fmt.Sprintf("%s (weight %d)", name, *group.Weight)
	}
	health, err := s.ELB.DescribeTargetHealth(call, &elb.DescribeTargetHealthInput{TargetGroupArn: group.TargetGroupArn})
	if err != nil {
		return name, nil
	}
	for _, t := range health.TargetHealthDescriptions {
		targets = append(targets, targetLine{
			aws.ToString(t.Target.Id), aws.ToInt32(t.Target.Port), string(t.TargetHealth.State), string(t.TargetHealth.Reason),
		})
	}
	return name, targets
}

// fileSystemBox is a file system; its mount targets stand in their zones.
type fileSystemBox struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	State string `json:"state"`
}

type mountTargetBox struct {
	ID         string `json:"id"`
	FileSystem string `json:"fileSystem"`
	State      string `json:"state"`
	Address    string `json:"address"`
}

// fileSystems lists the file systems, and puts their mount targets into the zones.
func (s *Sim) fileSystems(call *core.Call, zones []zoneBox) []fileSystemBox {
	boxes := []fileSystemBox{}
	out, err := s.EFS.DescribeFileSystems(call, &efs.DescribeFileSystemsInput{})
	if err != nil {
		return boxes
	}
	for _, fs := range out.FileSystems {
		boxes = append(boxes, fileSystemBox{aws.ToString(fs.FileSystemId), aws.ToString(fs.Name), string(fs.LifeCycleState)})
		targets, err := s.EFS.DescribeMountTargets(call, &efs.DescribeMountTargetsInput{FileSystemId: fs.FileSystemId})
		if err != nil {
			continue
		}
		for _, t := range targets.MountTargets {
			if z := zoneOf(zones, aws.ToString(t.SubnetId)); z != nil {
				z.MountTargets = append(z.MountTargets, mountTargetBox{
					aws.ToString(t.MountTargetId), aws.ToString(t.FileSystemId), string(t.LifeCycleState), aws.ToString(t.IpAddress),
				})
			}
		}
	}
	return boxes
}
