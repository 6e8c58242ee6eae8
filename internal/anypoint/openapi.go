package anypoint

import _ "embed"

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI is the OpenAPI 3 description of the operations that this package uses, with the
// source of each fact. Tests hold it against what is sent and answered.
func OpenAPI() []byte { return openAPI }
