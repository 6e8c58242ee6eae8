package ecs

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// lastSegment is what follows the last slash: the name or id in an ARN, or the
// whole of a bare name.
func lastSegment(ref string) string {
	return ref[strings.LastIndex(ref, "/")+1:]
}

// resourcePart is the part of an ECS ARN behind the account, such as
// "service/cluster/name"; a bare name is returned as it is.
func resourcePart(ref string) string {
	parts := strings.SplitN(ref, ":", 6)
	if len(parts) == 6 && parts[0] == "arn" {
		return parts[5]
	}
	return ref
}

// isForeign reports whether ref is an ARN of another account or region.
func isForeign(sc core.Scope, ref string) bool {
	return strings.HasPrefix(ref, "arn:") && !strings.HasPrefix(ref, sc.ARN("ecs", ""))
}

// roleARN completes a role's name to its ARN; ECS accepts both.
func roleARN(sc core.Scope, role string) string {
	if role == "" || strings.HasPrefix(role, "arn:") {
		return role
	}
	return "arn:" + sc.Partition() + ":iam::" + sc.Account + ":role/" + role
}
