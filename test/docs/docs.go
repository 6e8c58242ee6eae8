// Package docs has the tests that keep the documents from lying: what docs/*.md says is
// compared with the sources, the CRD and the policies.
package docs
