// Package awssim is a simulated AWS at the wire: the services that a Flex Gateway
// on ECS needs, spoken to by the real AWS SDKs and the AWS CLI.
//
// A Sim is an http.Handler, and an http.RoundTripper for tests that want no
// network; both go through the same bytes. A request's service and region come
// from the credential scope of its signature, its account from the access key.
// Signatures are not verified.
//
// Which operations exist is found from the methods of the services; see package
// core for their form, and package wire for the protocols.
package awssim
