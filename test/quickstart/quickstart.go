// Package quickstart has the tests of the quick starts: that of the simulator is run as it
// stands in the document, and of the others is checked what needs no cluster and no AWS.
package quickstart
