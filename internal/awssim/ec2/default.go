package ec2

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"

	"flexgw.io/controller/internal/awssim/core"
)

// The default VPC's range, and the size of the subnets in it.
const (
	defaultVPCRange   = "172.31.0.0/16"
	defaultSubnetBits = 20
)

// addDefaultVPC gives the network what AWS gives to every account in every region.
func (s *Service) addDefaultVPC(n *network) {
	v := &vpc{
		resource:  n.newResource(fixedID(n.scope, "vpc", ""), nil),
		cidr:      netip.MustParsePrefix(defaultVPCRange),
		isDefault: true,
	}
	n.vpcs.add(v)
	first := v.cidr.Addr()
	for _, z := range n.zones {
		sub := &subnet{
			resource:  n.newResource(fixedID(n.scope, "subnet", z.name), nil),
			vpc:       v,
			zone:      z,
			cidr:      netip.PrefixFrom(first, defaultSubnetBits),
			isDefault: true,
			public:    true,
		}
		n.subnets.add(sub)
		first = addressAt(first, 1<<(32-defaultSubnetBits))
	}
	g := newDefaultGroup(n, v, fixedID(n.scope, "sg", "default"), fixedID(n.scope, "sgr", "ingress"), fixedID(n.scope, "sgr", "egress"))
	n.groups.add(g)
}

// fixedID is an id that depends only on the account, the region and the thing's
// name, so that what an account starts with has the same ids in every run.
func fixedID(sc core.Scope, prefix, name string) string {
	sum := sha256.Sum256([]byte(sc.Account + "/" + sc.Region + "/" + prefix + "/" + name))
	return prefix + "-0" + hex.EncodeToString(sum[:8])
}
