package ecs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// The repositories that there are: one in Docker Hub, one in Amazon's public registry.
const (
	gatewayRepository = "docker.io/mulesoft/flex-gateway"
	awsCLIRepository  = "public.ecr.aws/aws-cli/aws-cli"
)

// content is what is in the images of a repository.
type content struct {
	// entryPoint is the program that a container without an entry point runs. That of the
	// gateway is no command: it is the gateway.
	entryPoint []string
	// user is who a container without a user runs as.
	user string
	// commands are the programs besides the shell.
	commands map[string]command
}

// imageOf is what is in a container's image.
func imageOf(c *container) content {
	if repository, _, _ := splitImage(aws.ToString(c.definition.Image)); repository == awsCLIRepository {
		return content{entryPoint: []string{"/usr/local/bin/aws"}, user: "0", commands: withFileCommands("aws", runAWS)}
	}
	// MuleSoft's image runs as a user of its own.
	return content{user: "65532", commands: withFileCommands("flexctl", runFlexctl)}
}

func withFileCommands(name string, run command) map[string]command {
	all := maps.Clone(fileCommands)
	all[name] = run
	return all
}

// isRoot reports whether a container runs as root: "user" may name a group, too.
func (c *container) isRoot() bool {
	name, _, _ := strings.Cut(cmp.Or(aws.ToString(c.definition.User), imageOf(c).user), ":")
	return name == "0" || name == "root"
}

// The minor versions of Flex Gateway 1 that can be pulled.
const (
	firstMinor = 6
	lastMinor  = 14
)

var (
	imageTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	versionTag  = regexp.MustCompile(`^1\.(\d{1,2})\.\d{1,2}$`)
	imageDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// pullImage returns the digest of an image. The error is what follows
// "CannotPullContainerError: ".
func pullImage(t *task, image string) (digest string, err error) {
	repository, tag, pinned := splitImage(image)
	ref := repository + ":" + tag
	if pinned != "" {
		ref = repository + "@" + pinned
	}
	retried := "pull image manifest has been retried"
	switch {
	case !t.online():
		host, address, name := registryOf(repository)
		return "", fmt.Errorf("%s 5 time(s): failed to resolve ref %s: failed to do request: Head \"https://%s/v2/%s/manifests/%s\": dial tcp %s:443: i/o timeout",
			retried, ref, host, name, tag, address)
	case repository == awsCLIRepository && (pinned == "" && imageTag.MatchString(tag) || imageDigest.MatchString(pinned)):
		// Any version of the AWS CLI will do, for both architectures.
	case repository != gatewayRepository:
		return "", fmt.Errorf("%s 1 time(s): failed to resolve ref %s: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", retried, ref)
	case !hasImage(tag, pinned):
		return "", fmt.Errorf("%s 1 time(s): failed to resolve ref %s: %s: not found", retried, ref, ref)
	case t.revision.definition.architecture() != "x86_64":
		return "", fmt.Errorf("%s 7 time(s): image Manifest does not contain descriptor matching platform 'linux/arm64'", retried)
	}
	if pinned != "" {
		return pinned, nil
	}
	sum := sha256.Sum256([]byte(ref))
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// registryOf is where the registry of a repository is, and the repository's name there.
func registryOf(repository string) (host, address, name string) {
	if inECR, ok := strings.CutPrefix(repository, "public.ecr.aws/"); ok {
		return "public.ecr.aws", "99.83.145.10", inECR
	}
	return "registry-1.docker.io", "44.208.254.194", strings.TrimPrefix(repository, "docker.io/")
}

// splitImage is the image's repository as Docker completes it, its tag ("latest" in
// the absence of one) and its digest.
func splitImage(image string) (repository, tag, digest string) {
	image, digest, _ = strings.Cut(image, "@")
	repository, tag = image, "latest"
	if at := strings.LastIndex(image, ":"); at > strings.LastIndex(image, "/") {
		repository, tag = image[:at], image[at+1:]
	}
	first, rest, nested := strings.Cut(repository, "/")
	switch {
	case !nested:
		repository = "docker.io/library/" + repository
	case first == "index.docker.io" || first == "registry-1.docker.io":
		repository = "docker.io/" + rest
	case !strings.ContainsAny(first, ".:") && first != "localhost":
		repository = "docker.io/" + repository
	}
	return repository, tag, digest
}

func hasImage(tag, digest string) bool {
	if digest != "" {
		return imageDigest.MatchString(digest)
	}
	if tag == "latest" {
		return true
	}
	version := versionTag.FindStringSubmatch(tag)
	if version == nil {
		return false
	}
	minor, err := strconv.Atoi(version[1])
	return err == nil && minor >= firstMinor && minor <= lastMinor
}
