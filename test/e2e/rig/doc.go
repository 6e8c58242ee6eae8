// Package rig gives tests everything that a gateway needs, end to end: a real Kubernetes
// API server, the manager as a process of its own, and a simulated AWS, with the verbs
// that tests are told in.
package rig
