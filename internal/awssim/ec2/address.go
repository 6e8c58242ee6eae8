package ec2

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// AWS keeps the first four addresses of a subnet and the last one for itself.
const (
	reservedAtStart = 4
	reservedAtEnd   = 1
)

// privatePool remembers the addresses of a subnet that are taken.
type privatePool struct {
	taken map[netip.Addr]bool
	// next is where the search for a free address begins. It moves on, so that a
	// released address is not given to somebody else at once.
	next int
}

func (sub *subnet) usable() int {
	return 1<<(32-sub.cidr.Bits()) - reservedAtStart - reservedAtEnd
}

func (sub *subnet) freeAddresses() int { return sub.usable() - len(sub.addresses.taken) }

// takeAddress takes a free address; ok is false when there is none.
func (sub *subnet) takeAddress() (addr netip.Addr, ok bool) {
	for range sub.usable() {
		addr = addressAt(sub.cidr.Addr(), reservedAtStart+sub.addresses.next)
		sub.addresses.next = (sub.addresses.next + 1) % sub.usable()
		if !sub.addresses.taken[addr] {
			sub.claim(addr)
			return addr, true
		}
	}
	return netip.Addr{}, false
}

func (sub *subnet) claim(addr netip.Addr) {
	if sub.addresses.taken == nil {
		sub.addresses.taken = map[netip.Addr]bool{}
	}
	sub.addresses.taken[addr] = true
}

// offers tells whether an interface could have the address if it were free.
func (sub *subnet) offers(addr netip.Addr) bool {
	if !sub.cidr.Contains(addr) {
		return false
	}
	offset := int(addressValue(addr) - addressValue(sub.cidr.Addr()))
	return offset >= reservedAtStart && offset < reservedAtStart+sub.usable()
}

// publicPool hands out addresses of 198.18.0.0/15, the range that is reserved for
// tests of networks (RFC 2544), so that no simulated address is anybody's.
type publicPool struct {
	taken map[netip.Addr]bool
	next  int
}

const (
	publicBase = "198.18.0.0"
	publicSize = 1 << 17
)

func (p *publicPool) take() (addr netip.Addr, ok bool) {
	for range publicSize {
		p.next = (p.next + 1) % publicSize
		addr = addressAt(netip.MustParseAddr(publicBase), p.next)
		if !p.taken[addr] {
			p.taken[addr] = true
			return addr, true
		}
	}
	return netip.Addr{}, false
}

func (p *publicPool) release(addr netip.Addr) { delete(p.taken, addr) }

func addressValue(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

func addressAt(first netip.Addr, offset int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], addressValue(first)+uint32(offset))
	return netip.AddrFrom4(b)
}

// privateName and publicName are the DNS names that AWS gives to an address.
func privateName(region, ip string) string {
	if region == "us-east-1" {
		return "ip-" + strings.ReplaceAll(ip, ".", "-") + ".ec2.internal"
	}
	return "ip-" + strings.ReplaceAll(ip, ".", "-") + "." + region + ".compute.internal"
}

func publicName(region, ip string) string {
	host := "ec2-" + strings.ReplaceAll(ip, ".", "-")
	if region == "us-east-1" {
		return host + ".compute-1.amazonaws.com"
	}
	return host + "." + region + ".compute.amazonaws.com"
}
