package ec2

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// networkInterface is an elastic network interface that another service made.
type networkInterface struct {
	resource
	spec       InterfaceSpec
	subnet     *subnet
	groups     []*group
	mac        string
	private    netip.Addr
	public     netip.Addr // not valid without a public address
	attachment string
	open       map[int32]bool
	// answers is what open ports say to HTTP requests, nil where that is 200.
	answers func(port int32, path string) int
}

// InterfaceSpec is what a service wants of a network interface.
type InterfaceSpec struct {
	// Subnet is the id of the subnet.
	Subnet string
	// SecurityGroups are ids. Empty means the default group of the subnet's VPC or,
	// for a network load balancer, no group at all, which lets everything through.
	SecurityGroups []string
	// Description is what DescribeNetworkInterfaces shows.
	Description string
	// InterfaceType is "interface", "network_load_balancer" or "efs"; empty means
	// "interface".
	InterfaceType string
	// RequesterID is the principal that made the interface, such as "amazon-elb".
	RequesterID string
	// AssignPublicIP gives the interface a public address for as long as it lives.
	AssignPublicIP bool
	// PrivateIP is the wanted address; empty means a free one.
	PrivateIP string
	Tags      map[string]string
}

// Interface is what a service learns of its network interface.
type Interface struct {
	ID, MAC, Subnet, VPC, Zone string
	PrivateIP, PrivateDNS      string
	// PublicIP and PublicDNS are empty without a public address.
	PublicIP, PublicDNS string
	SecurityGroups      []string
}

// CreateInterface makes a network interface for another service. It fails, with a
// *core.Error, on a subnet or group that does not exist, on groups of another VPC,
// on an address that is taken, and when the subnet is full. The world must be
// locked.
func (s *Service) CreateInterface(sc core.Scope, spec InterfaceSpec) (Interface, error) {
	n := s.networks.In(sc)
	sub, ok := n.subnets.get(spec.Subnet)
	if !ok {
		return Interface{}, subnetNotFound(spec.Subnet)
	}
	groups, err := s.interfaceGroups(n, sub, spec.InterfaceType, spec.SecurityGroups)
	if err != nil {
		return Interface{}, err
	}
	private, err := sub.addressFor(spec.PrivateIP)
	if err != nil {
		return Interface{}, err
	}
	i := &networkInterface{
		resource: n.newResource(s.world.ID("eni"), maps.Clone(spec.Tags)),
		spec:     spec, subnet: sub, groups: groups, private: private,
		mac: s.newMAC(), attachment: s.attachmentID(spec.InterfaceType),
	}
	if spec.AssignPublicIP {
		if i.public, ok = s.public.take(); !ok {
			delete(sub.addresses.taken, private)
			return Interface{}, core.Errorf("AddressLimitExceeded", "The maximum number of addresses has been reached.")
		}
	}
	n.attach(i)
	return i.view(n), nil
}

// attach enters an interface into the ledger, and into the directory of addresses.
func (n *network) attach(i *networkInterface) {
	n.interfaces.add(i)
	for _, addr := range i.addresses() {
		n.byAddress[addr] = append(n.byAddress[addr], i)
	}
}

// addresses are the private address and the public one, if there is one.
func (i *networkInterface) addresses() []netip.Addr {
	if !i.public.IsValid() {
		return []netip.Addr{i.private}
	}
	return []netip.Addr{i.private, i.public}
}

// interfaceGroups finds the security groups of an interface in a subnet.
func (s *Service) interfaceGroups(n *network, sub *subnet, kind string, ids []string) ([]*group, error) {
	if len(ids) == 0 {
		if kind == string(types.NetworkInterfaceTypeNetworkLoadBalancer) {
			return nil, nil
		}
		return []*group{n.defaultGroup(sub.vpc)}, nil
	}
	if s.world.Exceeds(core.SecurityGroupsPerInterface, len(ids)) {
		return nil, core.Errorf("SecurityGroupsPerInterfaceLimitExceeded", "The maximum number of security groups per interface has been reached.")
	}
	var groups []*group
	for _, id := range ids {
		g, ok := n.groups.seen(id)
		if !ok {
			return nil, groupNotFound(id)
		}
		if g.vpc != sub.vpc {
			return nil, core.Errorf("InvalidParameter", "Security group %s and subnet %s belong to different networks.", id, sub.id)
		}
		if !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// addressFor takes the wanted address, or any free one.
func (sub *subnet) addressFor(text string) (netip.Addr, error) {
	if text == "" {
		addr, ok := sub.takeAddress()
		if !ok {
			return addr, core.Errorf("InsufficientFreeAddressesInSubnet", "The specified subnet does not have enough free addresses to satisfy the request.")
		}
		return addr, nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || !sub.offers(addr) {
		return addr, invalidValue("Address %s does not fall within the subnet's address range", text)
	}
	if sub.addresses.taken[addr] {
		return addr, core.Errorf("InvalidIPAddress.InUse", "Address %s is in use.", text)
	}
	sub.claim(addr)
	return addr, nil
}

func (s *Service) newMAC() string {
	h := s.world.Hex(10)
	return strings.Join([]string{"02", h[:2], h[2:4], h[4:6], h[6:8], h[8:]}, ":")
}

// attachmentID is the id of the attachment to whatever AWS runs behind the
// interface; those of load balancers have a prefix of their own.
func (s *Service) attachmentID(kind string) string {
	if kind == string(types.NetworkInterfaceTypeNetworkLoadBalancer) {
		return s.world.ID("ela-attach")
	}
	return s.world.ID("eni-attach")
}

func (i *networkInterface) view(n *network) Interface {
	ip := i.private.String()
	return Interface{
		ID: i.id, MAC: i.mac, Subnet: i.subnet.id, VPC: i.subnet.vpc.id, Zone: i.subnet.zone.name,
		PrivateIP: ip, PrivateDNS: privateName(n.scope.Region, ip),
		PublicIP: i.publicIP(), PublicDNS: i.publicDNS(n.scope.Region),
		SecurityGroups: i.groupIDs(),
	}
}

func (i *networkInterface) publicIP() string {
	if !i.public.IsValid() {
		return ""
	}
	return i.public.String()
}

// publicDNS is the name of the public address. Only default VPCs have DNS host
// names enabled from the start.
func (i *networkInterface) publicDNS(region string) string {
	if !i.public.IsValid() || !i.subnet.vpc.isDefault {
		return ""
	}
	return publicName(region, i.publicIP())
}

func (i *networkInterface) groupIDs() []string {
	var ids []string
	for _, g := range i.groups {
		ids = append(ids, g.id)
	}
	return ids
}

// Interface returns an interface by its id. The world must be locked.
func (s *Service) Interface(sc core.Scope, id string) (Interface, bool) {
	n := s.networks.In(sc)
	i, ok := n.interfaces.get(id)
	if !ok {
		return Interface{}, false
	}
	return i.view(n), true
}

// SetInterfaceGroups replaces the security groups of an interface, under the same
// rules as CreateInterface. The world must be locked.
func (s *Service) SetInterfaceGroups(sc core.Scope, id string, groups []string) error {
	n := s.networks.In(sc)
	i, ok := n.interfaces.get(id)
	if !ok {
		return interfaceNotFound(id)
	}
	found, err := s.interfaceGroups(n, i.subnet, i.spec.InterfaceType, groups)
	if err != nil {
		return err
	}
	i.groups = found
	return nil
}

// DeleteInterface removes an interface and releases its addresses and groups.
// Deleting one that does not exist does nothing. The world must be locked.
func (s *Service) DeleteInterface(sc core.Scope, id string) {
	n := s.networks.In(sc)
	i, ok := n.interfaces.get(id)
	if !ok {
		return
	}
	delete(i.subnet.addresses.taken, i.private)
	s.public.release(i.public)
	for _, addr := range i.addresses() {
		n.byAddress[addr] = slices.DeleteFunc(n.byAddress[addr], func(other *networkInterface) bool { return other == i })
		if len(n.byAddress[addr]) == 0 {
			delete(n.byAddress, addr)
		}
	}
	n.interfaces.remove(id)
}
