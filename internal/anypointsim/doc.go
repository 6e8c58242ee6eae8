// Package anypointsim is a simulated Anypoint Platform at the wire: an HTTP server that
// speaks as much of the platform's REST APIs as is needed to run self-managed Flex
// Gateways, and the platform that flexctl and the gateways of the simulated AWS reach
// (package platform).
//
// What is imitated, and on what evidence, is written in docs/simulator.md. What no source
// tells is an assumption, and the comments say so where it is made.
package anypointsim
