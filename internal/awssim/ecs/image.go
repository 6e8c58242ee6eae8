package ecs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// gatewayRepository is the only repository in the simulated Docker Hub.
const gatewayRepository = "docker.io/mulesoft/flex-gateway"

// The minor versions of Flex Gateway 1 that can be pulled.
const (
	firstMinor = 6
	lastMinor  = 14
)

var (
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
		return "", fmt.Errorf("%s 5 time(s): failed to resolve ref %s: failed to do request: Head \"https://registry-1.docker.io/v2/%s/manifests/%s\": dial tcp 44.208.254.194:443: i/o timeout",
			retried, ref, strings.TrimPrefix(repository, "docker.io/"), tag)
	case repository != gatewayRepository:
		return "", fmt.Errorf("%s 1 time(s): failed to resolve ref %s: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", retried, ref)
	case !hasImage(tag, pinned):
		return "", fmt.Errorf("%s 1 time(s): failed to resolve ref %s: %s: not found", retried, ref, ref)
	case t.revision.definition.architecture() != "x86_64":
		return "", fmt.Errorf("%s 7 time(s): image Manifest does not contain descriptor matching platform 'linux/arm64'", retried)
	case pinned != "":
		return pinned, nil
	}
	sum := sha256.Sum256([]byte(ref))
	return "sha256:" + hex.EncodeToString(sum[:]), nil
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
