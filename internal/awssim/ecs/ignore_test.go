package ecs

import (
	"strings"

	"github.com/google/go-cmp/cmp"
)

// ignoreUnexported leaves out the marker field that every SDK type has.
var ignoreUnexported = cmp.FilterPath(func(p cmp.Path) bool {
	return strings.HasSuffix(p.Last().String(), ".noSmithyDocumentSerde")
}, cmp.Ignore())
