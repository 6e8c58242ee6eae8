package e2e_test

import (
	"strings"

	"github.com/google/go-cmp/cmp"
)

// lastPart is the part of an ARN after its last slash.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func diffKinds(want, got map[string]int) string { return cmp.Diff(want, got) }
