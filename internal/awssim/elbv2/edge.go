package elbv2

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/core"
)

// Edge carries connections for real. Its methods are called with the world locked.
type Edge interface {
	// Address is where clients reach a load balancer: it stands for the DNS name.
	Address(loadBalancer string) string
	// OpenListener opens a port of a load balancer.
	OpenListener(loadBalancer, listener string, port int32)
	// CloseListener closes it, with its connections.
	CloseListener(listener string)
	// Cut ends the connections to a port behind a network interface.
	Cut(eni string, port int32)
}

// SetEdge has connections carried from now on. It is called before the first load
// balancer is made.
func (s *Service) SetEdge(e Edge) { s.edge = e }

// dnsName is the load balancer's DNS name, or the address that stands for it.
func (s *Service) dnsName(lb *loadBalancer) *string {
	if s.edge != nil {
		return aws.String(s.edge.Address(lb.arn))
	}
	return aws.String(lb.name + "-" + lb.id + ".elb." + lb.region + ".amazonaws.com")
}

// openEdge opens the port of a listener.
func (s *Service) openEdge(l *listener) {
	if s.edge != nil {
		s.edge.OpenListener(l.loadBalancer.arn, l.arn, l.port)
	}
}

// moveEdge opens the port that a listener has now.
func (s *Service) moveEdge(l *listener) {
	s.closeEdge(l)
	s.openEdge(l)
}

func (s *Service) closeEdge(l *listener) {
	if s.edge != nil {
		s.edge.CloseListener(l.arn)
	}
}

// cutEdge ends the connections to a target, where an attribute of its group says so.
func (s *Service) cutEdge(sc core.Scope, tg *targetGroup, t *target, attribute string) {
	if s.edge == nil || tg.attributes[attribute] != "true" {
		return
	}
	if eni, ok := s.ec2.InterfaceAt(sc, tg.vpc, t.ip); ok {
		s.edge.Cut(eni, t.port)
	}
}
