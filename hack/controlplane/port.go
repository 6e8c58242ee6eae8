package main

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// freePort returns a port of 127.0.0.1 that nothing listens on.
//
// It is taken from below the range of the ports that systems give to outgoing
// connections, so that no connection takes it before its server does.
func freePort() (int, error) {
	var last error
	for range 100 {
		port := 20000 + rand.IntN(12000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			last = err
			continue
		}
		return port, l.Close()
	}
	return 0, fmt.Errorf("no free port: %w", last)
}
