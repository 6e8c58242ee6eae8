package v1alpha1

import "testing"

func TestTheListenerPortIsThePortUnlessItIsGiven(t *testing.T) {
	for _, test := range []struct {
		port PortSpec
		want int32
	}{{PortSpec{Port: 8081}, 8081}, {PortSpec{Port: 8081, ListenerPort: 443}, 443}} {
		if got := test.port.LoadBalancerPort(); got != test.want {
			t.Errorf("LoadBalancerPort of %+v = %d, want %d", test.port, got, test.want)
		}
	}
}

func TestAPortIsOfTCPWhereItDoesNotSay(t *testing.T) {
	for _, port := range []PortSpec{{Port: 8081}, {Port: 8081, Protocol: "TCP"}} {
		if got := port.TransportProtocol(); got != "TCP" {
			t.Errorf("TransportProtocol of %+v = %q, want TCP", port, got)
		}
	}
}
