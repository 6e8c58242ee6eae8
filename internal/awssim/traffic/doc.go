// Package traffic lets requests flow through the simulated AWS for real: each replica
// of a gateway is an HTTP server on a loopback address of this machine, and each
// listener of a network load balancer a TCP forwarder on another.
//
// The rest of the simulator decides what is so: ECS which replicas run and drain,
// Elastic Load Balancing which of them gets a new connection. This package opens and
// closes sockets accordingly, and never decides.
//
// Ports below 1024 need the rights that the machine asks for them.
package traffic
