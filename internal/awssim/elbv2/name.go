package elbv2

import (
	"regexp"
	"strings"
)

// maxName is the length of the longest name, in characters.
const maxName = 32

var nameCharacters = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// checkName applies the rules for the names of load balancers and target groups;
// kind is how AWS's messages call the thing.
func checkName(kind, name string) error {
	switch {
	case len(name) > maxName:
		return invalid("%s name '%s' cannot be longer than '%d' characters", kind, name, maxName)
	case !nameCharacters.MatchString(name):
		return invalid("%s name '%s' can only contain characters that are alphanumeric characters and hyphens(-)", kind, name)
	case strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-"):
		return invalid("%s name '%s' cannot begin or end with '-'", kind, name)
	}
	return nil
}
