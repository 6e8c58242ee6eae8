// Package crd carries the generated CustomResourceDefinition, for those who need its schema
// where no cluster has it.
package crd

import _ "embed" // for the definition

// FlexGatewayDeployments is the definition in YAML.
//
//go:embed flexgw.io_flexgatewaydeployments.yaml
var FlexGatewayDeployments []byte
