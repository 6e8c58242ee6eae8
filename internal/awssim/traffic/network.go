package traffic

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
)

// network is a range of loopback addresses, 127.N.0.0/16, that this process uses alone.
type network struct {
	prefix byte
	// claim keeps other processes away from the range.
	claim net.Listener
	last  uint16
}

const (
	// claimPort is where a process that uses a range listens, at the range's last address.
	claimPort = 41127
	attempts  = 20
)

// ErrNoLoopbackRange says that this machine gives no further loopback addresses.
var ErrNoLoopbackRange = errors.New("this machine has no free loopback addresses 127.N.0.0/16 for simulated traffic; Linux has them, other systems only after each was added to the loopback interface")

// claimNetwork finds a range that nobody uses. 127.0.0.0/16 and 127.1.0.0/16 are left
// alone: people use addresses of theirs by hand.
func claimNetwork() (*network, error) {
	var last error
	for range attempts {
		n := &network{prefix: byte(2 + rand.IntN(250))}
		claim, err := net.Listen("tcp4", fmt.Sprintf("%s:%d", n.address(1<<16-2), claimPort))
		if err == nil {
			n.claim = claim
			return n, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%w (%w)", ErrNoLoopbackRange, last)
}

func (n *network) address(host uint16) netip.Addr {
	return netip.AddrFrom4([4]byte{127, n.prefix, byte(host >> 8), byte(host)})
}

// next is an address that nobody has had yet; after 65,000 of them they come again.
func (n *network) next() netip.Addr {
	n.last++
	if n.last >= 1<<16-2 {
		n.last = 1
	}
	return n.address(n.last)
}
