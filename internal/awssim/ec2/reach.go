package ec2

import (
	"net/http"
	"net/netip"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// Reach is what becomes of an attempt to open a TCP connection.
type Reach int

const (
	// Open: something listens, and the security groups let it through.
	Open Reach = iota
	// Refused: the security groups let it through, but nothing listens.
	Refused
	// Filtered: no answer at all. A security group drops it, or nobody has the address.
	Filtered
)

// String is the outcome in a word.
func (r Reach) String() string {
	switch r {
	case Open:
		return "open"
	case Refused:
		return "refused"
	default:
		return "filtered"
	}
}

// Listen says which TCP ports are open behind an interface, in place of those that
// were before. The world must be locked.
func (s *Service) Listen(sc core.Scope, eni string, ports ...int32) {
	i, ok := s.networks.In(sc).interfaces.get(eni)
	if !ok {
		return
	}
	i.open = map[int32]bool{}
	for _, p := range ports {
		i.open[p] = true
	}
}

// Answer says with which HTTP status the open ports behind an interface answer; until then
// it is 200. The world must be locked.
func (s *Service) Answer(sc core.Scope, eni string, status func(port int32, path string) int) {
	if i, ok := s.networks.In(sc).interfaces.get(eni); ok {
		i.answers = status
	}
}

// Status is the HTTP status with which an open port behind an interface answers a GET. The
// world must be locked.
func (s *Service) Status(sc core.Scope, eni string, port int32, path string) int {
	i, ok := s.networks.In(sc).interfaces.get(eni)
	if !ok || i.answers == nil {
		return http.StatusOK
	}
	return i.answers(port, path)
}

// Reach tries a TCP connection from a network interface to a private or public
// address: the egress rules of the source and the ingress rules of the target
// must let it through. To a public address it comes from the source's own public
// address, so that rules that name groups do not match, as in AWS. The world must
// be locked.
func (s *Service) Reach(sc core.Scope, fromENI, toIP string, port int32) Reach {
	n := s.networks.In(sc)
	from, ok := n.interfaces.get(fromENI)
	if !ok {
		return Filtered
	}
	to, public, ok := n.interfaceAt(from.subnet.vpc, toIP)
	if !ok {
		return Filtered
	}
	source := peer{addr: from.private, groups: from.groups}
	target := peer{addr: to.private, groups: to.groups}
	if public {
		if !from.public.IsValid() {
			return Filtered
		}
		source, target = peer{addr: from.public}, peer{addr: to.public}
	}
	if !allows(from.groups, true, target, port) {
		return Filtered
	}
	return to.answer(source, port)
}

// ReachFrom tries a TCP connection from an address outside, where only rules that
// name ranges can match. The world must be locked.
func (s *Service) ReachFrom(sc core.Scope, sourceIP, toIP string, port int32) Reach {
	addr, err := netip.ParseAddr(sourceIP)
	if err != nil {
		return Filtered
	}
	to, _, ok := s.networks.In(sc).interfaceAt(nil, toIP)
	if !ok {
		return Filtered
	}
	return to.answer(peer{addr: addr}, port)
}

// Admits tells whether the security groups of a network interface let a client outside
// reach a port; a client without an address is one at the interface's own. The world must
// be locked.
func (s *Service) Admits(sc core.Scope, eni, clientIP string, port int32) bool {
	i, ok := s.networks.In(sc).interfaces.get(eni)
	if !ok {
		return false
	}
	client := i.private
	if clientIP != "" {
		addr, err := netip.ParseAddr(clientIP)
		if err != nil {
			return false
		}
		client = addr
	}
	return allows(i.groups, false, peer{addr: client}, port)
}

// InterfaceAt is the id of the network interface with a private address in a VPC. The
// world must be locked.
func (s *Service) InterfaceAt(sc core.Scope, vpc, ip string) (eni string, ok bool) {
	n := s.networks.In(sc)
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "", false
	}
	for _, i := range n.byAddress[addr] {
		if i.private == addr && i.subnet.vpc.id == vpc {
			return i.id, true
		}
	}
	return "", false
}

// peer is the other end of a connection as a security group sees it.
type peer struct {
	addr   netip.Addr
	groups []*group
}

func (i *networkInterface) answer(source peer, port int32) Reach {
	switch {
	case !allows(i.groups, false, source, port):
		return Filtered
	case !i.open[port]:
		return Refused
	default:
		return Open
	}
}

// allows tells whether groups let traffic to the port through, in one direction.
// An interface without groups lets everything through.
func allows(groups []*group, egress bool, other peer, port int32) bool {
	if len(groups) == 0 {
		return true
	}
	for _, g := range groups {
		for _, r := range g.rules {
			if r.egress == egress && r.permits(port) && r.source.includes(other) {
				return true
			}
		}
	}
	return false
}

func (s source) includes(p peer) bool {
	if s.isGroup() {
		return slices.ContainsFunc(p.groups, func(g *group) bool { return g.id == s.groupID })
	}
	return s.cidr.Contains(p.addr)
}

// interfaceAt finds the interface with a private address in the VPC, nil for any,
// or with a public address anywhere in the network.
func (n *network) interfaceAt(v *vpc, ip string) (found *networkInterface, public, ok bool) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return nil, false, false
	}
	for _, i := range n.byAddress[addr] {
		if i.public == addr {
			return i, true, true
		}
		if v == nil || i.subnet.vpc == v {
			return i, false, true
		}
	}
	return nil, false, false
}
