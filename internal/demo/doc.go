// Package demo shows the life of one gateway to a person who has read only the README:
// it starts everything on this machine, applies a sample, tells what happens in AWS as
// it happens, scales the gateway, takes it down, and proves that nothing is left.
//
// Everything that changes the gateway is a real kubectl command, printed before it is
// run; everything that is told was read from the object's status and events, as any
// other user of the cluster could read it.
package demo
