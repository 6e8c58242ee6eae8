package ecs

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// refusedPull is the error of a pull that the registry refuses, if it does: what
// follows "CannotPullContainerError: ".
func (s *Service) refusedPull(image string) error {
	if !anyIn(image, s.troubles.PullFails) {
		return nil
	}
	repository, tag, digest := splitImage(image)
	if digest != "" {
		tag = digest
	}
	return fmt.Errorf("pull image manifest has been retried 7 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/%s/manifests/%s: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
		strings.TrimPrefix(repository, "docker.io/"), tag)
}

// troubled is the program of a container under the faults in force.
func (s *Service) troubled(c *container, p program) program {
	image := aws.ToString(c.definition.Image)
	if anyIn(image, s.troubles.Crash) {
		return &crashing{}
	}
	// Other programs serve no ports anyway.
	if _, serves := p.(graceful); serves && anyIn(image, s.troubles.NeverHealthy) {
		return &deaf{}
	}
	return p
}

// crashing is a program that ends with an error soon after its start.
type crashing struct{}

func (p *crashing) start(s *Service, c *container) {
	s.log(c, "[init][error] unrecoverable error, exiting with status 1")
	s.exit(c, 1)
}

func (p *crashing) look(*Service, *container) {}

func (p *crashing) probe(string) bool { return false }

// deaf is a gateway that runs and does nothing else.
type deaf struct{}

func (p *deaf) start(s *Service, c *container) {
	s.log(c,
		"[flex-gateway-agent][info] Starting Flex Gateway Agent",
		"[flex-gateway-agent][error] Anypoint websocket: cannot connect: i/o timeout")
}

func (p *deaf) look(*Service, *container) {}

func (p *deaf) probe(string) bool { return false }
